//! Cuts text into lower-cased words; Han characters and kana become pairs.
//!
//! ASCII goes 64 bytes at a time: which of them belong to words is one mask, and words begin and
//! end where it changes. Other text goes character by character.

const BLOCK: usize = 64;
/// Spreads the bits of what is hashed (the golden ratio of 2⁶⁴).
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// Takes the bytes of a word and their hash.
pub trait Sink {
    fn word(&mut self, bytes: &[u8], hash: u64);
}

/// Hands every word to the sink. `room` is used again from call to call.
pub fn words(text: &[u8], room: &mut Vec<u8>, sink: &mut impl Sink) {
    if text.is_ascii() {
        // Zeros behind the text end its last word, and let it be read by eights.
        let padded = text.len().next_multiple_of(BLOCK) + BLOCK;
        room.resize(padded.max(room.len()), 0);
        room[..text.len()].copy_from_slice(text);
        room[text.len()..padded].fill(0);
        ascii(&mut room[..padded], sink);
    } else if let Ok(text) = std::str::from_utf8(text) {
        characters(text, room, sink);
    }
}

fn ascii(padded: &mut [u8], sink: &mut impl Sink) {
    let mut start = None;
    let mut carry = 0;
    for base in (0..padded.len()).step_by(BLOCK) {
        let mask = lower(&mut padded[base..base + BLOCK]);
        let mut changes = mask ^ (mask << 1 | carry);
        carry = mask >> 63;
        while changes != 0 {
            let at = base + changes.trailing_zeros() as usize;
            changes &= changes - 1;
            start = match start {
                None => Some(at),
                Some(start) => {
                    sink.word(&padded[start..at], hash(padded, start, at));
                    None
                }
            };
        }
    }
}

/// Lowers a block in place; a bit for each byte of a word.
#[cfg(target_arch = "wasm32")]
fn lower(block: &mut [u8]) -> u64 {
    use std::arch::wasm32::{
        i8x16_bitmask, u8x16_lt, u8x16_splat, u8x16_sub, v128, v128_and, v128_load, v128_or,
        v128_store,
    };
    let within = |bytes: v128, first: u8, count: u8| {
        u8x16_lt(u8x16_sub(bytes, u8x16_splat(first)), u8x16_splat(count))
    };
    let mut mask = 0;
    for (part, bytes) in block.chunks_exact_mut(16).enumerate() {
        let bytes = bytes.as_mut_ptr().cast::<v128>();
        // SAFETY: there are 16 bytes, and wasm loads and stores need no alignment.
        let raw = unsafe { v128_load(bytes) };
        let lowered = v128_or(raw, v128_and(within(raw, b'A', 26), u8x16_splat(0x20)));
        // SAFETY: as above.
        unsafe { v128_store(bytes, lowered) };
        let is_word = v128_or(within(lowered, b'a', 26), within(lowered, b'0', 10));
        mask |= u64::from(i8x16_bitmask(is_word)) << (16 * part);
    }
    mask
}

/// The same for tests outside of wasm.
#[cfg(not(target_arch = "wasm32"))]
fn lower(block: &mut [u8]) -> u64 {
    block.make_ascii_lowercase();
    let bits =
        block.iter().enumerate().map(|(at, byte)| u64::from(byte.is_ascii_alphanumeric()) << at);
    bits.fold(0, |mask, bit| mask | bit)
}

/// Text beyond ASCII; words are put together in `room`.
fn characters(text: &str, room: &mut Vec<u8>, sink: &mut impl Sink) {
    room.clear();
    let mut previous: Option<char> = None;
    let mut is_paired = false;
    for character in text.chars() {
        if is_han_or_kana(character) {
            end(room, sink);
            if let Some(previous) = previous {
                room.extend_from_slice(previous.encode_utf8(&mut [0; 4]).as_bytes());
                room.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                end(room, sink);
            }
            is_paired = previous.is_some();
            previous = Some(character);
            continue;
        }
        end_alone(previous.take(), is_paired, room, sink);
        if character.is_ascii_alphanumeric() {
            room.push(character.to_ascii_lowercase() as u8);
        } else if !character.is_ascii() && character.is_alphanumeric() {
            for lower in character.to_lowercase() {
                room.extend_from_slice(lower.encode_utf8(&mut [0; 4]).as_bytes());
            }
        } else {
            end(room, sink);
        }
    }
    end_alone(previous, is_paired, room, sink);
    end(room, sink);
}

/// A single Han character between others is a word.
fn end_alone(character: Option<char>, is_paired: bool, room: &mut Vec<u8>, sink: &mut impl Sink) {
    if let Some(character) = character.filter(|_| !is_paired) {
        room.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        end(room, sink);
    }
}

fn end(room: &mut Vec<u8>, sink: &mut impl Sink) {
    let length = room.len();
    if length > 0 {
        room.extend_from_slice(&[0; 8]);
        let hash = hash(room, 0, length);
        sink.word(&room[..length], hash);
        room.clear();
    }
}

const fn is_han_or_kana(character: char) -> bool {
    matches!(character, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
}

/// Of the bytes from `start` to `end`, behind which there are eight more.
fn hash(bytes: &[u8], start: usize, end: usize) -> u64 {
    let eight = |at: usize| bytes[at..].first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let mix = |hash: u64, bits: u64| {
        let product = (hash ^ bits).wrapping_mul(SPREAD);
        product ^ product >> 29
    };
    let mut hash = (end - start) as u64;
    let mut at = start;
    while end - at > 8 {
        hash = mix(hash, eight(at));
        at += 8;
    }
    mix(hash, eight(at) & u64::MAX >> (8 * (8 - (end - at))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Collected(Vec<(String, u64)>);

    impl Sink for Collected {
        fn word(&mut self, bytes: &[u8], hash: u64) {
            self.0.push((String::from_utf8_lossy(bytes).into_owned(), hash));
        }
    }

    fn found(text: &str) -> Vec<(String, u64)> {
        let mut collected = Collected::default();
        words(text.as_bytes(), &mut Vec::new(), &mut collected);
        collected.0
    }

    #[test]
    fn words_are_lowered_runs_of_letters_and_digits() {
        let long = format!("{} End-of 64bytes", "Ab1".repeat(30));
        let expected = ["ab1".repeat(30), "end".into(), "of".into(), "64bytes".into()];
        assert_eq!(found(&long).into_iter().map(|(word, _)| word).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn both_ways_of_cutting_agree() {
        let text = "The Quick brown fox, internationalization x";
        let mut other = found(&format!("{text} é"));
        other.pop();
        assert_eq!(found(text), other);
    }

    #[test]
    fn han_characters_are_paired() {
        let words: Vec<_> = found("Git版本控制 和 C").into_iter().map(|(word, _)| word).collect();
        assert_eq!(words, ["git", "版本", "本控", "控制", "和", "c"]);
    }
}
