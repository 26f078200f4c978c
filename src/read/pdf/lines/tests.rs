use super::*;

/// Draws a text as glyphs half an em wide; a space moves the pen without drawing.
fn draw(text: &str, x: f64, y: f64, size: f64) -> Vec<Glyph> {
    let width = size / 2.0;
    let at = |index: usize| x + index as f64 * width;
    text.chars()
        .enumerate()
        .filter(|(_, c)| *c != ' ')
        .map(|(index, c)| Glyph {
            text: c.to_string().as_str().into(),
            start: Point::new(at(index), y),
            end: Point::new(at(index + 1), y),
            size,
            vertical: false,
            bold: false,
        })
        .collect()
}

fn check(glyphs: Vec<Glyph>, expected: &[&str]) {
    let lines = lines(glyphs);
    let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(texts, expected);
}

#[test]
fn gaps_are_spaces_and_wide_gaps_are_tabs() {
    check(draw("two words", 0.0, 0.0, 10.0), &["two words"]);
    check(draw("one        cell", 0.0, 0.0, 10.0), &["one\tcell"]);
}

#[test]
fn letter_spacing_is_not_a_space() {
    let mut glyphs = draw("spaced out", 0.0, 0.0, 10.0);
    for glyph in &mut glyphs {
        let x = glyph.start.x * 1.6;
        (glyph.start.x, glyph.end.x) = (x, x + 5.0);
    }
    check(glyphs, &["spaced out"]);
}

#[test]
fn baselines_are_lines_in_the_order_of_drawing() {
    let glyphs = [draw("drawn first", 0.0, 0.0, 10.0), draw("above it", 0.0, 50.0, 10.0)].concat();
    check(glyphs, &["drawn first", "above it"]);
}

#[test]
fn pieces_of_a_line_are_sorted() {
    let glyphs = [draw("world", 30.0, 0.0, 10.0), draw("hello", 0.0, 0.0, 10.0)].concat();
    check(glyphs, &["hello world"]);
}

#[test]
fn glyphs_drawn_twice_to_look_bold_count_once() {
    let glyphs = [draw("bold", 0.0, 0.0, 10.0), draw("bold", 0.3, 0.0, 10.0)].concat();
    check(glyphs, &["bold"]);
}

#[test]
fn raised_text_stays_on_its_line() {
    let glyphs = [draw("E=mc", 0.0, 0.0, 10.0), draw("2", 20.0, 5.0, 6.0)].concat();
    let lines = lines(glyphs);
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].text, "E=mc2");
    assert!((lines[0].size - 10.0).abs() < 1e-9);
}

#[test]
fn right_to_left_lines_are_read_from_the_right() {
    check(draw("םלוע םולש", 0.0, 0.0, 10.0), &["שלום עולם"]);
}

#[test]
fn vertical_lines_run_down() {
    let mut glyphs = draw("日本", 0.0, 0.0, 10.0);
    for (index, glyph) in glyphs.iter_mut().enumerate() {
        let y = index as f64 * -10.0;
        glyph.start = Point::new(0.0, y);
        glyph.end = Point::new(0.0, y - 10.0);
        glyph.vertical = true;
    }
    check(glyphs, &["日本"]);
}

#[test]
fn absurd_places_are_borne() {
    let mut glyphs = draw("ab", 0.0, 0.0, 0.0);
    glyphs[1].start.x = 1e8;
    assert_eq!(lines(glyphs).len(), 1 + 1);
    check(Vec::new(), &[]);
}
