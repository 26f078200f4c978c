//! JSON as text that can be searched and cited: `key: value`, under the path that leads there.
//!
//! Lists of flat records become tables. With one value a line (JSON Lines), every record is a
//! paragraph. What is no JSON after all is read as the text that it is.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::pages::Pages;
use super::{Limits, ReadError, Reader, Ready, Source, txt};
use crate::document::{BlockKind, Document};

/// Tables with more columns are none; records are then written one by one.
const MAX_COLUMNS: usize = 64;

/// Of longer paths only the end is written, since they stand before every value.
const MAX_PATH: usize = 120;

/// Opens JSON; all of it is read at once.
///
/// # Errors
///
/// If there is no text in it, or it is in an encoding that this build cannot decode.
pub fn open(source: Source, limits: &Limits) -> Result<Box<dyn Reader>, ReadError> {
    let mut document = Document { title: source.title.clone(), ..Document::new(source.id.clone()) };
    let text = txt::text_of(&source.name, &source.bytes, &mut document)?;
    let text = text.trim_start_matches('\u{feff}');
    let mut writer = Writer { blocks: Vec::new(), lines: String::new() };
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        writer.write("", &value);
        writer.end_block(None);
    } else if !writer.write_lines(text) {
        return txt::open(source, limits);
    }
    let mut pages = Pages::new(document, limits);
    for block in writer.blocks {
        if let Some(line) = block.line {
            pages.push_anchor(&format!("line {line}"));
        }
        pages.push(block.kind, &block.text);
    }
    match pages.finish() {
        Some(document) => Ok(Box::new(Ready(document))),
        None => txt::open(source, limits),
    }
}

/// A value whose members stand in the order of the file.
enum Value {
    Scalar(String),
    List(Vec<Value>),
    Object(Vec<(String, Value)>),
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Scalar(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Scalar(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Scalar(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Scalar(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Scalar(value.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Scalar("null".to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            object.push(entry);
        }
        Ok(Value::Object(object))
    }
}

struct Block {
    kind: BlockKind,
    text: String,
    line: Option<usize>,
}

struct Writer {
    blocks: Vec<Block>,
    /// The lines of the paragraph at hand.
    lines: String,
}

impl Writer {
    /// Reads one value a line; whether that is what the text holds.
    fn write_lines(&mut self, text: &str) -> bool {
        for (index, line) in text.lines().enumerate() {
            if line.trim().is_empty() {
                continue;
            }
            match serde_json::from_str::<Value>(line) {
                Ok(value) => self.write_record("", &value),
                Err(_) => return false,
            }
            self.end_block(Some(index + 1));
        }
        true
    }

    /// Writes a value in as many blocks as it takes. The parser bounds how deep it is nested.
    fn write(&mut self, path: &str, value: &Value) {
        match value {
            Value::List(items) if !items.is_empty() => {
                if let Some(table) = table(items) {
                    self.end_block(None);
                    self.push(BlockKind::Caption, path.to_owned());
                    self.push(BlockKind::Table, table);
                } else if items.iter().all(|item| matches!(item, Value::Scalar(_))) {
                    self.write_record(path, value);
                } else {
                    self.write_items(path, items);
                }
            }
            Value::Object(entries) => {
                for (key, value) in entries {
                    self.write(&join(path, key), value);
                }
            }
            _ => self.write_record(path, value),
        }
    }

    fn write_items(&mut self, path: &str, items: &[Value]) {
        for (index, item) in items.iter().enumerate() {
            self.end_block(None);
            self.write(&join(path, &(index + 1).to_string()), item);
        }
        self.end_block(None);
    }

    /// Writes a value as lines of the block at hand.
    fn write_record(&mut self, path: &str, value: &Value) {
        match value {
            Value::Scalar(text) => self.write_line(path, text),
            Value::Object(entries) => {
                for (key, value) in entries {
                    self.write_record(&join(path, key), value);
                }
            }
            Value::List(items) => {
                let scalars: Option<Vec<&str>> = items.iter().map(scalar).collect();
                if let Some(scalars) = scalars {
                    self.write_line(path, &scalars.join(", "));
                    return;
                }
                for (index, item) in items.iter().enumerate() {
                    self.write_record(&join(path, &(index + 1).to_string()), item);
                }
            }
        }
    }

    fn write_line(&mut self, path: &str, text: &str) {
        if !path.is_empty() {
            self.lines.push_str(path);
            self.lines.push_str(": ");
        }
        self.lines.push_str(text);
        self.lines.push('\n');
    }

    fn end_block(&mut self, line: Option<usize>) {
        let text = std::mem::take(&mut self.lines);
        self.blocks.push(Block { kind: BlockKind::Paragraph, text, line });
    }

    fn push(&mut self, kind: BlockKind, text: String) {
        self.blocks.push(Block { kind, text, line: None });
    }
}

fn scalar(value: &Value) -> Option<&str> {
    match value {
        Value::Scalar(text) => Some(text),
        _ => None,
    }
}

/// The path to a member.
fn join(path: &str, key: &str) -> String {
    let joined = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    if joined.len() <= MAX_PATH {
        return joined;
    }
    let mut start = joined.len() - MAX_PATH;
    while !joined.is_char_boundary(start) {
        start += 1;
    }
    format!("…{}", &joined[start..])
}

/// A list of flat records as a table with a row of keys, if it is one.
fn table(items: &[Value]) -> Option<String> {
    let mut columns: Vec<&str> = Vec::new();
    for item in items {
        let Value::Object(entries) = item else { return None };
        for (key, value) in entries {
            scalar(value)?;
            if !columns.contains(&key.as_str()) {
                columns.push(key);
            }
        }
        if columns.len() > MAX_COLUMNS {
            return None;
        }
    }
    let one_line = |text: &str| text.replace(['\n', '\t'], " ");
    let mut rows = vec![columns.iter().map(|key| one_line(key)).collect::<Vec<_>>().join("\t")];
    for item in items {
        let Value::Object(entries) = item else { return None };
        let cell = |column: &&str| {
            let entry = entries.iter().find(|(key, _)| key == column);
            one_line(entry.and_then(|(_, value)| scalar(value)).unwrap_or_default())
        };
        rows.push(columns.iter().map(cell).collect::<Vec<_>>().join("\t"));
    }
    Some(rows.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(json: &str) -> String {
        let source = Source::new("a.json", json);
        super::super::read(source, &Limits::default()).unwrap().pages[0].text().to_owned()
    }

    #[test]
    fn values_stand_under_their_paths() {
        for (json, expected) in [
            (r#"{"z": "Köln", "a": {"b": 1.5, "c": null}}"#, "z: Köln\na.b: 1.5\na.c: null"),
            (r#"{"tags": ["x", "y"], "none": []}"#, "tags: x, y\nnone:"),
            (r#"[{"a": 1, "b": "x\ty"}, {"a": 2, "c": true}]"#, "a\tb\tc\n1\tx y\t\n2\t\ttrue"),
            (r#"{"n": "x", "rows": [{"a": 1}], "m": 2}"#, "n: x\n\nrows\n\na\n1\n\nm: 2"),
            (r#"[{"a": {"b": 1}}, {"a": 2}]"#, "1.a.b: 1\n\n2.a: 2"),
            (r#""only text""#, "only text"),
            ("{\"a\": 1}\n\n{\"a\": [{\"b\": 2}]}\n", "a: 1\n\na.1.b: 2"),
            ("{\"a\": 1, broken}", "{\"a\": 1, broken}"),
            ("{}", "{}"),
        ] {
            assert_eq!(text(json), expected, "{json}");
        }
    }

    #[test]
    fn records_have_anchors() {
        let source = Source::new("a.jsonl", "{\"a\": 1}\n\n{\"a\": 2}");
        let document = super::super::read(source, &Limits::default()).unwrap();
        let page = &document.pages[0];
        assert_eq!(page.anchor_at(page.text().len() - 1).unwrap().name, "line 3");
    }

    #[test]
    fn what_is_nested_too_deeply_is_read_as_text() {
        let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(text(&deep), deep);
    }

    #[test]
    fn long_keys_are_not_repeated_in_full() {
        let key = "k".repeat(100_000);
        let json = format!("{{\"{key}\": [{}[1]]}}", "[1],".repeat(1000));
        assert!(text(&json).len() < 1000 * (MAX_PATH + 20));
    }
}
