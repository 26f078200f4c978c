//! From the order in which right-to-left text stands on the page to the order in which it is
//! read.
//!
//! A PDF places glyphs; it has no reading order within a line. This undoes the Unicode
//! Bidirectional Algorithm (UAX #9) as far as lines of real documents need it: runs of one
//! direction, numbers inside either, neutrals between them. It must never drop a piece.

use super::characters::{is_digit, is_left_to_right, is_mark, is_right_to_left};

/// The direction of a line as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    LeftToRight,
    RightToLeft,
}

/// What a piece is to the algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Right,
    Left,
    Number,
    Neutral,
}

/// The order in which pieces are read that stand in this order from left to right on the page.
///
/// A piece is the text of one glyph, itself already in reading order.
pub(super) fn reading_order(visual: &[&str], base: Direction) -> Vec<usize> {
    let directions = directions(&classes(visual), base);
    let mut runs: Vec<Vec<usize>> = Vec::new();
    let mut start = 0;
    for chunk in directions.chunk_by(|a, b| a == b) {
        let mut run: Vec<usize> = (start..start + chunk.len()).collect();
        if chunk[0] == Direction::RightToLeft {
            run.reverse();
        }
        runs.push(run);
        start += chunk.len();
    }
    if base == Direction::RightToLeft {
        runs.reverse();
    }
    let mut order = runs.concat();
    put_marks_after_letters(&mut order, visual);
    order
}

fn classes(visual: &[&str]) -> Vec<Class> {
    let mut classes: Vec<Class> = visual.iter().map(|piece| class(piece)).collect();
    // A separator between digits belongs to the number.
    for i in 1..classes.len().saturating_sub(1) {
        let between = [classes[i - 1], classes[i], classes[i + 1]];
        let separates = matches!(visual[i], "." | "," | ":" | "/" | "-" | "٫" | "٬");
        if separates && between == [Class::Number, Class::Neutral, Class::Number] {
            classes[i] = Class::Number;
        }
    }
    classes
}

fn class(piece: &str) -> Class {
    // A mark alone goes with the letters around it, which are of its script.
    let Some(c) = piece.chars().find(|c| !is_mark(*c)) else { return Class::Right };
    if is_digit(c) {
        Class::Number
    } else if is_right_to_left(c) {
        Class::Right
    } else if is_left_to_right(c) {
        Class::Left
    } else {
        Class::Neutral
    }
}

/// A direction for every piece. Neutrals take that of their neighbours if both agree, else that
/// of the line; digits are too weak to draw neutrals along in a right-to-left line.
fn directions(classes: &[Class], base: Direction) -> Vec<Direction> {
    let strong = |class: Class| match class {
        Class::Right => Direction::RightToLeft,
        _ => Direction::LeftToRight,
    };
    let mut directions: Vec<Direction> = classes.iter().map(|class| strong(*class)).collect();
    let mut start = 0;
    for chunk in classes.chunk_by(|a, b| (*a == Class::Neutral) == (*b == Class::Neutral)) {
        let end = start + chunk.len();
        if chunk[0] == Class::Neutral {
            let before = start.checked_sub(1).map(|i| classes[i]);
            let after = classes.get(end).copied();
            let sides = [before, after].map(|side| side.map_or(base, strong));
            let has_letter = before == Some(Class::Left) || after == Some(Class::Left);
            let only_digits = before.is_some() && after.is_some() && !has_letter;
            let weak = only_digits && sides[0] == Direction::LeftToRight;
            let agreed = sides[0] == sides[1] && !weak;
            directions[start..end].fill(if agreed { sides[0] } else { base });
        }
        start = end;
    }
    directions
}

/// A mark may be drawn left of its letter, and so comes out before it.
fn put_marks_after_letters(order: &mut [usize], visual: &[&str]) {
    for i in 0..order.len().saturating_sub(1) {
        let piece = visual[order[i]];
        let is_lone_mark = !piece.is_empty() && piece.chars().all(is_mark);
        let begins_word = i == 0 || visual[order[i - 1]] == " ";
        if is_lone_mark && begins_word && visual[order[i + 1]].chars().any(is_right_to_left) {
            order.swap(i, i + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(visual: &[&str], base: Direction) -> String {
        reading_order(visual, base).into_iter().map(|piece| visual[piece]).collect()
    }

    /// Upper case stands for Hebrew letters, so that the cases can be read.
    fn check(visual: &str, base: Direction, expected: &str) {
        let hebrew = |text: &str| -> String {
            let letter = |c: char| char::from_u32(0x5d0 + c as u32 - 'A' as u32);
            text.chars()
                .map(|c| if c.is_ascii_uppercase() { letter(c).unwrap() } else { c })
                .collect()
        };
        let pieces: Vec<String> = hebrew(visual).chars().map(String::from).collect();
        let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
        assert_eq!(read(&pieces, base), hebrew(expected), "{visual}");
    }

    #[test]
    fn a_right_to_left_line_is_turned_and_its_numbers_and_names_are_not() {
        let right = Direction::RightToLeft;
        check("CBA", right, "ABC");
        check(".FED CBA", right, "ABC DEF.");
        check("CBA 123", right, "123 ABC");
        check("CBA 3.14 FED", right, "DEF 3.14 ABC");
        check("CBA two words FED", right, "DEF two words ABC");
        check("10 20", right, "20 10");
    }

    #[test]
    fn a_left_to_right_line_turns_only_its_foreign_words() {
        check("see CBA here", Direction::LeftToRight, "see ABC here");
        check("see FED CBA.", Direction::LeftToRight, "see ABC DEF.");
    }

    #[test]
    fn a_mark_comes_after_its_letter() {
        let pieces = ["\u{5d1}", "\u{5d0}", "\u{5b7}"];
        assert_eq!(read(&pieces, Direction::RightToLeft), "\u{5d0}\u{5b7}\u{5d1}");
    }

    #[test]
    fn nothing_is_nothing() {
        assert_eq!(read(&[], Direction::RightToLeft), "");
    }
}
