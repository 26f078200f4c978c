//! Streams that unpack to more than memory holds are not unpacked.
//!
//! The parser unpacks a stream as a whole, whatever its size. Here the most that a stream can
//! become is reckoned from its length first; only where that is too much, its codes are counted
//! without writing anything. Several compressions on top of each other are a bomb, not a document.
//!
//! Hardly any file needs the counting, so it is marked as cold: small rather than fast.

use std::borrow::Cow;

use hayro_syntax::Filter;
use hayro_syntax::object::{Array, Dict, Stream};
use miniz_oxide::inflate::decompress_to_vec_with_limit;

/// The most that one stream may become. A page of text is a few kilobytes, the largest drawings
/// some tens of megabytes.
const MAX_UNPACKED: usize = 512 << 20;

/// What a stream holds; nothing if it cannot be unpacked, or is too large.
#[inline(never)]
pub(super) fn decoded<'a>(stream: &Stream<'a>) -> Option<Cow<'a, [u8]>> {
    if let Some(inflated) = inflated(stream) {
        return Some(Cow::Owned(inflated));
    }
    is_bounded(stream).then(|| stream.decoded_data().ok())?
}

/// What a stream holds that is only deflated, as nearly all are: the parser forgives more, but
/// takes twice the time. Nothing if it is packed otherwise, damaged, or too large.
fn inflated(stream: &Stream<'_>) -> Option<Vec<u8>> {
    let dict = stream.dict();
    if stream.filters().as_slice() != [Filter::FlateDecode]
        || dict.contains_key("DecodeParms")
        || dict.contains_key("DP")
    {
        return None;
    }
    let packed = stream.raw_data();
    decompress_to_vec_with_limit(without_frame(&packed), MAX_UNPACKED).ok()
}

/// Deflated data without zlib's header.
fn without_frame(packed: &[u8]) -> &[u8] {
    const HAS_DICTIONARY: u8 = 0x20;
    match packed {
        [a, b, rest @ ..] if is_header(*a, *b) && b & HAS_DICTIONARY == 0 => rest,
        _ => packed,
    }
}

fn is_header(first: u8, second: u8) -> bool {
    first & 15 == 8 && u16::from_be_bytes([first, second]).is_multiple_of(31)
}

/// Whether a stream unpacks to no more than [`MAX_UNPACKED`].
#[inline(never)]
pub(super) fn is_bounded(stream: &Stream<'_>) -> bool {
    let filters = stream.filters();
    let growth = filters.iter().map(|filter| growth(*filter)).fold(1, usize::saturating_mul);
    if growth == 1 {
        return true;
    }
    let packed = stream.raw_data();
    if packed.len().saturating_mul(growth) <= MAX_UNPACKED {
        return true;
    }
    match filters.as_slice() {
        [Filter::FlateDecode] => inflated_size(&packed, MAX_UNPACKED) <= MAX_UNPACKED,
        [Filter::LzwDecode] => {
            lzw_size(&packed, changes_early(stream.dict()), MAX_UNPACKED) <= MAX_UNPACKED
        }
        _ => false,
    }
}

/// Whether one of the streams that say where a file's objects are is too large to unpack. They
/// are read before anything can be asked for, so they are looked for in the bytes.
#[cold]
pub(super) fn has_boundless_frame(file: &[u8]) -> bool {
    const KINDS: [&[u8]; 2] = [b"/ObjStm", b"/XRef"];
    /// A dictionary's length; these have few entries.
    const REACH: usize = 1024;
    let mut from = 0;
    while let Some(at) = file[from..].iter().position(|byte| *byte == b'/') {
        let at = from + at;
        from = at + 1;
        if !KINDS.iter().any(|kind| file[at..].starts_with(kind)) {
            continue;
        }
        let Some(end) = find(&file[at..file.len().min(at + REACH)], b"stream") else { continue };
        let before = &file[at.saturating_sub(REACH)..at];
        let start = at - before.len() + before.windows(4).rposition(|w| w == b" obj").unwrap_or(0);
        let data = file[at + end + b"stream".len()..].trim_ascii_start();
        if is_boundless(&file[start..at + end], data) {
            return true;
        }
    }
    false
}

/// Whether data with such a dictionary, which may go on to the end of the file, is too large.
#[cold]
fn is_boundless(dictionary: &[u8], data: &[u8]) -> bool {
    // The beginnings of the names, which may be abbreviated.
    let times = |name: &[u8]| dictionary.windows(name.len()).filter(|word| *word == name).count();
    let names: [(&[u8], Filter); 4] = [
        (b"/Fl", Filter::FlateDecode),
        (b"/LZW", Filter::LzwDecode),
        (b"/RunLength", Filter::RunLengthDecode),
        (b"/RL", Filter::RunLengthDecode),
    ];
    let (mut filters, mut most) = (Vec::new(), data.len());
    for (name, filter) in names {
        for _ in 0..times(name) {
            filters.push(filter);
            most = most.saturating_mul(growth(filter));
        }
    }
    most > MAX_UNPACKED
        && match filters.as_slice() {
            [] => false,
            [Filter::FlateDecode] => inflated_size(data, MAX_UNPACKED) > MAX_UNPACKED,
            [Filter::LzwDecode] => lzw_size(data, true, MAX_UNPACKED) > MAX_UNPACKED,
            _ => true,
        }
}

fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).position(|window| window == word)
}

/// How many bytes one byte can become.
fn growth(filter: Filter) -> usize {
    match filter {
        // A bit for a length of 258, and one for its distance.
        Filter::FlateDecode => 1032,
        // Twelve bits for a string as long as the table.
        Filter::LzwDecode => 2731,
        Filter::RunLengthDecode => 64,
        _ => 1,
    }
}

/// Whether codes get longer one early (ISO 32000-2, table 8).
fn changes_early(dict: &Dict<'_>) -> bool {
    let parameters = dict.get::<Dict<'_>>("DecodeParms");
    let first = || dict.get::<Array<'_>>("DecodeParms")?.iter::<Dict<'_>>().next();
    let value = parameters.or_else(first).and_then(|dict| dict.get::<i32>("EarlyChange"));
    value != Some(0)
}

/// The size of LZW data (ISO 32000-2, 7.4.4); beyond `limit`, just something more.
#[cold]
fn lzw_size(packed: &[u8], early: bool, limit: usize) -> usize {
    const CLEAR: usize = 256;
    const END: usize = 257;
    const LONGEST: usize = 12;
    let mut lengths = vec![1_usize; 1 << LONGEST];
    let (mut next, mut before, mut size) = (END + 1, None, 0);
    let (mut buffer, mut bits) = (0_u32, 0);
    let mut bytes = packed.iter();
    while size <= limit {
        let width = (usize::BITS - (next + usize::from(early)).leading_zeros()) as usize;
        let width = width.clamp(9, LONGEST);
        while bits < width {
            let Some(byte) = bytes.next() else { return size };
            (buffer, bits) = (buffer << 8 | u32::from(*byte), bits + 8);
        }
        bits -= width;
        let code = (buffer >> bits) as usize & ((1 << width) - 1);
        if code == END {
            return size;
        }
        if code == CLEAR {
            (next, before) = (END + 1, None);
            continue;
        }
        if let Some(length) = before
            && let Some(entry) = lengths.get_mut(next)
        {
            *entry = length + 1;
            next += 1;
        }
        size += lengths[code];
        before = Some(lengths[code]);
    }
    size
}

/// The size of deflated data with or without zlib's frame (RFC 1951); beyond `limit`, just
/// something more. Damaged data ends where the damage is.
#[cold]
fn inflated_size(packed: &[u8], limit: usize) -> usize {
    let framed = matches!(packed, [a, b, ..] if is_header(*a, *b));
    let mut bits = Bits { bytes: &packed[if framed { 2 } else { 0 }..], buffer: 0, count: 0 };
    let mut size = 0;
    while let Some(is_last) = block_size(&mut bits, &mut size, limit) {
        if is_last == 1 || size > limit {
            break;
        }
    }
    size
}

/// Counts a block; whether it was the last, as a bit.
#[cold]
fn block_size(bits: &mut Bits<'_>, size: &mut usize, limit: usize) -> Option<u32> {
    let is_last = bits.take(1)?;
    match bits.take(2)? {
        0 => {
            let length = bits.skip_stored()?;
            *size += length;
        }
        1 => {
            let lengths: Vec<u8> = (0..288).map(fixed_length).collect();
            codes_size(bits, &Code::new(&lengths), &Code::new(&[5; 30]), (size, limit))?;
        }
        2 => {
            let (literals, distances) = dynamic_codes(bits)?;
            codes_size(bits, &literals, &distances, (size, limit))?;
        }
        _ => return None,
    }
    Some(is_last)
}

fn fixed_length(symbol: u32) -> u8 {
    match symbol {
        0..144 => 8,
        144..256 => 9,
        256..280 => 7,
        _ => 8,
    }
}

#[cold]
fn codes_size(
    bits: &mut Bits<'_>,
    literals: &Code,
    distances: &Code,
    (size, limit): (&mut usize, usize),
) -> Option<()> {
    while *size <= limit {
        let symbol = usize::from(literals.read(bits)?);
        match symbol {
            0..256 => *size += 1,
            256 => return Some(()),
            257..265 => *size += symbol - 254,
            265..285 => {
                let extra = (symbol - 261) / 4;
                *size +=
                    ((4 + (symbol - 261) % 4) << extra) + 3 + bits.take(extra as u32)? as usize;
            }
            285 => *size += 258,
            _ => return None,
        }
        if symbol > 256 {
            let distance = u32::from(distances.read(bits)?);
            bits.take((distance / 2).saturating_sub(1))?;
        }
    }
    Some(())
}

#[cold]
fn dynamic_codes(bits: &mut Bits<'_>) -> Option<(Code, Code)> {
    const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
    let literals = bits.take(5)? as usize + 257;
    let all = literals + bits.take(5)? as usize + 1;
    let given = bits.take(4)? as usize + 4;
    let mut lengths = [0; 19];
    for place in &ORDER[..given] {
        lengths[*place] = bits.take(3)? as u8;
    }
    let code = Code::new(&lengths);
    let mut lengths: Vec<u8> = Vec::with_capacity(all);
    while lengths.len() < all {
        let (length, times) = match code.read(bits)? {
            16 => (*lengths.last()?, 3 + bits.take(2)?),
            17 => (0, 3 + bits.take(3)?),
            18 => (0, 11 + bits.take(7)?),
            length => (length as u8, 1),
        };
        lengths.extend((0..times).map(|_| length));
    }
    Some((Code::new(&lengths[..literals]), Code::new(&lengths[literals..all])))
}

/// A prefix code by its lengths: how many codes there are of each, and their symbols in order.
struct Code {
    counts: [u16; 16],
    symbols: Vec<u16>,
}

impl Code {
    #[cold]
    #[inline(never)]
    fn new(lengths: &[u8]) -> Self {
        let mut counts = [0; 16];
        let mut symbols = Vec::new();
        for (length, count) in counts.iter_mut().enumerate().skip(1) {
            let of_length = (0..).zip(lengths).filter(|(_, own)| usize::from(**own) == length);
            let before = symbols.len();
            symbols.extend(of_length.map(|(symbol, _)| symbol));
            *count = (symbols.len() - before) as u16;
        }
        Self { counts, symbols }
    }

    #[cold]
    #[inline(never)]
    fn read(&self, bits: &mut Bits<'_>) -> Option<u16> {
        let (mut code, mut first, mut index) = (0_u32, 0_u32, 0_u32);
        for count in &self.counts[1..] {
            let count = u32::from(*count);
            code |= bits.take(1)?;
            if code < first + count {
                return self.symbols.get((index + code - first) as usize).copied();
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        None
    }
}

/// Bits from the lowest of each byte on.
struct Bits<'d> {
    bytes: &'d [u8],
    buffer: u32,
    count: u32,
}

impl Bits<'_> {
    /// Up to 16 of them.
    #[cold]
    #[inline(never)]
    fn take(&mut self, wanted: u32) -> Option<u32> {
        while self.count < wanted {
            self.buffer |= u32::from(*self.bytes.split_off_first()?) << self.count;
            self.count += 8;
        }
        let taken = self.buffer & ((1 << wanted) - 1);
        self.buffer >>= wanted;
        self.count -= wanted;
        Some(taken)
    }

    /// Passes over a block that is not compressed; its length.
    #[cold]
    #[inline(never)]
    fn skip_stored(&mut self) -> Option<usize> {
        // At most seven bits are left of a byte, since no more than asked for is ever taken in.
        (self.buffer, self.count) = (0, 0);
        let length = usize::from(u16::from_le_bytes([*self.bytes.first()?, *self.bytes.get(1)?]));
        self.bytes = self.bytes.get(4 + length..)?;
        Some(length)
    }
}

#[cfg(test)]
mod tests {
    use miniz_oxide as packer;
    use proptest::prelude::*;

    use super::{inflated_size, lzw_size};

    fn deflated(data: &[u8], level: u8) -> Vec<u8> {
        packer::deflate::compress_to_vec_zlib(data, level)
    }

    proptest! {
        #[test]
        fn sizes_are_told_without_unpacking(data in prop::collection::vec(0_u8..9, 0..4000), times in 1_usize..40, level in 0_u8..10) {
            let data = data.repeat(times);
            prop_assert_eq!(inflated_size(&deflated(&data, level), usize::MAX), data.len());
        }

        #[test]
        fn damaged_data_ends_somewhere(data in prop::collection::vec(any::<u8>(), 0..400)) {
            inflated_size(&data, 1 << 20);
            lzw_size(&data, true, 1 << 20);
        }
    }

    #[test]
    fn counting_stops_beyond_the_limit() {
        let size = inflated_size(&deflated(&vec![0; 1 << 20], 9), 5000);
        assert!((5001..=5258).contains(&size));
    }

    #[test]
    fn lzw_strings_are_counted() {
        // The example of ISO 32000-2, 7.4.4.2.
        let packed = [0x80, 0x0b, 0x60, 0x50, 0x22, 0x0c, 0x0c, 0x85, 0x01];
        assert_eq!(lzw_size(&packed, true, 100), 10);
    }
}
