//! A page's elements as a list in document order, made from whatever tags a file has.
//!
//! The rules for tags that are missing, stray or wrongly nested are those of the HTML standard
//! ("The rules for parsing tokens in HTML content"), as far as they decide which text stands in
//! which block. An element's content follows it in the list up to [`Node::end`], so that walks
//! need neither recursion nor pointers.

use html5gum::{DefaultEmitter, Token, Tokenizer};

use super::address::resolve;
use super::input::Input;
use super::tag::Tag;

type StartTag = html5gum::StartTag<()>;

/// Browsers keep no more elements open either; what is nested deeper becomes a sibling. It also
/// bounds the time that one end tag can take.
const MAX_DEPTH: usize = 512;

/// An element or a run of text.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// What it is.
    pub(super) content: Content,
    /// The index of the element that holds it; its own for the first.
    pub(super) parent: usize,
    /// One past the index of the last node inside of it.
    pub(super) end: usize,
}

/// What a node is.
#[derive(Debug, Clone)]
pub(super) enum Content {
    /// An element.
    Element(Tag, Attributes),
    /// Text, as a range of [`Tree::text`].
    Text(std::ops::Range<usize>),
}

/// The attributes that matter.
#[derive(Debug, Clone, Default)]
pub(super) struct Attributes {
    /// `id`, or the `name` of a link's target.
    pub(super) id: Option<Box<str>>,
    /// `class`, `id` and `itemprop`, for hints at what it is.
    pub(super) hints: Option<Box<str>>,
    /// `role`.
    pub(super) role: Option<Box<str>>,
    /// Columns that a cell takes.
    pub(super) colspan: u16,
    /// Rows that a cell takes.
    pub(super) rowspan: u16,
    /// The number that an ordered list begins with.
    pub(super) first: Option<i32>,
    /// Whether it is a link to somewhere.
    pub(super) is_link: bool,
    /// Whether it is kept from screen readers, as decoration is.
    pub(super) is_decoration: bool,
}

/// A parsed page.
#[derive(Debug, Default)]
pub(super) struct Tree {
    /// Elements and text in document order; the first one holds all others.
    pub(super) nodes: Vec<Node>,
    /// All text.
    pub(super) text: String,
    /// The content of `<title>`.
    pub(super) title: Option<String>,
    /// The `lang` of the page.
    pub(super) language: Option<String>,
    /// What it calls its canonical address.
    canonical: Option<String>,
    /// The address by which others are to share it.
    shared: Option<String>,
}

impl Tree {
    /// Parses a page. Nothing is an error.
    pub(super) fn parse(html: &str) -> Self {
        let mut builder = Builder::default();
        builder.open(Tag::Html, Attributes::default(), false);
        let mut emitter = DefaultEmitter::<()>::default();
        // Scripts, styles and titles hold no tags.
        emitter.naively_switch_states(true);
        for token in Tokenizer::new_with_emitter(Input::new(html), emitter) {
            match token {
                Ok(Token::StartTag(tag)) => builder.start_tag(&tag),
                Ok(Token::EndTag(tag)) => builder.end_tag(Tag::from_name(&tag.name)),
                Ok(Token::String(text)) => builder.text(&String::from_utf8_lossy(&text)),
                _ => {}
            }
        }
        builder.close_to(0);
        builder.tree
    }

    /// The address that the page gives itself; `found` is where it was.
    pub(super) fn address(&self, found: Option<&str>) -> Option<String> {
        let mut given = [&self.canonical, &self.shared].into_iter().flatten();
        given.find_map(|address| resolve(found, address))
    }

    /// The tag of an element; nothing for text.
    pub(super) fn tag(&self, index: usize) -> Option<Tag> {
        match &self.nodes[index].content {
            Content::Element(tag, _) => Some(*tag),
            Content::Text(_) => None,
        }
    }

    /// The attributes of an element; nothing for text.
    pub(super) fn attributes(&self, index: usize) -> Option<&Attributes> {
        match &self.nodes[index].content {
            Content::Element(_, attributes) => Some(attributes),
            Content::Text(_) => None,
        }
    }
}

/// An element whose end is still to come.
#[derive(Debug, Clone, Copy)]
struct Open {
    tag: Tag,
    /// Its place in the tree; nothing if it is not kept.
    node: Option<usize>,
}

#[derive(Debug, Default)]
struct Builder {
    tree: Tree,
    open: Vec<Open>,
    /// How many open elements there were when one began whose content is not kept.
    dropped_at: Option<usize>,
    /// A line end right after `<pre>` is not part of it.
    skips_line_end: bool,
    /// Whether what comes now is shown.
    is_in_body: bool,
}

impl Builder {
    fn start_tag(&mut self, tag: &StartTag) {
        let name = Tag::from_name(&tag.name);
        self.skips_line_end = name.is_preformatted();
        if matches!(name, Tag::Html | Tag::Body) {
            self.note_language(tag);
            self.leave_head();
            self.is_in_body |= name == Tag::Body;
            return;
        }
        if !name.is_metadata() && name != Tag::Head {
            self.leave_head();
            self.is_in_body = true;
        }
        self.note_address(tag);
        self.make_room(name);
        if name == Tag::Form && self.is_between_cells() {
            return;
        }
        let is_hidden = is_hidden(tag);
        self.open(name, attributes(tag), is_hidden);
        let is_empty_drawing = tag.self_closing && matches!(name, Tag::Svg | Tag::Math);
        if name.is_void() || is_empty_drawing {
            self.close_to(self.open.len() - 1);
        }
    }

    fn note_language(&mut self, tag: &StartTag) {
        for name in [&b"lang"[..], b"xml:lang"] {
            if self.tree.language.is_none() {
                self.tree.language = value(tag, name).filter(|language| !language.is_empty());
            }
        }
    }

    /// Only the head speaks for the page: a link in the body may be what somebody else wrote.
    fn note_address(&mut self, tag: &StartTag) {
        let is_in_head = !self.is_in_body
            && self.open.iter().all(|open| matches!(open.tag, Tag::Html | Tag::Head));
        let given = match tag.name.as_slice() {
            b"link" if has_word(tag, b"rel", "canonical") => value(tag, b"href"),
            b"meta" if has_word(tag, b"property", "og:url") => value(tag, b"content"),
            _ => None,
        };
        if let (true, Some(address)) = (is_in_head, given) {
            let place = match tag.name.as_slice() {
                b"link" => &mut self.tree.canonical,
                _ => &mut self.tree.shared,
            };
            place.get_or_insert(address);
        }
    }

    /// Ends the page's head when its body begins without saying so.
    fn leave_head(&mut self) {
        let is_in_head = self.open.get(1).is_some_and(|open| open.tag == Tag::Head);
        if is_in_head && self.dropped_at.is_none() {
            self.close_to(1);
        }
    }

    /// Whether the next element would stand in a table, but in no cell.
    fn is_between_cells(&self) -> bool {
        let top = self.open.last().map_or(Tag::Html, |open| open.tag);
        matches!(top, Tag::Table | Tag::Tr) || top.is_row_group()
    }

    /// Closes the elements that a start tag ends without saying so.
    fn make_room(&mut self, tag: Tag) {
        if tag.is_block() {
            self.close_drawing();
        }
        let closes = match tag {
            Tag::A => self.find(|open| open == Tag::A, Tag::is_special),
            Tag::Button | Tag::Option => self.find(|open| open == tag, Tag::is_scope),
            Tag::Li => self.find(|open| open == Tag::Li, stops_items),
            Tag::Dd | Tag::Dt => self.find(|open| matches!(open, Tag::Dd | Tag::Dt), stops_items),
            Tag::Td | Tag::Th => self.find(Tag::is_cell, |open| open == Tag::Table),
            Tag::Tr => self.find(|open| open == Tag::Tr, |open| open == Tag::Table),
            Tag::Tbody | Tag::Thead | Tag::Tfoot | Tag::Caption | Tag::Colgroup => self
                .find(|open| open == Tag::Table, |_| false)
                .map(|table| table + 1)
                .filter(|at| *at < self.open.len()),
            _ => None,
        };
        if let Some(at) = closes {
            self.close_to(at);
        }
        if tag.ends_paragraph() {
            self.close_paragraph();
            if tag.heading().is_some() {
                self.close_unended_heading();
            }
        }
    }

    /// A block ends a drawing that was left open, unless it is a label in one.
    fn close_drawing(&mut self) {
        let is_drawing = |tag| matches!(tag, Tag::Svg | Tag::Math);
        if let Some(at) = self.find(is_drawing, |tag| tag == Tag::ForeignObject) {
            self.close_to(at);
        }
    }

    fn close_paragraph(&mut self) {
        let stops = |tag: Tag| tag.is_scope() || tag == Tag::Button;
        if let Some(at) = self.find(|tag| tag == Tag::P, stops) {
            self.close_to(at);
        }
    }

    fn close_unended_heading(&mut self) {
        if self.open.last().is_some_and(|open| open.tag.heading().is_some()) {
            self.close_to(self.open.len() - 1);
        }
    }

    fn end_tag(&mut self, tag: Tag) {
        self.skips_line_end = false;
        let found = match tag {
            Tag::Html | Tag::Body => None,
            Tag::Br => {
                self.open(Tag::Br, Attributes::default(), false);
                Some(self.open.len() - 1)
            }
            Tag::P => {
                let stops = |open: Tag| open.is_scope() || open == Tag::Button;
                self.find(|open| open == Tag::P, stops).or_else(|| {
                    self.open(Tag::P, Attributes::default(), false);
                    Some(self.open.len() - 1)
                })
            }
            Tag::Li => {
                let stops = |open: Tag| open.is_scope() || matches!(open, Tag::Ul | Tag::Ol);
                self.find(|open| open == Tag::Li, stops)
            }
            _ if tag.heading().is_some() => {
                self.find(|open| open.heading().is_some(), Tag::is_scope)
            }
            Tag::Table => self.find(|open| open == tag, |_| false),
            Tag::Tr | Tag::Td | Tag::Th | Tag::Tbody | Tag::Thead | Tag::Tfoot | Tag::Caption => {
                self.find(|open| open == tag, |open| open == Tag::Table)
            }
            _ if tag.is_special() || tag.is_scope() || tag.is_dropped() => {
                self.find(|open| open == tag, Tag::is_scope)
            }
            _ => self.find(|open| open == tag, Tag::is_special),
        };
        if let Some(at) = found {
            self.close_to(at);
        }
    }

    /// The innermost open element that is sought, not looking beyond one that stops the search.
    fn find(&self, is_sought: impl Fn(Tag) -> bool, stops: impl Fn(Tag) -> bool) -> Option<usize> {
        for (at, open) in self.open.iter().enumerate().skip(1).rev() {
            if is_sought(open.tag) {
                return Some(at);
            }
            if stops(open.tag) {
                return None;
            }
        }
        None
    }

    fn open(&mut self, tag: Tag, attributes: Attributes, is_hidden: bool) {
        if self.open.len() >= MAX_DEPTH {
            self.close_to(self.open.len() - 1);
        }
        let is_kept = self.dropped_at.is_none();
        let node = is_kept.then(|| self.push(Content::Element(tag, attributes)));
        if is_kept && (is_hidden || tag.is_dropped()) {
            self.dropped_at = Some(self.open.len());
        }
        self.open.push(Open { tag, node });
    }

    fn push(&mut self, content: Content) -> usize {
        let index = self.tree.nodes.len();
        let parent = self.open.last().and_then(|open| open.node).unwrap_or(index);
        self.tree.nodes.push(Node { content, parent, end: index + 1 });
        index
    }

    /// Closes the open elements from a place on.
    fn close_to(&mut self, at: usize) {
        let end = self.tree.nodes.len();
        for open in self.open.drain(at..) {
            if let Some(node) = open.node {
                self.tree.nodes[node].end = end;
            }
        }
        self.dropped_at = self.dropped_at.filter(|depth| *depth < at);
    }

    fn text(&mut self, text: &str) {
        let text = match text.strip_prefix('\n') {
            Some(rest) if self.skips_line_end => rest,
            _ => text,
        };
        self.skips_line_end = false;
        if self.dropped_at.is_some() {
            return;
        }
        if self.open.last().is_some_and(|open| open.tag == Tag::Title) {
            self.tree.title.get_or_insert_with(|| text.to_owned());
        } else {
            if !text.trim().is_empty() {
                self.leave_head();
            }
            let start = self.tree.text.len();
            self.tree.text.push_str(text);
            self.push(Content::Text(start..start + text.len()));
        }
    }
}

/// An item ends the one before it, but not the one that holds its list.
fn stops_items(tag: Tag) -> bool {
    tag.is_special() && !matches!(tag, Tag::Address | Tag::Div | Tag::P)
}

fn value(tag: &StartTag, name: &[u8]) -> Option<String> {
    tag.attributes.get(name).map(|value| String::from_utf8_lossy(value).trim().to_owned())
}

fn has_word(tag: &StartTag, name: &[u8], word: &str) -> bool {
    let value = value(tag, name).unwrap_or_default();
    value.split_ascii_whitespace().any(|own| own.eq_ignore_ascii_case(word))
}

fn attributes(tag: &StartTag) -> Attributes {
    if tag.attributes.is_empty() {
        return Attributes::default();
    }
    let number = |name: &[u8]| value(tag, name).and_then(|digits| digits.parse::<u16>().ok());
    let text = |name: &[u8]| value(tag, name).filter(|text| !text.is_empty());
    let id = text(b"id").or_else(|| text(b"name").filter(|_| *tag.name == b"a"[..]));
    let hints = [&b"class"[..], b"id", b"itemprop"].map(|name| text(name).unwrap_or_default());
    let hints = hints.join(" ");
    Attributes {
        id: id.map(String::into_boxed_str),
        hints: Some(hints).filter(|hints| hints.len() > 2).map(String::into_boxed_str),
        role: text(b"role").map(|role| role.to_ascii_lowercase().into_boxed_str()),
        colspan: number(b"colspan").unwrap_or(1),
        rowspan: number(b"rowspan").unwrap_or(1),
        first: value(tag, b"start").and_then(|digits| digits.parse().ok()),
        is_link: *tag.name == b"a"[..] && tag.attributes.contains_key(&b"href"[..]),
        is_decoration: value(tag, b"aria-hidden").as_deref() == Some("true"),
    }
}

/// Whether an element says itself that it is not shown.
fn is_hidden(tag: &StartTag) -> bool {
    if tag.attributes.contains_key(&b"hidden"[..]) {
        return true;
    }
    let Some(style) = value(tag, b"style") else { return false };
    let style: String = style.to_ascii_lowercase().split_ascii_whitespace().collect();
    style.split(';').any(|rule| {
        let rule = rule.trim_end_matches("!important");
        matches!(rule, "display:none" | "visibility:hidden")
    })
}
