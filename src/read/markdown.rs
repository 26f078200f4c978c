//! Markdown as `CommonMark` and GitHub know it: what one would read once it is set.
//!
//! Headings get the anchors that GitHub gives them. Addresses of links are left out, pieces of
//! HTML are read as such, and of front matter only the title is taken.

use std::collections::HashMap;

use pulldown_cmark::{Event, MetadataBlockKind, Options, Parser, Tag, TagEnd};

use super::pages::Pages;
use super::{Limits, ReadError, Reader, Ready, Source, html, txt};
use crate::document::{BlockKind, Document};

/// Opens a text in Markdown; all of it is read at once.
///
/// # Errors
///
/// If there is no text in it.
pub fn open(source: Source, limits: &Limits) -> Result<Box<dyn Reader>, ReadError> {
    let mut document = Document { title: source.title, ..Document::new(source.id) };
    let text = txt::text_of(&source.name, &source.bytes, &mut document)?;
    let mut writer = Writer::new(Pages::new(document, limits));
    for event in Parser::new_ext(&text, options()) {
        if writer.pages.is_full() {
            break;
        }
        writer.take(event);
    }
    writer.flush();
    let title = writer.title.take();
    let document = writer.pages.finish().ok_or(ReadError::Empty { name: source.name })?;
    let title = document.title.clone().or(title);
    Ok(Box::new(Ready(Document { title, ..document })))
}

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS
        | Options::ENABLE_DEFINITION_LIST
}

struct Writer<'l> {
    pages: Pages<'l>,
    /// The title that the front matter gives, or else the first heading of the first level.
    title: Option<String>,
    text: String,
    kind: BlockKind,
    /// The next number of every open list; nothing for lists without.
    lists: Vec<Option<u64>>,
    marker: String,
    id: Option<String>,
    /// How often a heading's anchor was given.
    slugs: HashMap<String, usize>,
    front_matter: Option<MetadataBlockKind>,
}

impl<'l> Writer<'l> {
    fn new(pages: Pages<'l>) -> Self {
        Self {
            pages,
            title: None,
            text: String::new(),
            kind: BlockKind::Paragraph,
            lists: Vec::new(),
            marker: String::new(),
            id: None,
            slugs: HashMap::new(),
            front_matter: None,
        }
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Code(text) | Event::Html(text) => self.text.push_str(&text),
            Event::InlineMath(text) | Event::DisplayMath(text) => self.text.push_str(&text),
            Event::InlineHtml(tag) if tag.to_ascii_lowercase().starts_with("<br") => {
                self.text.push('\n');
            }
            Event::InlineHtml(_) => {}
            Event::FootnoteReference(label) => self.text.extend(["[", &label, "]"]),
            Event::SoftBreak => self.text.push(' '),
            Event::HardBreak if self.kind == BlockKind::Table => self.text.push(' '),
            Event::HardBreak => self.text.push('\n'),
            Event::Rule => self.flush(),
            Event::TaskListMarker(done) => self.text.push_str(if done { "[x] " } else { "[ ] " }),
        }
    }

    fn start(&mut self, tag: Tag) {
        match tag {
            Tag::Heading { level, id, .. } => {
                self.begin(BlockKind::Heading { level: level as u8 });
                self.id = id.map(|id| id.to_string());
            }
            Tag::CodeBlock(_) => self.begin(BlockKind::Code),
            Tag::Table(_) => self.begin(BlockKind::Table),
            Tag::List(first) => {
                self.flush();
                self.lists.push(first);
            }
            Tag::Item => self.begin_item(),
            Tag::DefinitionListTitle | Tag::DefinitionListDefinition => {
                self.begin(BlockKind::ListItem);
            }
            Tag::FootnoteDefinition(label) => {
                self.begin(BlockKind::Paragraph);
                self.marker = format!("[{label}] ");
            }
            Tag::MetadataBlock(kind) => {
                self.flush();
                self.front_matter = Some(kind);
            }
            Tag::Paragraph | Tag::BlockQuote(_) | Tag::HtmlBlock => self.begin_within_item(),
            _ => {}
        }
    }

    fn begin(&mut self, kind: BlockKind) {
        self.flush();
        self.kind = kind;
    }

    /// A paragraph of a list item is part of the list.
    fn begin_within_item(&mut self) {
        let is_item = !self.lists.is_empty();
        self.begin(if is_item { BlockKind::ListItem } else { BlockKind::Paragraph });
    }

    fn begin_item(&mut self) {
        self.begin(BlockKind::ListItem);
        self.marker = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number = number.saturating_add(1);
                format!("{}. ", *number - 1)
            }
            _ => "- ".to_owned(),
        };
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(level) => self.end_heading(level as u8),
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
            }
            TagEnd::TableCell => self.text.push('\t'),
            TagEnd::TableRow | TagEnd::TableHead => {
                self.text.pop();
                self.text.push('\n');
            }
            TagEnd::HtmlBlock => {
                let html = std::mem::take(&mut self.text);
                html::write_fragment(&html, &mut self.pages);
            }
            TagEnd::MetadataBlock(_) => self.end_front_matter(),
            TagEnd::Paragraph
            | TagEnd::CodeBlock
            | TagEnd::Table
            | TagEnd::Item
            | TagEnd::FootnoteDefinition
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition => self.flush(),
            _ => {}
        }
    }

    fn end_heading(&mut self, level: u8) {
        let slug = self.id.take().unwrap_or_else(|| slug(&self.text));
        let times = self.slugs.entry(slug.clone()).or_default();
        let anchor = if *times == 0 { slug } else { format!("{slug}-{times}") };
        *times += 1;
        if level == 1 && self.title.is_none() {
            self.title = Some(self.text.trim().to_owned()).filter(|title| !title.is_empty());
        }
        if !anchor.is_empty() {
            self.pages.push_anchor(&anchor);
        }
        self.flush();
    }

    fn end_front_matter(&mut self) {
        let text = std::mem::take(&mut self.text);
        let sign = match self.front_matter.take() {
            Some(MetadataBlockKind::PlusesStyle) => '=',
            _ => ':',
        };
        let mut entries = text.lines().filter_map(|line| line.split_once(sign));
        let title = entries.find(|(key, _)| key.trim_end() == "title").map(|(_, value)| value);
        let title = title.map(|title| title.trim().trim_matches(['"', '\'']).to_owned());
        self.title = title.filter(|title| !title.is_empty());
    }

    /// Ends a block.
    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        if !text.trim().is_empty() {
            let marker = std::mem::take(&mut self.marker);
            let text = if self.kind == BlockKind::Code { text.trim_matches('\n') } else { &text };
            self.pages.push(self.kind, &(marker + text));
        }
        self.kind = BlockKind::Paragraph;
    }
}

/// The anchor that GitHub gives a heading.
fn slug(heading: &str) -> String {
    let heading = heading.trim().to_lowercase();
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Document {
        super::super::read(Source::new("a.md", text), &Limits::default()).unwrap()
    }

    fn blocks(text: &str) -> Vec<String> {
        let document = read(text);
        let pages = document.pages.iter();
        let show = |page: &crate::document::Page| {
            let show = |block| format!("{}: {}", block_kind(block), page.block_text(block));
            page.blocks().iter().map(show).collect::<Vec<_>>()
        };
        pages.flat_map(show).collect()
    }

    fn block_kind(block: &crate::document::Block) -> &'static str {
        block.kind.name()
    }

    #[test]
    fn what_is_read_is_what_is_set() {
        for (text, expected) in [
            ("# A *b* `c`\n\ntext\nflows", &["heading: A b c", "paragraph: text flows"][..]),
            ("a [link](https://x.org \"t\") ![img](i.png)", &["paragraph: a link img"]),
            (
                "- one\n  - two\n\n3. three\n4. four",
                &[
                    "list-item: - one",
                    "list-item: - two",
                    "list-item: 3. three",
                    "list-item: 4. four",
                ],
            ),
            ("- [x] done\n- [ ] open", &["list-item: - [x] done", "list-item: - [ ] open"]),
            ("```rust\nfn a() {\n\n    b\n}\n```", &["code: fn a() {\n\n    b\n}"]),
            ("| a | b |\n|---|---|\n| 1 | |\n| **2** | x |", &["table: a\tb\n1\t\n2\tx"]),
            ("> quoted\n\nnot", &["paragraph: quoted", "paragraph: not"]),
            ("a<b>b</b><br>c", &["paragraph: ab\nc"]),
            (
                "<div align=center><h1>T</h1>x &amp; y</div>\n\nz",
                &["heading: T", "paragraph: x & y", "paragraph: z"],
            ),
            ("a[^n]\n\n[^n]: note", &["paragraph: a[n]", "paragraph: [n] note"]),
            ("x &lt; y \\* z\\\nw", &["paragraph: x < y * z\nw"]),
            ("- a\n\n  b\n- c", &["list-item: - a", "list-item: b", "list-item: - c"]),
        ] {
            assert_eq!(blocks(text), expected, "{text:?}");
        }
    }

    #[test]
    fn headings_have_the_anchors_of_github() {
        let document =
            read("# Hello, *World*!\n\n## Über-uns & x\n\n## Hello world\n\n## a {#own}");
        let names = document.pages[0].anchors().iter().map(|anchor| anchor.name.as_str());
        assert_eq!(
            names.collect::<Vec<_>>(),
            ["hello-world", "über-uns--x", "hello-world-1", "own"]
        );
    }

    #[test]
    fn titles_come_from_front_matter_or_the_first_heading() {
        for (text, title) in [
            ("---\ntitle: \"My: notes\"\nlang: en\n---\n# Other", Some("My: notes")),
            ("+++\ntitle = 'Mine'\n+++\ntext", Some("Mine")),
            ("text\n\n# First\n\n# Second", Some("First")),
            ("text", None),
        ] {
            let document = read(text);
            assert_eq!(document.title.as_deref(), title);
            assert!(!document.pages[0].text().contains("lang"));
        }
    }

    #[test]
    fn attacks_neither_overflow_nor_hang() {
        const MANY: usize = 50_000;
        for attack in ["> ", "- ", "[", "*", "`", "![", "<", "|", "&", "[^", "  - ", "***a", "\\"] {
            let text = format!("{}x", attack.repeat(MANY));
            let _ = super::super::read(Source::new("a.md", text), &Limits::default());
        }
    }
}
