//! The floor under a search index in WebAssembly: plain words, one segment, BM25, nothing else.
//!
//! It has what no index can do without (cutting words, a dictionary, inverted postings, scores) and
//! lacks what a product needs: removing, saving, spans, languages, checks. It trusts its caller.
//! Texts lie end to end in memory, with the end of each in an array beside them.

mod index;
mod words;

use std::cell::RefCell;

use index::{Builder, Index};

/// As many hits as a page shows.
const HITS: usize = 10;

thread_local! {
    static INDEX: RefCell<Option<Index>> = const { RefCell::new(None) };
    static FOUND: RefCell<[u32; HITS]> = const { RefCell::new([0; HITS]) };
}

/// Memory for the caller to write to; [`release`] gives it back.
#[unsafe(no_mangle)]
pub extern "C" fn reserve(bytes: usize) -> *mut u64 {
    let memory = vec![0u64; bytes.div_ceil(8)].into_boxed_slice();
    Box::into_raw(memory).cast()
}

/// # Safety
/// `memory` and `bytes` are those of one call of [`reserve`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn release(memory: *mut u64, bytes: usize) {
    let slice = std::ptr::slice_from_raw_parts_mut(memory, bytes.div_ceil(8));
    // SAFETY: the caller promises that it came from `reserve`.
    drop(unsafe { Box::from_raw(slice) });
}

/// Builds the index of `count` texts; the number of its terms.
///
/// # Safety
/// `ends` points to `count` numbers that rise, and `texts` to as many bytes as the last of them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn build(texts: *const u8, ends: *const u32, count: usize) -> usize {
    // SAFETY: the caller promises it.
    let ends = unsafe { std::slice::from_raw_parts(ends, count) };
    let bytes = ends.last().map_or(0, |end| *end as usize);
    // SAFETY: the caller promises it.
    let texts = unsafe { std::slice::from_raw_parts(texts, bytes) };
    let mut builder = Builder::new(count);
    let mut start = 0;
    for end in ends {
        builder.add(&texts[start..*end as usize]);
        start = *end as usize;
    }
    let index = builder.finish();
    let terms = index.terms();
    INDEX.set(Some(index));
    terms
}

/// The number of hits; their numbers are at [`found`].
///
/// # Safety
/// `query` points to `bytes` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn search(query: *const u8, bytes: usize) -> usize {
    // SAFETY: the caller promises it.
    let query = unsafe { std::slice::from_raw_parts(query, bytes) };
    let hits = INDEX.with_borrow_mut(|index| {
        index.as_mut().map_or_else(Vec::new, |index| index.search(query, HITS))
    });
    FOUND.with_borrow_mut(|found| found[..hits.len()].copy_from_slice(&hits));
    hits.len()
}

/// Where the hits are.
#[unsafe(no_mangle)]
pub extern "C" fn found() -> *const u32 {
    FOUND.with_borrow(|found| found.as_ptr())
}
