//! What every layer needs of text: positions (bytes inside the core, UTF-16 units for
//! JavaScript), and where sentences end.

#[cfg(feature = "core")]
pub(crate) mod order;
#[cfg(feature = "core")]
pub mod sentence;

/// Turns byte offsets of one text into UTF-16 offsets. Offsets must be asked for in rising order,
/// so that many of them cost one walk over the text.
///
/// ```
/// use qwen_agent_wasm::text::Utf16Offsets;
///
/// let mut offsets = Utf16Offsets::new("aé中😀b");
/// assert_eq!(offsets.at(1), 1);
/// assert_eq!(offsets.at(3), 2); // é has two bytes
/// assert_eq!(offsets.at(10), 5); // 😀 has two units
/// ```
#[derive(Debug)]
pub struct Utf16Offsets<'t> {
    text: &'t str,
    byte: usize,
    unit: usize,
}

impl<'t> Utf16Offsets<'t> {
    /// Begins at the start of a text.
    pub fn new(text: &'t str) -> Self {
        Self { text, byte: 0, unit: 0 }
    }

    /// The UTF-16 offset of a byte offset; an offset inside a character counts as its start, one
    /// before the last asked for starts over.
    pub fn at(&mut self, byte: usize) -> usize {
        let byte = floor_char_boundary(self.text, byte);
        if byte < self.byte {
            (self.byte, self.unit) = (0, 0);
        }
        self.unit += self.text[self.byte..byte].chars().map(char::len_utf16).sum::<usize>();
        self.byte = byte;
        self.unit
    }
}

/// The byte offset of a UTF-16 offset; inside a character, that of its start; beyond the end, the
/// end.
///
/// ```
/// use qwen_agent_wasm::text::byte_of_utf16;
///
/// assert_eq!(byte_of_utf16("aé😀b", 2), 3);
/// assert_eq!(byte_of_utf16("aé😀b", 3), 3); // inside 😀
/// assert_eq!(byte_of_utf16("aé😀b", 4), 7);
/// ```
pub fn byte_of_utf16(text: &str, unit: usize) -> usize {
    let mut units = 0;
    for (byte, c) in text.char_indices() {
        units += c.len_utf16();
        if units > unit {
            return byte;
        }
    }
    text.len()
}

/// The last character border at or before an offset.
pub fn floor_char_boundary(text: &str, byte: usize) -> usize {
    let mut byte = byte.min(text.len());
    while !text.is_char_boundary(byte) {
        byte -= 1;
    }
    byte
}
