//! Paragraph styles: which of them head, list or caption.
//!
//! A style's id is in the language of the program that made it ("berschrift1"), and its name
//! usually English; a style that was made by hand has neither, but is based on one that has. So
//! each property is looked for along the chain of styles.

use std::collections::BTreeMap;

use crate::document::BlockKind;
use crate::read::office::xml::Xml;

/// The longest chain followed: in a broken file it may be a ring.
const MAX_CHAIN: usize = 20;
/// Word has nine heading levels, and documents here have six.
const LAST_LEVEL: u8 = 6;
/// The outline level of body text (levels are counted from 0).
const BODY_LEVEL: u8 = 9;

/// The styles of a document.
#[derive(Debug, Default)]
pub(super) struct Styles {
    by_id: BTreeMap<String, Style>,
    /// The default language of runs: of Latin, East Asian and right-to-left text.
    pub(super) language: Option<[Option<String>; 3]>,
}

#[derive(Debug, Default)]
struct Style {
    name: String,
    parent: Option<String>,
    look: Look,
}

/// What a style or a paragraph says of its role.
#[derive(Debug, Default, Clone)]
pub(super) struct Look {
    /// The outline level, counted from 0.
    pub(super) outline: Option<u8>,
    /// Whether it is numbered or has a bullet; an id of 0 takes the number away.
    pub(super) is_numbered: Option<bool>,
}

impl Look {
    /// Takes in an element of a paragraph's properties.
    pub(super) fn see(&mut self, name: &str, value: impl FnOnce() -> Option<String>) {
        match name {
            "outlineLvl" => self.outline = value().and_then(|value| value.parse().ok()),
            "numId" => self.is_numbered = value().map(|value| value != "0"),
            _ => {}
        }
    }
}

impl Styles {
    /// The kind of block that a paragraph of this style and look is.
    pub(super) fn kind(&self, id: Option<&str>, own: &Look) -> BlockKind {
        let chain: Vec<&Style> = self.chain(id).collect();
        let outline = own.outline.or_else(|| chain.iter().find_map(|style| style.level()));
        if let Some(outline) = outline.filter(|outline| *outline < BODY_LEVEL) {
            return BlockKind::Heading { level: (outline + 1).min(LAST_LEVEL) };
        }
        let named = |name: &str| chain.iter().any(|style| style.name == name);
        let numbered = chain.iter().find_map(|style| style.look.is_numbered);
        if named("caption") {
            BlockKind::Caption
        } else if named("html preformatted") || named("source code") {
            BlockKind::Code
        } else if own.is_numbered.or(numbered) == Some(true) {
            BlockKind::ListItem
        } else {
            BlockKind::Paragraph
        }
    }

    fn chain<'s>(&'s self, id: Option<&str>) -> impl Iterator<Item = &'s Style> {
        let first = id.and_then(|id| self.by_id.get(id));
        let next = |style: &&'s Style| self.by_id.get(style.parent.as_ref()?);
        std::iter::successors(first, next).take(MAX_CHAIN)
    }
}

impl Style {
    /// The outline level that it sets or that its name implies.
    fn level(&self) -> Option<u8> {
        let named = || match self.name.strip_prefix("heading ") {
            Some(number) => number.parse::<u8>().ok()?.checked_sub(1),
            None if self.name == "title" => Some(0),
            None => None,
        };
        self.look.outline.or_else(named)
    }
}

/// Reads the part with the styles.
pub(super) fn read(xml: &mut Xml) -> Styles {
    let mut styles = Styles::default();
    while let Some(element) = xml.next_in(0) {
        match element.name() {
            "style" => {
                let id = element.attr("styleId").unwrap_or_default();
                let style = style(xml);
                styles.by_id.insert(id, style);
            }
            "lang" => styles.language = Some(["val", "eastAsia", "bidi"].map(|n| element.attr(n))),
            _ => {}
        }
    }
    styles
}

fn style(xml: &mut Xml) -> Style {
    let mut style = Style::default();
    let depth = xml.depth();
    while let Some(element) = xml.next_in(depth) {
        match element.name() {
            "name" => style.name = element.attr("val").unwrap_or_default().to_lowercase(),
            "basedOn" => style.parent = element.attr("val"),
            "rPr" | "tblStylePr" => xml.skip(),
            name => style.look.see(name, || element.attr("val")),
        }
    }
    style
}
