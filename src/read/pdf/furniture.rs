//! Headers, footers and page numbers: what stands at the edge of page after page.
//!
//! They are told by their repetition alone, so they show only when all pages have been read, and
//! a document of one or two pages has none. They stay in the page's text; chunks leave them out.

use std::collections::HashMap;

use super::blocks::Draft;

/// Blocks from each end of a page that may be furniture: a running title, a section's name, a
/// page number.
const EDGE: usize = 3;

/// On fewer pages it is a coincidence.
const LEAST_PAGES: usize = 3;

/// It stands on one page of so many at least: titles of chapters change, and left and right
/// pages differ.
const ONE_PAGE_IN: usize = 5;

/// Longer blocks are text, however often they come.
const LONGEST: usize = 160;

/// For each page, which of its blocks are furniture.
pub(super) fn find(pages: &[&[Draft]]) -> Vec<Vec<bool>> {
    let mut counts: HashMap<(bool, String), usize> = HashMap::new();
    for (number, blocks) in pages.iter().enumerate() {
        let mut seen = Vec::new();
        for (at, block) in blocks.iter().enumerate().filter(|(at, _)| is_edge(*at, blocks.len())) {
            if block.text.chars().nth(LONGEST).is_some() {
                continue;
            }
            let key = (is_top(at, blocks.len()), pattern(&block.text, number));
            // Twice on one page is once.
            if !seen.contains(&key) {
                *counts.entry(key.clone()).or_default() += 1;
                seen.push(key);
            }
        }
    }
    let enough = LEAST_PAGES.max(pages.len() / ONE_PAGE_IN);
    let repeats = |number: usize, blocks: &[Draft], at: usize| {
        let text = &blocks[at].text;
        if !is_edge(at, blocks.len()) || text.chars().nth(LONGEST).is_some() {
            return false;
        }
        let key = (is_top(at, blocks.len()), pattern(text, number));
        counts.get(&key).is_some_and(|count| *count >= enough)
    };
    pages
        .iter()
        .enumerate()
        .map(|(number, blocks)| (0..blocks.len()).map(|at| repeats(number, blocks, at)).collect())
        .collect()
}

fn is_edge(at: usize, blocks: usize) -> bool {
    at < EDGE || at + EDGE >= blocks
}

fn is_top(at: usize, blocks: usize) -> bool {
    at * 2 < blocks
}

/// A block's text in which numbers are told by their distance from the page's own, so that page
/// numbers repeat and rows of a table do not.
fn pattern(text: &str, page: usize) -> String {
    let mut pattern = String::new();
    for word in text.split_whitespace() {
        let digits: String = word.chars().filter(char::is_ascii_digit).collect();
        match digits.parse::<i64>() {
            Ok(number) if digits.len() == word.len() => {
                let distance = i64::try_from(page).map_or(number, |page| number - page);
                pattern.push('#');
                pattern.push_str(&distance.to_string());
            }
            _ => pattern.push_str(&word.to_lowercase()),
        }
        pattern.push(' ');
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::super::blocks::Shape;
    use super::*;

    fn page(texts: &[&str]) -> Vec<Draft> {
        let draft = |text: &&str| Draft {
            shape: Shape::Text,
            text: (*text).to_owned(),
            size: 10.0,
            is_bold: false,
            has_gaps: false,
            lines: 1,
            boxes: Vec::new(),
        };
        texts.iter().map(draft).collect()
    }

    /// The blocks that are furniture, page by page.
    fn check(pages: &[&[&str]], expected: &[&[&str]]) {
        let drafts: Vec<Vec<Draft>> = pages.iter().map(|texts| page(texts)).collect();
        let slices: Vec<&[Draft]> = drafts.iter().map(Vec::as_slice).collect();
        let found: Vec<Vec<&str>> = find(&slices)
            .iter()
            .zip(pages)
            .map(|(are, texts)| {
                texts.iter().zip(are).filter(|(_, is)| **is).map(|(text, _)| *text).collect()
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_repeats_at_the_edges_is_furniture() {
        check(
            &[
                &["Annual Report", "Bees are fine.", "a", "b", "c", "Page 7"],
                &["Annual Report", "So are wasps.", "d", "e", "f", "Page 8"],
                &["Annual Report", "And flies too.", "g", "h", "i", "Page 9"],
            ],
            &[
                &["Annual Report", "Page 7"],
                &["Annual Report", "Page 8"],
                &["Annual Report", "Page 9"],
            ],
        );
    }

    #[test]
    fn numbers_that_do_not_follow_the_pages_are_text() {
        check(&[&["text", "12"], &["other", "15"], &["more", "11"]], &[&[], &[], &[]]);
        check(&[&["text", "1"], &["other", "2"], &["more", "3"]], &[&["1"], &["2"], &["3"]]);
    }

    #[test]
    fn two_pages_are_not_enough() {
        check(&[&["Title", "a"], &["Title", "b"]], &[&[], &[]]);
        check(&[], &[]);
    }
}
