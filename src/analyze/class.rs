//! Which rule a character falls under. Code points are those of Unicode's blocks.

/// A character's rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Neither letter nor digit: parts words.
    Other,
    /// Part of a word in a script with spaces.
    Letter,
    /// Han, kana, Hangul: each character counts.
    Ideograph,
    /// Thai, Lao, Burmese, Khmer: clusters count.
    Cluster,
    /// Joins two letters into one word: apostrophe, full stop, gershayim.
    Joiner,
}

/// The rule of a lower-cased character.
pub fn class(c: char) -> Class {
    match c as u32 {
        0x30..=0x39 | 0x5f | 0x61..=0x7a => Class::Letter,
        0x27 | 0x2e => Class::Joiner,
        0..=0x7f => Class::Other,
        0x2019 | 0x5f3 | 0x5f4 => Class::Joiner,
        0xe00..=0xeff | 0x1000..=0x109f | 0x1780..=0x17ff | 0x200b => southeast(c),
        0xac00..=0xd7a3 | 0x1100..=0x11ff | 0x3131..=0x318e => Class::Ideograph,
        // Japanese: iteration marks, hiragana, katakana with its length mark.
        0x3005..=0x3007 | 0x3041..=0x3096 | 0x309d..=0x309f => Class::Ideograph,
        0x30a1..=0x30fa | 0x30fc..=0x30ff | 0x31f0..=0x31ff => Class::Ideograph,
        0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff => Class::Ideograph,
        0x20000..=0x3_ffff => Class::Ideograph,
        // Zero-width joiners and combining accents stay inside their word.
        0x200c | 0x200d | 0x300..=0x36f => Class::Letter,
        0x964 | 0x965 | 0x970 => Class::Other,
        // Indic scripts: letters, dependent signs and digits alike.
        0x900..=0xdff => Class::Letter,
        // Hebrew points and Arabic marks.
        0x591..=0x5bd | 0x5bf | 0x5c1..=0x5c2 | 0x5c4..=0x5c5 | 0x5c7 => Class::Letter,
        0x610..=0x61a | 0x64b..=0x65f | 0x670 | 0x6d6..=0x6dc => Class::Letter,
        0x6df..=0x6e8 | 0x6ea..=0x6ed => Class::Letter,
        _ if c.is_alphanumeric() => Class::Letter,
        _ => Class::Other,
    }
}

/// Southeast Asian blocks, without their punctuation and currency signs.
fn southeast(c: char) -> Class {
    match c as u32 {
        0xe3f | 0xe4f | 0xe5a..=0xe5b | 0x104a..=0x104b | 0x17d4..=0x17db => Class::Other,
        _ => Class::Cluster,
    }
}
