use kurbo::Vec2;

use super::*;

/// Lines are written as rows of a drawing: one line of text each, where two spaces or more are
/// a wide gap and leading spaces an indent; a space is half an em wide. `^` before a line sets it
/// larger, `*` sets it bold. An empty line leaves the room of a paragraph.
fn lines(drawing: &[&str]) -> Vec<Line> {
    const SIZE: f64 = 10.0;
    const WIDTH: f64 = 5.0;
    const LEADING: f64 = 12.0;
    let mut lines = Vec::new();
    let mut across = 0.0;
    for row in drawing {
        across += if row.is_empty() { LEADING * 0.7 } else { LEADING };
        let (row, is_bold) = row.strip_prefix('*').map_or((*row, false), |row| (row, true));
        let (row, size) = row.strip_prefix('^').map_or((row, SIZE), |row| (row, SIZE * 1.6));
        if row.trim().is_empty() {
            continue;
        }
        let mut cells = Vec::new();
        let mut column = 0;
        for cell in row.split("  ") {
            let width = cell.chars().count();
            if !cell.trim().is_empty() {
                let indent = width - cell.trim_start().chars().count();
                cells.push((column + indent) as f64 * WIDTH..(column + width) as f64 * WIDTH);
            }
            column += width + 2;
        }
        let words: Vec<&str> = row.split("  ").map(str::trim).filter(|c| !c.is_empty()).collect();
        lines.push(Line {
            inks: Vec::new(),
            text: words.join("\t"),
            along: cells[0].start..cells[cells.len() - 1].end,
            cells,
            narrow: Vec::new(),
            across,
            size,
            is_bold,
            is_right_to_left: false,
            direction: Vec2::new(1.0, 0.0),
            is_vertical: false,
        });
    }
    lines
}

fn check(drawing: &[&str], expected: &[(Shape, &str)]) {
    let blocks = blocks(&lines(drawing));
    let found: Vec<(Shape, &str)> =
        blocks.iter().map(|block| (block.shape, block.text.as_str())).collect();
    assert_eq!(found, expected);
}

#[test]
fn lines_of_a_paragraph_are_joined_and_paragraphs_part_at_gaps() {
    check(
        &["This paragraph has two lines, of", "which the second is shorter.", "", "Another one."],
        &[
            (Shape::Text, "This paragraph has two lines, of which the second is shorter."),
            (Shape::Text, "Another one."),
        ],
    );
}

#[test]
fn an_indent_begins_a_paragraph() {
    check(
        &[
            "  The first line is indented, and",
            "the second is not.",
            "  Then comes the next one of",
            "these.",
        ],
        &[
            (Shape::Text, "The first line is indented, and the second is not."),
            (Shape::Text, "Then comes the next one of these."),
        ],
    );
}

#[test]
fn a_short_last_line_ends_a_paragraph() {
    check(
        &[
            "Nothing but the end of the sentence",
            "shows it.",
            "The next paragraph is flush to the left",
            "and goes on.",
        ],
        &[
            (Shape::Text, "Nothing but the end of the sentence shows it."),
            (Shape::Text, "The next paragraph is flush to the left and goes on."),
        ],
    );
}

#[test]
fn size_and_weight_part_headings_from_text() {
    check(
        &["^Chapter", "Text under the chapter.", "*Section", "Text under the section."],
        &[
            (Shape::Text, "Chapter"),
            (Shape::Text, "Text under the chapter."),
            (Shape::Text, "Section"),
            (Shape::Text, "Text under the section."),
        ],
    );
}

#[test]
fn list_items_keep_their_markers_and_lines() {
    check(
        &[
            "• the first item of the list goes on",
            "  in a second line",
            "• the second",
            "1. a number",
        ],
        &[
            (Shape::ListItem, "• the first item of the list goes on in a second line"),
            (Shape::ListItem, "• the second"),
            (Shape::ListItem, "1. a number"),
        ],
    );
}

#[test]
fn a_number_at_the_start_of_a_line_is_no_marker_within_a_sentence() {
    check(
        &["The contract ends in the year after", "12. May is a poor month to begin, and"],
        &[(
            Shape::Text,
            "The contract ends in the year after 12. May is a poor month to begin, and",
        )],
    );
}

#[test]
fn rows_with_aligned_cells_are_a_table() {
    check(
        &[
            "Name    Price   Count",
            "Apple   1.20      3",
            "Pear   11.80     12",
            "",
            "Text after it.",
        ],
        &[
            (Shape::Table, "Name\tPrice\tCount\nApple\t1.20\t3\nPear\t11.80\t12"),
            (Shape::Text, "Text after it."),
        ],
    );
}

#[test]
fn two_rows_are_not_yet_a_table() {
    check(
        &["Name    Price", "Apple   1.20"],
        &[(Shape::Text, "Name Price"), (Shape::Text, "Apple 1.20")],
    );
}

#[test]
fn a_sentence_runs_on_into_the_next_column() {
    let mut lines = lines(&["The left column ends within", "the right one begins with this line."]);
    lines[1].across = -500.0;
    lines[1].along = 300.0..480.0;
    let blocks = blocks(&lines);
    assert_eq!(blocks.len(), 1);
    assert_eq!(blocks[0].text, "The left column ends within the right one begins with this line.");
}

#[test]
fn no_lines_are_no_blocks() {
    check(&[], &[]);
}
