//! Keywords in several languages as one query.
//!
//! Languages count the same, however many keywords each has; and what is the same in several, as
//! names are, counts once. So five translations of a keyword weigh no more than the keyword.

use super::query::Query;
use crate::analyze::Analyzer;

/// A word or phrase to search for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Keyword<'k> {
    /// What to search for.
    pub text: &'k str,
    /// Its language, under whatever name; only the same name is the same language.
    pub language: &'k str,
    /// How much it counts beside the others of its language.
    pub weight: f32,
}

impl Query {
    /// The query of keywords. Together those of each language weigh what they do on average.
    pub fn keywords(analyzer: Analyzer, keywords: &[Keyword<'_>]) -> Self {
        let mut languages: Vec<&str> = Vec::new();
        for keyword in keywords {
            if !languages.contains(&keyword.language) {
                languages.push(keyword.language);
            }
        }
        let mean = weight_of(keywords.iter()) / languages.len().max(1) as f32;
        let mut query = Self::new();
        for language in languages {
            let own = keywords.iter().filter(|keyword| keyword.language == language);
            let scale = mean / weight_of(own.clone()).max(f32::MIN_POSITIVE);
            let mut of_language = Self::new();
            for Keyword { text, weight, .. } in own {
                of_language.add(analyzer, text, weight * scale);
            }
            query.widen(&of_language);
        }
        query
    }
}

fn weight_of<'k>(keywords: impl Iterator<Item = &'k Keyword<'k>>) -> f32 {
    keywords.map(|keyword| keyword.weight.max(0.0)).sum()
}
