//! A page's text as the tokenizer takes it: in stretches up to what is of interest to it.
//!
//! The tokenizer has a reader of its own, but that is built into each of its seventy states; this
//! one is called from them, and makes the module smaller by a tenth.

use std::convert::Infallible;

use html5gum::Reader;

/// What is left of a page's text.
pub(super) struct Input<'t>(&'t [u8]);

impl<'t> Input<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self(text.as_bytes())
    }
}

impl Reader for Input<'_> {
    type Error = Infallible;

    fn read_byte(&mut self) -> Result<Option<u8>, Infallible> {
        Ok(self.0.split_off_first().copied())
    }

    fn try_read_string(&mut self, wanted: &[u8], case_sensitive: bool) -> Result<bool, Infallible> {
        let Some((head, rest)) = self.0.split_at_checked(wanted.len()) else { return Ok(false) };
        let is_it = head == wanted || !case_sensitive && head.eq_ignore_ascii_case(wanted);
        if is_it {
            self.0 = rest;
        }
        Ok(is_it)
    }

    /// One of `ends` alone, or everything before the next of them.
    #[inline(never)]
    fn read_until<'b>(
        &'b mut self,
        ends: &[u8],
        _: &'b mut [u8; 4],
    ) -> Result<Option<&'b [u8]>, Infallible> {
        // A bit for each of the ASCII characters, of which all ends are.
        let marks = ends.iter().fold(0, |marks, end| marks | 1_u128 << (end & 0x7f));
        let is_end = |byte: &u8| byte.is_ascii() && marks >> byte & 1 != 0;
        let length = match self.0.iter().position(is_end) {
            Some(0) => 1,
            Some(at) => at,
            None => self.0.len(),
        };
        let (stretch, rest) = self.0.split_at(length);
        self.0 = rest;
        Ok((length > 0).then_some(stretch))
    }
}
