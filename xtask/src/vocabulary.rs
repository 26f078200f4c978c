//! `cargo xtask vocabulary FILE`: makes `assets/qwen-vocabulary/merges.bin` again.
//!
//! Input is a vocabulary as tiktoken has it: a line for each token, its bytes in base64 and its
//! rank. Of each token longer than a byte the two halves are found that it was merged from, by
//! the same rule by which a text is encoded.

use std::collections::HashMap;
use std::fs;

use crate::step::{Done, root};

const OUTPUT: &str = "assets/qwen-vocabulary/merges.bin";
const MAGIC: &[u8; 8] = b"QwenBPE\x01";

/// Converts a vocabulary and tells whether it is the one that is there.
pub fn convert(file: &str) -> Done {
    let tokens =
        tokens(&fs::read_to_string(file).map_err(|e| format!("cannot read {file}: {e}"))?)?;
    let bytes = encode(&tokens)?;
    let path = root().join(OUTPUT);
    let same = fs::read(&path).is_ok_and(|before| before == bytes);
    println!(
        "{} tokens, {} bytes: {}",
        tokens.len(),
        bytes.len(),
        if same { "the same as before" } else { "changed" }
    );
    fs::write(path, bytes).map_err(|e| format!("cannot write {OUTPUT}: {e}"))
}

/// The tokens by rank.
fn tokens(text: &str) -> Result<Vec<Vec<u8>>, String> {
    let mut tokens = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        let (base64, rank) = line.split_once(' ').ok_or("a line without a rank")?;
        if rank.parse() != Ok(tokens.len()) {
            return Err(format!("rank {rank} stands where {} should", tokens.len()));
        }
        tokens.push(decode(base64).ok_or("a token that is not base64")?);
    }
    Ok(tokens)
}

fn encode(tokens: &[Vec<u8>]) -> Result<Vec<u8>, String> {
    let ranks: HashMap<&[u8], usize> =
        tokens.iter().enumerate().map(|(rank, token)| (token.as_slice(), rank)).collect();
    let (singles, merged) = tokens.split_at_checked(256).ok_or("fewer than 256 tokens")?;
    let mut halves = Vec::with_capacity(merged.len());
    for (rank, token) in merged.iter().enumerate() {
        halves.push(split(token, rank + 256, &ranks).ok_or("a token that no merge gives")?);
    }
    let mut bytes = MAGIC.to_vec();
    bytes.extend((merged.len() as u32).to_le_bytes());
    bytes.extend(singles.iter().map(|token| token[0]));
    for shift in [0, 8, 16] {
        bytes.extend(halves.iter().map(|(left, _)| (left >> shift) as u8));
    }
    for shift in [0, 8, 16] {
        bytes.extend(halves.iter().map(|(_, right)| (right >> shift) as u8));
    }
    Ok(bytes)
}

/// The two tokens that the merges before this one's leave of its bytes.
fn split(token: &[u8], rank: usize, ranks: &HashMap<&[u8], usize>) -> Option<(usize, usize)> {
    let mut cuts: Vec<usize> = (0..=token.len()).collect();
    while cuts.len() > 3 {
        let union = |at: &usize| ranks.get(&token[cuts[at - 1]..cuts[at + 1]]).copied();
        let best = (1..cuts.len() - 1)
            .filter_map(|at| union(&at).filter(|known| *known < rank).map(|known| (known, at)))
            .min()?;
        cuts.remove(best.1);
    }
    let half = |at: usize| ranks.get(&token[cuts[at]..cuts[at + 1]]).copied();
    Some((half(0)?, half(1)?))
}

/// Standard base64 with padding.
fn decode(base64: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for group in base64.as_bytes().chunks(4) {
        let mut bits = 0u32;
        for byte in group {
            bits = bits << 6 | u32::from(value(*byte)?);
        }
        let padding = group.iter().filter(|byte| **byte == b'=').count();
        bytes.extend(bits.to_be_bytes()[1..4 - padding].iter());
    }
    Some(bytes)
}

fn value(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        b'=' => Some(0),
        _ => None,
    }
}
