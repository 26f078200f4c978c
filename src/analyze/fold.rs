//! Which characters count as the same.
//!
//! Two degrees: [`exact`] for whole words, which keeps accents and drops what writers leave out
//! or vary freely (Arabic and Hebrew points, forms of one letter, digits of other scripts);
//! [`loose`] for pieces of words, which drops accents too.

use super::{Letters, forms};

/// Lower-cases a text, character by character, and remembers where each came from. Full-width and
/// half-width forms become the usual ones on the way.
///
/// Contrary to the standard library's `str::to_lowercase`, final sigma gets no special form: a
/// search should not depend on where in the word a letter stood.
pub(super) fn lower_into(text: &str, letters: &mut Letters) {
    letters.len = text.len() as u32;
    letters.chars.reserve(text.len());
    letters.starts.reserve(text.len());
    let mut push = |c: char, at: usize| {
        letters.chars.push(c);
        letters.starts.push(at as u32);
    };
    for (at, c) in text.char_indices() {
        if c.is_ascii() {
            push(c.to_ascii_lowercase(), at);
        } else {
            lower(c).for_each(|lower| push(lower, at));
        }
    }
}

/// A character in lower case, plain form and usual width; several in rare cases (İ, ﬁ).
pub(super) fn lower(c: char) -> impl Iterator<Item = char> {
    let (first, rest) = forms::plain(usual_width(c));
    let lower = first.to_lowercase().chain(rest.chars());
    lower.map(|lower| if lower == 'ς' { 'σ' } else { lower })
}

/// Half-width katakana U+FF66–U+FF9F in their usual width.
const KATAKANA: &str = "ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテト\
ナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン゛゜";

pub(super) fn usual_width(c: char) -> char {
    match c as u32 {
        0x2f00..=0x2fd5 => forms::radical(c),
        0x3000 => ' ',
        code @ 0xff01..=0xff5e => char::from_u32(code - 0xfee0).unwrap_or(c),
        code @ 0xff66..=0xff9f => KATAKANA.chars().nth(code as usize - 0xff66).unwrap_or(c),
        _ => c,
    }
}

/// Base letters of U+00C0–U+024F; a full stop where there is none.
const LATIN: &[u8; 400] = b"...............................saaaaaaaceeeeiiiidnooooo.ouuuuyty.a.a.a.c.c.c.c.d.d.e.e.e.e.e.g.g.g.g.h.h.i.i.i.i.i...j.kk.l.l.l...l.n.n.n..n.o.o.o.o.r.r.r.s.s.s.s.t.t.t.u.u.u.u.u.u.w.y..z.z.zs.................................o..............u.............................a.i.o.u.u.u.u.u..a.a.....g.k.o.o..j....g...n.a.....a.a.e.e.i.i.o.o.r.r.u.u.s.t...h.......a.e.o.o.o.o.y............................";

/// Base letters of U+1E00–U+1EFF, most of them Vietnamese.
const LATIN_ADDITIONAL: &[u8; 256] = b".a.b.b.b.c.d.d.d.d.d.e.e.e.e.e.f.g.h.h.h.h.h.i.i.k.k.k.l.l.l.l.m.m.m.n.n.n.n.o.o.o.o.p.p.r.r.r.r.s.s.s.s.s.t.t.t.t.u.u.u.u.u.v.v.w.w.w.w.w.x.x.y.z.z.zhtwy.......a.a.a.a.a.a.a.a.a.a.a.a.e.e.e.e.e.e.e.e.i.i.o.o.o.o.o.o.o.o.o.o.o.o.u.u.u.u.u.u.u.y.y.y.y......";

/// The character that stands for this one in whole words; nothing if it counts for nothing.
pub fn exact(c: char) -> Option<char> {
    if c.is_ascii() {
        return Some(c);
    }
    let code = c as u32;
    Some(match code {
        // Joiners, tatweel, Arabic and Hebrew points, Indic nukta.
        0x200c | 0x200d | 0x640 | 0x610..=0x61a | 0x64b..=0x65f | 0x670 => return None,
        0x6d6..=0x6ed | 0x591..=0x5c7 | 0x93c | 0x9bc => return None,
        // Alef, yeh, kaf, heh and waw have forms by language and position.
        0x622 | 0x623 | 0x625 | 0x671 => 'ا',
        0x649 | 0x6cc | 0x6d0 | 0x626 | 0x6d2 | 0x6d3 => 'ي',
        0x643 => 'ک',
        0x629 | 0x6c0..=0x6c3 | 0x6be | 0x6d5 => 'ه',
        0x624 => 'و',
        _ => digit(code).unwrap_or(c),
    })
}

/// The character that stands for this one in pieces of words: as [`exact`], and without accents.
pub fn loose(c: char) -> Option<char> {
    let base = match c as u32 {
        0..=0x7f => return Some(c),
        0x300..=0x36f => return None,
        code @ 0xc0..=0x24f => LATIN[code as usize - 0xc0],
        code @ 0x1e00..=0x1eff => LATIN_ADDITIONAL[code as usize - 0x1e00],
        // Cyrillic letters that are often written without their marks.
        0x439 => return Some('и'),
        0x451 => return Some('е'),
        0x457 => return Some('і'),
        0x45e => return Some('у'),
        code @ 0x370..=0x3ff => return Some(greek_base(code).unwrap_or(c)),
        _ => return exact(c),
    };
    Some(if base == b'.' { c } else { char::from(base) })
}

fn greek_base(code: u32) -> Option<char> {
    Some(match code {
        0x3ac => 'α',
        0x3ad => 'ε',
        0x3ae => 'η',
        0x3af | 0x3ca | 0x390 => 'ι',
        0x3cc => 'ο',
        0x3cd | 0x3cb | 0x3b0 => 'υ',
        0x3ce => 'ω',
        _ => return None,
    })
}

/// Decimal digits of the scripts of the languages served, each block's zero.
const ZEROS: [u32; 9] = [0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0xed0, 0x1040, 0x17e0, 0xae6];

fn digit(code: u32) -> Option<char> {
    let zero = ZEROS.iter().find(|zero| (**zero..**zero + 10).contains(&code))?;
    char::from_digit(code - zero, 10)
}

/// Whether a lower-case letter is written in Vietnamese and nowhere else that matters here.
pub fn is_vietnamese(c: char) -> bool {
    matches!(c as u32, 0x1ea0..=0x1ef9 | 0x1a1 | 0x1b0 | 0x111 | 0x103)
}
