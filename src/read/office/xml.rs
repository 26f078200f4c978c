//! XML, element by element, by local names.
//!
//! Namespace prefixes differ between producers while local names do not clash in these formats,
//! so prefixes are not looked at. No document type is read and no entity is expanded but the
//! predefined ones and character references, so nothing can grow. Of the alternatives that
//! office programs offer for one thing (`AlternateContent`), only the first is seen.
//!
//! Where the markup is broken, every open element is closed and the end is reached: what came
//! before is kept, and [`Xml::trouble`] tells of it.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

/// Deeper elements than any program writes; a reader's own stack must hold them.
pub(super) const MAX_DEPTH: usize = 200;

/// A stream of elements.
pub(super) struct Xml<'x> {
    reader: Reader<&'x [u8]>,
    depth: usize,
    /// The depth of the alternatives around, and whether one of them was taken.
    alternatives: Vec<(usize, bool)>,
    is_over: bool,
    trouble: Option<Trouble>,
}

/// Why the markup was not read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// It is not well-formed.
    Broken,
    /// It is nested deeper than [`MAX_DEPTH`].
    TooDeep,
}

/// What is met in the stream.
pub(super) enum Node<'x> {
    /// An element begins; its content follows unless it is skipped.
    Open(Element<'x>),
    /// Text in the element that is open.
    Text(String),
    /// An element ends.
    Close,
}

/// The start of an element.
pub(super) struct Element<'x>(BytesStart<'x>);

impl Element<'_> {
    /// Its name without a prefix.
    pub(super) fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }

    /// The value of an attribute, by its name without a prefix.
    pub(super) fn attr(&self, name: &str) -> Option<String> {
        let mut attributes = self.0.attributes();
        let attributes = attributes.with_checks(false);
        let found = attributes.flatten().find(|a| a.key.local_name().into_inner() == name)?;
        Some(unescape(&found.value))
    }

    /// The id of a relationship. It is the attribute `r:id`; a plain `id` may stand beside it.
    pub(super) fn relation(&self) -> Option<String> {
        let mut attributes = self.0.attributes();
        let attributes = attributes.with_checks(false);
        let found = attributes.flatten().find(|a| a.key.as_ref().ends_with(":id"))?;
        Some(unescape(&found.value))
    }

    /// Whether an attribute is set to a true value.
    pub(super) fn is_on(&self, name: &str) -> bool {
        self.attr(name).is_some_and(|value| matches!(value.as_str(), "1" | "true" | "on"))
    }

    /// The value of an attribute as a number.
    pub(super) fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.attr(name)?.trim().parse().ok()
    }
}

impl<'x> Xml<'x> {
    pub(super) fn new(text: &'x str) -> Self {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.allow_dangling_amp = true;
        Self { reader, depth: 0, alternatives: Vec::new(), is_over: false, trouble: None }
    }

    /// What was wrong, if not everything could be read.
    pub(super) fn trouble(&self) -> Option<Trouble> {
        self.trouble
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// The next element inside the one at this depth, however deep in it.
    pub(super) fn next_in(&mut self, depth: usize) -> Option<Element<'x>> {
        loop {
            if let Node::Open(element) = self.node_in(depth)? {
                return Some(element);
            }
        }
    }

    /// The next element, text or end inside the element at this depth; nothing at its own end.
    pub(super) fn node_in(&mut self, depth: usize) -> Option<Node<'x>> {
        if self.depth < depth || (depth == 0 && self.is_over) {
            return None;
        }
        let node = self.node();
        (self.depth >= depth).then_some(node).flatten()
    }

    /// Passes over the rest of the element that was opened last.
    pub(super) fn skip(&mut self) {
        let depth = self.depth;
        while self.node_in(depth).is_some() {}
    }

    /// All text in the element that was opened last.
    pub(super) fn text(&mut self) -> String {
        let depth = self.depth;
        let mut text = String::new();
        while let Some(node) = self.node_in(depth) {
            if let Node::Text(more) = node {
                text.push_str(&more);
            }
        }
        text
    }

    fn node(&mut self) -> Option<Node<'x>> {
        loop {
            if self.is_over {
                return self.close();
            }
            match self.reader.read_event() {
                Ok(Event::Start(start)) if self.depth == MAX_DEPTH => {
                    drop(start);
                    self.stop(Trouble::TooDeep);
                }
                Ok(Event::Start(start)) => {
                    self.depth += 1;
                    let element = Element(start);
                    if self.is_taken(element.name()) {
                        return Some(Node::Open(element));
                    }
                    self.skip();
                }
                Ok(Event::End(_)) => return self.close(),
                Ok(Event::Text(text)) => {
                    return Some(Node::Text(text.xml10_content().into_owned()));
                }
                Ok(Event::CData(text)) => {
                    return Some(Node::Text(text.xml10_content().into_owned()));
                }
                Ok(Event::GeneralRef(reference)) => return Some(Node::Text(resolve(&reference))),
                Ok(Event::Eof) if self.depth > 0 => self.stop(Trouble::Broken),
                Ok(Event::Eof) => self.is_over = true,
                Ok(_) => {}
                Err(_) => self.stop(Trouble::Broken),
            }
        }
    }

    fn stop(&mut self, trouble: Trouble) {
        self.is_over = true;
        self.trouble = Some(trouble);
    }

    fn close(&mut self) -> Option<Node<'x>> {
        self.depth = self.depth.checked_sub(1)?;
        while self.alternatives.last().is_some_and(|(depth, _)| *depth > self.depth) {
            self.alternatives.pop();
        }
        Some(Node::Close)
    }

    /// Whether an element is to be seen: of alternatives, only the first is.
    fn is_taken(&mut self, name: &str) -> bool {
        match name {
            "AlternateContent" => self.alternatives.push((self.depth, false)),
            "Choice" | "Fallback" => {
                let parent = self.depth - 1;
                if let Some((depth, is_chosen)) = self.alternatives.last_mut()
                    && *depth == parent
                {
                    return !std::mem::replace(is_chosen, true);
                }
            }
            _ => {}
        }
        true
    }
}

fn resolve(reference: &BytesRef) -> String {
    if let Ok(Some(c)) = reference.resolve_char_ref() {
        return c.to_string();
    }
    let name = reference.xml10_content();
    let latin = || latin(&name).map(String::from);
    predefined(&name).map(str::to_owned).or_else(latin).unwrap_or_default()
}

fn predefined(name: &str) -> Option<&'static str> {
    Some(match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        // These are of XHTML, like those in `LATIN`.
        "ndash" => "–",
        "mdash" => "—",
        "lsquo" => "‘",
        "rsquo" => "’",
        "sbquo" => "‚",
        "ldquo" => "“",
        "rdquo" => "”",
        "bdquo" => "„",
        "hellip" => "…",
        "bull" => "•",
        "euro" => "€",
        "trade" => "™",
        "oelig" => "œ",
        _ => return None,
    })
}

/// The entities of Latin-1 in XHTML, in the order of their code points from U+00A0 on. Books use
/// them, and none stands for more than a character.
const LATIN: &str = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg \
    macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 \
    iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave \
    Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc \
    Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc \
    euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave \
    uacute ucirc uuml yacute thorn yuml";

fn latin(name: &str) -> Option<char> {
    let at = LATIN.split_ascii_whitespace().position(|entity| entity == name)?;
    char::from_u32(0xa0 + at as u32)
}

/// Resolves references in an attribute; one that means nothing stays as it is.
fn unescape(value: &str) -> String {
    quick_xml::escape::unescape(value)
        .map_or_else(|_| value.to_owned(), std::borrow::Cow::into_owned)
}

/// A part's bytes as text: UTF-16 by its mark or its zeros, otherwise UTF-8.
pub(super) fn decode(bytes: Vec<u8>) -> String {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [b'<', 0, ..] => utf16(&bytes, u16::from_le_bytes),
        [0, b'<', ..] => utf16(&bytes, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()),
    }
}
