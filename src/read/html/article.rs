//! Tells what a page is about from its menus, notices and lists of links.
//!
//! The rule is conservative: an element is chosen only if it holds nearly all running text, and
//! only elements that say that they are furniture, or consist of links, are left out of it. If
//! little would remain, the whole page is read.

use super::tag::Tag;
use super::tree::{Content, Tree};

/// The whole page is read if its article would have fewer characters.
const SHORTEST_ARTICLE: usize = 500;

/// An element that calls itself the page's main part is believed if it has this share of the
/// running text.
const MAIN_SHARE: f32 = 0.6;

/// Otherwise an element is chosen if it has this share of what the page has.
const CHOSEN_SHARE: f32 = 0.85;

/// Furniture does not hold more than this share of the running text, whatever it is called.
const FURNITURE_SHARE: f32 = 0.35;

/// Where classes alone would take most of the text away, as from a discussion whose every part is
/// a "comment", they are believed only if so many characters remain.
const LONG_ARTICLE: usize = 1500;

/// Shorter runs of text are labels more often than sentences.
const SHORTEST_SENTENCE: usize = 25;

/// Lists with more of their text in links are menus.
const MENU_LINKS: f32 = 0.75;

/// What to read of a page.
#[derive(Debug)]
pub(super) struct Selection {
    /// The element to read.
    pub(super) root: usize,
    /// For every node, whether to leave it out.
    skipped: Vec<bool>,
}

impl Selection {
    /// Selects the whole page.
    pub(super) fn everything() -> Self {
        Self { root: 0, skipped: Vec::new() }
    }

    /// Whether to leave a node and all inside of it out.
    pub(super) fn skips(&self, index: usize) -> bool {
        self.skipped.get(index).copied().unwrap_or(false)
    }
}

/// Chooses what to read.
pub(super) fn select(tree: &Tree) -> Selection {
    let mut weights = Weights::of(tree);
    let mut skipped = furniture(tree, &weights, true);
    let by_tags = furniture(tree, &weights, false);
    let (all, left) = (weights.left_by(tree, &by_tags), weights.left_by(tree, &skipped));
    if left < LONG_ARTICLE && left * 2 < all {
        skipped = by_tags;
    }
    weights.take_out(tree, &skipped);
    let root = choose_root(tree, &weights);
    skipped[root] = false;
    let kept = kept_characters(tree, root, &skipped);
    if kept < SHORTEST_ARTICLE { Selection::everything() } else { Selection { root, skipped } }
}

/// For every node, what stands in it.
struct Weights {
    /// Visible characters.
    characters: Vec<usize>,
    /// Visible characters in links.
    linked: Vec<usize>,
    /// Links.
    links: Vec<usize>,
    /// Visible characters of running text outside of links.
    prose: Vec<usize>,
}

impl Weights {
    fn of(tree: &Tree) -> Self {
        let count = tree.nodes.len();
        let empty = || vec![0; count];
        let mut weights =
            Self { characters: empty(), linked: empty(), links: empty(), prose: empty() };
        let mut link_end = 0;
        for (index, node) in tree.nodes.iter().enumerate() {
            match &node.content {
                Content::Text(range) => {
                    let characters = visible(&tree.text[range.clone()]);
                    weights.characters[index] = characters;
                    if index < link_end {
                        weights.linked[index] = characters;
                    }
                }
                Content::Element(_, attributes) if attributes.is_link => {
                    weights.links[index] = 1;
                    link_end = link_end.max(node.end);
                }
                Content::Element(..) => {}
            }
        }
        sum_up(tree, &mut weights.characters);
        sum_up(tree, &mut weights.linked);
        sum_up(tree, &mut weights.links);
        weights.count_prose(tree);
        weights
    }

    /// Runs of text in one block, if they are long enough to be sentences.
    fn count_prose(&mut self, tree: &Tree) {
        let blocks = nearest_blocks(tree);
        let mut runs = vec![0; tree.nodes.len()];
        for (index, node) in tree.nodes.iter().enumerate() {
            if matches!(node.content, Content::Text(_)) {
                runs[blocks[index]] += self.characters[index] - self.linked[index];
            }
        }
        for (prose, run) in self.prose.iter_mut().zip(runs) {
            *prose = if run >= SHORTEST_SENTENCE { run } else { 0 };
        }
        sum_up(tree, &mut self.prose);
    }

    /// Takes what is left out off the prose of all that holds it.
    fn take_out(&mut self, tree: &Tree, skipped: &[bool]) {
        let mut off = vec![0; tree.nodes.len()];
        let mut index = 0;
        while index < tree.nodes.len() {
            if skipped[index] {
                off[index] = self.prose[index];
                index = tree.nodes[index].end;
            } else {
                index += 1;
            }
        }
        sum_up(tree, &mut off);
        for (prose, off) in self.prose.iter_mut().zip(off) {
            *prose -= off;
        }
    }

    /// The prose of the page without what is left out.
    fn left_by(&self, tree: &Tree, skipped: &[bool]) -> usize {
        let (mut index, mut left) = (0, self.prose[0]);
        while index < tree.nodes.len() {
            if skipped[index] {
                left -= self.prose[index];
                index = tree.nodes[index].end;
            } else {
                index += 1;
            }
        }
        left
    }

    fn share_of_links(&self, index: usize) -> f32 {
        self.linked[index] as f32 / self.characters[index].max(1) as f32
    }
}

/// Characters that are not white space.
fn visible(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

/// Adds the value of every node to all that hold it.
fn sum_up(tree: &Tree, values: &mut [usize]) {
    for index in (1..values.len()).rev() {
        values[tree.nodes[index].parent] += values[index];
    }
}

/// For every node, the block that it stands in.
fn nearest_blocks(tree: &Tree) -> Vec<usize> {
    let mut blocks = vec![0; tree.nodes.len()];
    for index in 1..blocks.len() {
        let is_block = tree.tag(index).is_some_and(Tag::is_block);
        blocks[index] = if is_block { index } else { blocks[tree.nodes[index].parent] };
    }
    blocks
}

/// The smallest element that holds nearly all running text.
fn choose_root(tree: &Tree, weights: &Weights) -> usize {
    let total = weights.prose[0] as f32;
    let holds = |index: usize, share: f32| weights.prose[index] as f32 >= share * total;
    let elements = || (0..tree.nodes.len()).filter(|index| tree.tag(*index).is_some());
    let heaviest = |tag: fn(&Tree, usize) -> bool| {
        let named = elements().filter(|index| tag(tree, *index) && holds(*index, MAIN_SHARE));
        named.max_by_key(|index| (weights.prose[*index], std::cmp::Reverse(*index)))
    };
    if total == 0.0 {
        return 0;
    }
    if let Some(named) = heaviest(is_article).or_else(|| heaviest(is_main)) {
        return named;
    }
    // Elements that hold the share are nested, so the last of them is the innermost.
    let mut holding = elements().rev().filter(|index| holds(*index, CHOSEN_SHARE));
    holding.find(|index| is_container(tree, *index)).unwrap_or(0)
}

fn is_article(tree: &Tree, index: usize) -> bool {
    let hints = tree.attributes(index).and_then(|attributes| attributes.hints.as_deref());
    let is_body = hints.is_some_and(|hints| hints.split(' ').any(|hint| hint == "articleBody"));
    tree.tag(index) == Some(Tag::Article) || is_body
}

fn is_main(tree: &Tree, index: usize) -> bool {
    let role = tree.attributes(index).and_then(|attributes| attributes.role.as_deref());
    tree.tag(index) == Some(Tag::Main) || role == Some("main")
}

/// Holds blocks, rather than being one of them.
fn is_container(tree: &Tree, index: usize) -> bool {
    let is_leaf = |tag: Tag| tag == Tag::P || tag.is_preformatted() || tag.heading().is_some();
    tree.tag(index).is_some_and(|tag| tag.is_block() && !is_leaf(tag))
}

/// Visible characters that would be read.
fn kept_characters(tree: &Tree, root: usize, skipped: &[bool]) -> usize {
    let (mut index, mut characters) = (root, 0);
    while index < tree.nodes[root].end {
        if skipped[index] {
            index = tree.nodes[index].end;
            continue;
        }
        if let Content::Text(range) = &tree.nodes[index].content {
            characters += visible(&tree.text[range.clone()]);
        }
        index += 1;
    }
    characters
}

/// For every node, whether it belongs to the page's furniture; classes and ids may tell, or only
/// tags and roles.
fn furniture(tree: &Tree, weights: &Weights, by_hints: bool) -> Vec<bool> {
    let most = weights.prose[0] as f32 * FURNITURE_SHARE;
    let mut articles_end = 0;
    let mut skipped = Vec::with_capacity(tree.nodes.len());
    for (index, node) in tree.nodes.iter().enumerate() {
        let is_in_article = index < articles_end;
        let is_small = weights.prose[index] as f32 <= most;
        let is_furniture = is_small
            && (is_called_furniture(tree, index, is_in_article)
                || by_hints && has_hint(tree, index)
                || is_menu(tree, weights, index));
        skipped.push(is_furniture);
        if is_article(tree, index) || is_main(tree, index) {
            articles_end = articles_end.max(node.end);
        }
    }
    skipped
}

/// Whether a list or box consists of links.
fn is_menu(tree: &Tree, weights: &Weights, index: usize) -> bool {
    // A few links in a box may be what the text speaks of.
    const FEWEST_LINKS: usize = 4;
    let is_box = matches!(tree.tag(index), Some(Tag::Ul | Tag::Div | Tag::Section | Tag::Form));
    is_box && weights.links[index] >= FEWEST_LINKS && weights.share_of_links(index) >= MENU_LINKS
}

/// Whether a box says by its class or id that it is furniture.
fn has_hint(tree: &Tree, index: usize) -> bool {
    let hints = tree.attributes(index).and_then(|attributes| attributes.hints.as_deref());
    is_container(tree, index) && hints.is_some_and(is_hint)
}

/// Whether an element says by its name or role that it is furniture.
fn is_called_furniture(tree: &Tree, index: usize, is_in_article: bool) -> bool {
    let (Some(tag), Some(attributes)) = (tree.tag(index), tree.attributes(index)) else {
        return false;
    };
    let by_tag = match tag {
        Tag::Nav | Tag::Aside | Tag::Dialog | Tag::Menu | Tag::Search | Tag::Footer => true,
        // In an article it holds the title.
        Tag::Header => !is_in_article,
        _ => false,
    };
    let is_role = |role: &str| {
        let role = role.split(' ').next().unwrap_or_default();
        ROLES.contains(&role) && !(is_in_article && role == "banner")
    };
    by_tag || attributes.is_decoration || attributes.role.as_deref().is_some_and(is_role)
}

const ROLES: [&str; 11] = [
    "alert",
    "alertdialog",
    "banner",
    "complementary",
    "contentinfo",
    "dialog",
    "menu",
    "menubar",
    "navigation",
    "search",
    "toolbar",
];

/// Words in class names and ids that furniture has.
const HINTS: [&str; 46] = [
    "ad",
    "ads",
    "adsense",
    "advert",
    "advertisement",
    "banner",
    "breadcrumb",
    "breadcrumbs",
    "comment",
    "comments",
    "consent",
    "cookie",
    "cookies",
    "disqus",
    "dropdown",
    "editsection",
    "footer",
    "gdpr",
    "login",
    "masthead",
    "menu",
    "modal",
    "nav",
    "navbar",
    "navigation",
    "newsletter",
    "noprint",
    "outbrain",
    "pager",
    "pagination",
    "popup",
    "promo",
    "recommended",
    "related",
    "share",
    "sharing",
    "sidebar",
    "signup",
    "sitenotice",
    "skip",
    "social",
    "sponsor",
    "sponsored",
    "subscribe",
    "taboola",
    "toolbar",
];

/// Words that contradict them.
const COUNTER_HINTS: [&str; 7] = ["article", "body", "content", "entry", "main", "post", "text"];

fn is_hint(hints: &str) -> bool {
    let has = |list: &[&str]| words(hints).any(|word| list.contains(&word.as_str()));
    has(&HINTS) && !has(&COUNTER_HINTS)
}

/// The words of class names, which are written `like-this`, `like_this` or `likeThis`.
fn words(hints: &str) -> impl Iterator<Item = String> {
    let mut spaced = String::with_capacity(hints.len() + 8);
    let mut before = ' ';
    for c in hints.chars() {
        if c.is_uppercase() && before.is_lowercase() || !c.is_alphanumeric() {
            spaced.push(' ');
        }
        if c.is_alphanumeric() {
            spaced.extend(c.to_lowercase());
        }
        before = c;
    }
    spaced.split(' ').map(str::to_owned).collect::<Vec<_>>().into_iter()
}
