//! Orthographic clusters of Thai, Lao, Burmese and Khmer, which put no spaces between words.
//!
//! A cluster is a consonant with the vowels and marks that are written around it. The rules
//! follow how the scripts are encoded (Unicode core specification, chapter 16) and need no
//! dictionary; pairs of clusters then find words of any length.

use std::ops::Range;

/// Parts words in these scripts where an author put it.
const ZERO_WIDTH_SPACE: char = '\u{200b}';

/// The borders of the clusters in a stretch of characters, in one list for each run between
/// zero-width spaces: the start of each cluster, and the end of the last.
pub fn clusters(chars: &[char], stretch: Range<usize>) -> Vec<Vec<usize>> {
    let mut runs = Vec::new();
    let mut start = stretch.start;
    for at in stretch.clone().chain([stretch.end]) {
        if at == stretch.end || chars[at] == ZERO_WIDTH_SPACE {
            if start < at {
                runs.push(borders(&chars[start..at], start));
            }
            start = at + 1;
        }
    }
    runs
}

fn borders(run: &[char], offset: usize) -> Vec<usize> {
    let starts = (0..run.len()).filter(|at| *at == 0 || begins_cluster(run, *at));
    starts.chain([run.len()]).map(|at| at + offset).collect()
}

fn begins_cluster(run: &[char], at: usize) -> bool {
    match run[at] as u32 {
        0xe00..=0xeff => begins_thai_or_lao(run, at),
        0x1000..=0x109f => begins_burmese(run, at),
        0x1780..=0x17ff => begins_khmer(run, at),
        _ => true,
    }
}

/// A vowel written before its consonant opens the cluster; signs above, below and after join it.
fn begins_thai_or_lao(run: &[char], at: usize) -> bool {
    let is_preposed = |c: char| matches!(c as u32, 0xe40..=0xe44 | 0xec0..=0xec4);
    let in_block = run[at] as u32 & 0x7f;
    let is_lao = run[at] as u32 >= 0xe80;
    let joins_before = matches!(in_block, 0x30..=0x3a | 0x45 | 0x47..=0x4e)
        || is_lao && matches!(in_block, 0x3b..=0x3d);
    let after_preposed = is_preposed(run[at - 1]);
    !joins_before && (!after_preposed || is_preposed(run[at]))
}

/// A base letter opens a syllable unless it is stacked under the one before (virama, U+1039) or
/// closes it (asat, U+103A, perhaps after the tone mark U+1037).
fn begins_burmese(run: &[char], at: usize) -> bool {
    let code = |at: usize| run.get(at).map_or(0, |c| *c as u32);
    let is_base = matches!(code(at), 0x1000..=0x102a | 0x103f | 0x1040..=0x1049 | 0x104c..=0x104f);
    let next = code(at + 1);
    let is_closing = matches!(next, 0x103a | 0x1039) || next == 0x1037 && code(at + 2) == 0x103a;
    let is_stacked = code(at - 1) == 0x1039;
    is_base && !is_closing && !is_stacked
}

/// A base letter opens a cluster unless the sign COENG (U+17D2) puts it under the one before.
fn begins_khmer(run: &[char], at: usize) -> bool {
    let is_base = matches!(run[at] as u32, 0x1780..=0x17b3 | 0x17e0..=0x17e9);
    is_base && run[at - 1] as u32 != 0x17d2
}
