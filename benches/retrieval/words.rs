//! The baseline: UAX-29 words in lower case, and BM25 as in the textbook.

use std::collections::HashMap;

use unicode_segmentation::UnicodeSegmentation;

use crate::measure::Set;

const K1: f64 = 1.2;
const B: f64 = 0.75;

pub(crate) struct Index {
    /// For each word the passages that have it, and how often.
    postings: HashMap<String, Vec<(usize, f64)>>,
    lengths: Vec<f64>,
    mean_length: f64,
}

impl Index {
    pub(crate) fn new(set: &Set) -> Self {
        let mut postings: HashMap<String, Vec<(usize, f64)>> = HashMap::new();
        let mut lengths = Vec::new();
        for (place, passage) in set.passages.iter().enumerate() {
            // A title counts twice here, too.
            let words = [&passage.text, &passage.title, &passage.title];
            let words: Vec<String> = words.iter().flat_map(|text| words_of(text)).collect();
            lengths.push(words.len() as f64);
            for word in words {
                let list = postings.entry(word).or_default();
                match list.last_mut() {
                    Some((passage, count)) if *passage == place => *count += 1.0,
                    _ => list.push((place, 1.0)),
                }
            }
        }
        let mean_length = lengths.iter().sum::<f64>() / lengths.len() as f64;
        Self { postings, lengths, mean_length }
    }

    pub(crate) fn ranking(&self, query: &str) -> Vec<usize> {
        let mut scores = vec![0.0; self.lengths.len()];
        for word in words_of(query) {
            let Some(list) = self.postings.get(&word) else { continue };
            let (all, holding) = (self.lengths.len() as f64, list.len() as f64);
            let idf = (1.0 + (all - holding + 0.5) / (holding + 0.5)).ln();
            for (place, count) in list {
                let long = 1.0 - B + B * self.lengths[*place] / self.mean_length;
                scores[*place] += idf * count * (K1 + 1.0) / (count + K1 * long);
            }
        }
        let mut found: Vec<usize> = (0..scores.len()).filter(|at| scores[*at] > 0.0).collect();
        found.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));
        found.truncate(20);
        found
    }
}

fn words_of(text: &str) -> Vec<String> {
    text.unicode_words().map(str::to_lowercase).collect()
}
