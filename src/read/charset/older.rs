//! Texts of DOS and of old Macs, which the detector takes for something else.
//!
//! chardetng knows what web pages are written in, and of DOS only the Cyrillic page. Read in the
//! wrong encoding, accented letters become signs in the middle of words, or capitals behind small
//! letters. So a guess that leaves many of these is compared with the readings it did not consider,
//! and gives way to one that is clearly better.

use encoding_rs::Encoding;

/// The upper half of a code page: byte 128 and on.
struct Page {
    label: &'static str,
    upper: &'static str,
}

/// DOS in Western and Central Europe and in the United States, where the better of two equals is
/// the first.
const DOS: [Page; 3] = [
    Page {
        label: "IBM850",
        upper: "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}",
    },
    Page {
        label: "IBM852",
        upper: "ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×čáíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀ÓßÔŃńňŠšŔÚŕŰýÝţ´\u{ad}˝˛ˇ˘§÷¸°¨˙űŘř■\u{a0}",
    },
    Page {
        label: "IBM437",
        upper: "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}",
    },
];

/// Of a hundred letters and signs, how many more a reading must explain to be preferred.
const CLEARLY: i64 = 20;

/// A guess that explains so many of a hundred is not doubted.
const WELL: i64 = 92;

/// What a character counts that cannot stand where it does.
const WRONG: i64 = -2;

/// A reading of a text that explains it clearly better than a guess does.
pub(super) fn better_than(guess: &str, bytes: &[u8]) -> Option<(String, &'static str)> {
    let least = plausibility(guess);
    if bytes.is_ascii() || least >= WELL || fitnesses(guess).all(|fitness| fitness != WRONG) {
        return None;
    }
    let mac = [encoding_rs::MACINTOSH, encoding_rs::X_MAC_CYRILLIC, encoding_rs::IBM866];
    let of_mac = |encoding: &'static Encoding| {
        (encoding.decode_without_bom_handling(bytes).0.into_owned(), encoding.name())
    };
    let dos = DOS.iter().map(|page| (page.decode(bytes), page.label));
    let readings = dos.chain(mac.into_iter().map(of_mac));
    let mut best = None;
    let mut most = least + CLEARLY;
    for (text, label) in readings {
        let own = plausibility(&text);
        if own > most {
            (most, best) = (own, Some((text, label)));
        }
    }
    best
}

impl Page {
    fn decode(&self, bytes: &[u8]) -> String {
        let upper: Vec<char> = self.upper.chars().collect();
        let character = |byte: &u8| match usize::from(*byte).checked_sub(128) {
            Some(at) => upper[at],
            None => char::from(*byte),
        };
        bytes.iter().map(character).collect()
    }
}

/// Of a hundred characters beyond ASCII, how many stand where they should, less those that do not.
fn plausibility(text: &str) -> i64 {
    let (sum, all) = fitnesses(text).fold((0, 0), |(sum, all), fitness| (sum + fitness, all + 1));
    if all == 0 { 0 } else { sum * 100 / all }
}

/// How well each character beyond ASCII stands where it is.
fn fitnesses(text: &str) -> impl Iterator<Item = i64> {
    let before = std::iter::once(' ').chain(text.chars());
    let after = text.chars().skip(1).chain([' ']);
    let placed = before.zip(text.chars()).zip(after);
    placed.filter(|((_, c), _)| !c.is_ascii()).map(|((before, c), after)| fitness(before, c, after))
}

/// How well a character stands between its neighbours: 1, 0 or less.
fn fitness(before: char, c: char, after: char) -> i64 {
    if c.is_control() || c == char::REPLACEMENT_CHARACTER {
        return WRONG;
    }
    if !is_letter(c) {
        let is_odd = is_letter(before) && (is_letter(after) && !joins(c) || opens(c));
        return if is_odd { WRONG } else { i64::from(is_quoting(before, c, after)) };
    }
    let is_mixed = |other: char| is_letter(other) && script(other) != script(c);
    if is_mixed(before) || is_mixed(after) || c.is_uppercase() && before.is_lowercase() {
        return WRONG;
    }
    // A text all in capitals may well be another one with its letters' cases exchanged, and one with
    // nothing but accented Latin letters one in another script.
    let is_capital = c.is_uppercase() && is_letter(before);
    let is_accented = |c: char| !c.is_ascii() && is_letter(c) && script(c) == LATIN;
    let is_row = is_accented(before) && is_accented(c) && is_accented(after);
    i64::from((is_letter(before) || is_letter(after)) && !is_capital && !is_row)
}

/// A letter, not one of the small signs that modify the letter before.
fn is_letter(c: char) -> bool {
    c.is_alphabetic() && !matches!(c, '\u{2b0}'..='\u{2ff}')
}

/// Signs that never follow a letter.
fn opens(c: char) -> bool {
    matches!(c, '‚' | '„' | '•' | '¡' | '¿' | '¤')
}

/// Signs within words: marks on letters, apostrophes, hyphens and dots.
fn joins(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{590}'..='\u{fff}' | '\u{2010}'..='\u{2015}')
        || matches!(c, '’' | '‘' | '\u{ad}' | '\u{b7}' | '\u{a0}')
}

/// Whether a quotation mark or dash stands as it does in print.
fn is_quoting(before: char, c: char, after: char) -> bool {
    match c {
        '“' | '„' | '‘' | '«' => !is_letter(before) && !after.is_whitespace(),
        '”' | '’' | '»' => !before.is_whitespace(),
        '–' | '—' => before == ' ' && after == ' ',
        _ => false,
    }
}

const LATIN: u8 = 0;

/// Latin, Greek, Cyrillic, and so on, about.
fn script(c: char) -> u8 {
    match c {
        ..'\u{370}' | '\u{1e00}'..='\u{1eff}' => LATIN,
        '\u{370}'..'\u{400}' => 1,
        '\u{400}'..'\u{530}' => 2,
        _ => 3,
    }
}
