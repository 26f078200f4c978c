//! What pieces of pages say, what pages are about, and what attacks must not do.

use super::*;
use crate::document::Page;

fn read(html: &str) -> Document {
    let source = Source::new("a.html", format!("<!doctype html>{html}"));
    super::super::read(source, &Limits::default()).unwrap()
}

fn blocks(html: &str) -> Vec<String> {
    let document = read(html);
    let page = &document.pages[0];
    let blocks = page.blocks().iter();
    blocks.map(|block| format!("{}: {}", block.kind.name(), page.block_text(block))).collect()
}

fn check(cases: &[(&str, &[&str])]) {
    for (html, expected) in cases {
        assert_eq!(blocks(html), *expected, "{html}");
    }
}

#[test]
fn words_are_parted_where_a_browser_parts_them() {
    check(&[
        ("<p><b>bo</b>ld <i>and</i>\n  thin", &["paragraph: bold and thin"]),
        (
            "one<br>two<li>li1<li>li2",
            &["paragraph: one\ntwo", "list-item: - li1", "list-item: - li2"],
        ),
        ("a<div>b</div>c", &["paragraph: a", "paragraph: b", "paragraph: c"]),
        ("<p>a <span> b </span> c", &["paragraph: a b c"]),
        ("<p>30&nbsp;cm, soft&shy;ly", &["paragraph: 30 cm, softly"]),
        (
            "<p>a &amp; b &lt;c&gt; &#x4e2d; &copy &noentity; &#0;",
            &["paragraph: a & b <c> 中 © &noentity;"],
        ),
        ("<p>Cafe<b>&#x301;</b>", &["paragraph: Café"]),
        ("<p><q>quoted</q> text", &["paragraph: “quoted” text"]),
        ("<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp>字<rt>ji</rt></ruby>だ", &["paragraph: 漢字だ"]),
    ]);
}

#[test]
fn blocks_are_told_apart() {
    check(&[
        ("<h2>T</h2>x<h3>U</h4>y", &["heading: T", "paragraph: x", "heading: U", "paragraph: y"]),
        (
            "<ol start=3><li>c<ul><li>d</ul><li>e</ol>",
            &["list-item: 3. c", "list-item: - d", "list-item: 4. e"],
        ),
        ("<pre>\n  fn a() {\n    b\n  }</pre>", &["code: fn a() {\n    b\n  }"]),
        ("<dl><dt>term<dd>meaning</dl>", &["list-item: term", "list-item: meaning"]),
        ("<figure><img alt=x><figcaption>Fig. 1</figcaption></figure>", &["caption: Fig. 1"]),
        (
            "<table><caption>C</caption><tr><th>a<th>b<tr><td>1<td>2<br>3</table>x",
            &["caption: C", "table: a\tb\n1\t2 3", "paragraph: x"],
        ),
        (
            "<table><tr><th colspan=2>a<th>b<tr><td rowspan=2>1<td>2<td>3<tr><td>4<td>5</table>",
            &["table: a\t\tb\n1\t2\t3\n\t4\t5"],
        ),
        ("<table><tr><td><h1>Layout</h1><td>text</table>", &["heading: Layout", "paragraph: text"]),
    ]);
}

#[test]
fn what_is_not_shown_is_not_read() {
    check(&[
        ("<p>a<script>b<p></script><style>c</style><noscript><p>d</noscript>e", &["paragraph: ae"]),
        ("<p hidden>a</p><p style='color:red; DISPLAY : none'>b</p><p>c", &["paragraph: c"]),
        (
            "<template><p>a</p></template><svg><text>b</text></svg><iframe>c</iframe>d",
            &["paragraph: d"],
        ),
        (
            "<p>a<button>b</button><select><option>c<option>d</select><textarea>e</textarea>f",
            &["paragraph: af"],
        ),
        ("<p>a<!-- b --><!- c -><![CDATA[d]]>e", &["paragraph: ae"]),
        ("<svg><path/><p>broken out", &["paragraph: broken out"]),
    ]);
}

#[test]
fn broken_pages_are_read_as_browsers_do() {
    check(&[
        ("<p>a<p>b</div></p>c", &["paragraph: a", "paragraph: b", "paragraph: c"]),
        ("<b><p>a</b>b</p>c", &["paragraph: ab", "paragraph: c"]),
        ("<table><tr><td>a<td>b<tr><td>c<td>d</div></table>", &["table: a\tb\nc\td"]),
        ("<title>t</title>text before a body<body>x", &["paragraph: text before a bodyx"]),
        ("</html>a</body>b<html>c", &["paragraph: abc"]),
        ("<div><span>a</div>b</span>c", &["paragraph: a", "paragraph: bc"]),
        ("<p>a < b and c<d", &["paragraph: a < b and c"]),
        ("<p title=\"unclosed>a</p>\n<p title=\">b", &["paragraph: b"]),
        (
            "<ul><li>a<ul><li>b</li>c</ul>d</ul>",
            &["list-item: - a", "list-item: - b", "list-item: c", "list-item: d"],
        ),
    ]);
}

#[test]
fn pages_name_their_title_language_and_places() {
    let document = read(
        "<html lang=de><head><title> Ein\n Titel </title></head><body><h1 id=a>A</h1><p>x</p>\
         <div id=box><p>y</p></div><section id=s><h2>B</h2><p>z <a name=t>t</a></section>",
    );
    assert_eq!(document.title.as_deref(), Some("Ein Titel"));
    assert_eq!(document.language.as_deref(), Some("de"));
    let page = &document.pages[0];
    let name = |word: &str| page.anchor_at(page.text().find(word).unwrap()).unwrap().name.as_str();
    assert_eq!([name("A"), name("x"), name("y"), name("B"), name("z")], ["a", "a", "a", "s", "t"]);
}

#[test]
fn pages_name_their_canonical_address() {
    let canonical = "<link rel='alternate' href='https://a.org/fr'>\
         <link rel='shortlink Canonical' href=' https://a.org/b '>";
    let shared = "<meta property=og:url content='https://a.org/og'>";
    for (head, body, expected) in [
        (format!("{shared}{canonical}"), "", Some("https://a.org/b")),
        (shared.to_owned(), "", Some("https://a.org/og")),
        (format!("<link rel=canonical href='javascript:x'>{shared}"), "", Some("https://a.org/og")),
        ("<link rel=canonical href=/p>".to_owned(), "", None),
        (String::new(), canonical, None),
        (format!("<noscript>{canonical}</noscript>"), "", None),
    ] {
        let html = format!("<head>{head}</head><body>x{body}");
        assert_eq!(read(&html).url.as_deref(), expected, "{html}");
        let html = format!("{head}<p>x{body}");
        assert_eq!(read(&html).url.as_deref(), expected, "{html}");
    }
}

#[test]
fn what_a_caller_knows_of_an_address_counts() {
    let read = |html: &str, known: Option<&str>| {
        let found = Some("https://a.org/docs/x.html".to_owned());
        let address = super::super::Address { known: known.map(str::to_owned), found };
        let source = Source { address, ..Source::new("a.html", html) };
        super::super::read(source, &Limits::default()).unwrap().url.unwrap()
    };
    let relative = "<link rel=canonical href=y.html><p>x";
    assert_eq!(read(relative, None), "https://a.org/docs/y.html");
    assert_eq!(read("<p>x", None), "https://a.org/docs/x.html");
    assert_eq!(read(relative, Some("https://b.org/")), "https://b.org/");
}

#[test]
fn the_encoding_is_what_the_page_says_unless_its_bytes_contradict() {
    for (bytes, expected) in [
        (&b"<meta charset=iso-8859-2><p>\xb1\xe6"[..], "ąć"),
        (b"<meta http-equiv=x content='text/html; charset=windows-1251'><p>\xcf\xf0", "Пр"),
        (b"<?xml version='1.0' encoding='koi8-r'?><html><p>\xf0\xd2", "Пр"),
        (b"\xef\xbb\xbf<meta charset=latin1><p>\xc3\xa9", "é"),
        (b"<!-- <meta charset=utf-8> --><meta charset=gbk><p>\xd6\xd0\xce\xc4", "中文"),
        ("<meta charset=latin1><p>é – 中文".as_bytes(), "é – 中文"),
        (b"<meta charset=utf-16><p>\xc3\xa9", "é"),
    ] {
        let source = Source::new("a.html", [b"<!doctype html>", bytes].concat());
        let bytes = if bytes.starts_with(b"<?") || bytes.starts_with(b"\xef") {
            Source::new("a.html", bytes)
        } else {
            source
        };
        let document = super::super::read(bytes, &Limits::default()).unwrap();
        assert_eq!(document.pages[0].text(), expected);
        assert!(document.warnings.is_empty());
    }
}

/// A page with menus around an article of so many sentences.
fn page(sentences: usize, open: &str, close: &str) -> String {
    let menu = "<li><a href=x>Menu item</a></li>".repeat(20);
    let article = "<p>This sentence, as one may see, belongs to the article itself.</p>";
    format!(
        "<div class=navbar><ul>{menu}</ul></div>{open}<h1>Heading</h1>{}{close}\
         <div id='cookie-notice'><p>We use cookies, as everybody does, to annoy you.</p></div>\
         <footer><p>All rights are reserved, whatever that may mean to you.</p></footer>",
        article.repeat(sentences)
    )
}

#[test]
fn menus_and_notices_around_an_article_are_left_out() {
    for (open, close) in [
        ("<main>", "</main>"),
        ("<article>", "</article>"),
        ("<div class=post>", "</div>"),
        ("<div role=main>", "</div>"),
        ("", ""),
        ("<table><tr><td>", "</table>"),
    ] {
        let document = read(&page(20, open, close));
        let text = document.pages[0].text();
        assert!(text.contains("belongs to the article") && text.contains("Heading"), "{open}");
        for furniture in ["Menu", "cookies", "rights"] {
            assert!(!text.contains(furniture), "{open}: {furniture}");
        }
    }
}

#[test]
fn a_page_whose_article_is_short_is_read_whole() {
    let document = read(&page(2, "<main>", "</main>"));
    for part in ["Menu", "belongs", "cookies", "rights"] {
        assert!(document.pages[0].text().contains(part));
    }
}

#[test]
fn text_is_not_lost_because_of_what_its_box_is_called() {
    for open in ["<div class=sidebar>", "<aside>", "<footer>", "<div role=dialog>", "<nav>"] {
        let text = "<p>This sentence, as one may see, is all that the page has.</p>".repeat(20);
        let document = read(&format!("{open}{text}</div></aside></footer></nav><p>End."));
        assert!(document.pages[0].text().matches("sentence").count() == 20, "{open}");
    }
}

#[test]
fn a_discussion_is_not_lost_because_its_parts_are_comments() {
    let comment = "<div class=comment><p>One may, as this comment shows, discuss.</p></div>";
    let document = read(&format!("<p>Short start of it all.</p>{}", comment.repeat(30)));
    assert_eq!(document.pages[0].text().matches("discuss").count(), 30);
}

#[test]
fn attacks_neither_overflow_nor_hang() {
    // Enough for recursion to overflow any stack, and for squared time to be felt.
    const MANY: usize = 20_000;
    for attack in [
        "<div>",
        "<b>",
        "<p>",
        "<a href=x>",
        "<table>",
        "<table><tr><td>",
        "<ul><li>",
        "<svg>",
        "<span hidden>",
        "</p>",
        "</div>",
        "<!--",
        "&",
        "&#",
        "&amp",
        "<",
        "<x y=",
        "<h1>",
        "\0",
        "<td colspan=65535 rowspan=65535>",
        "<button>",
        "<select>",
        "<math><svg>",
        "<pre>",
        "<q>",
        "<![CDATA[",
        "<title>",
        "<dl><dt>",
        "<section><p>",
        "<ruby><rt>",
        "</br>",
        "<br>",
    ] {
        let html = format!("start{}end", attack.repeat(MANY));
        let reader = open(Source::new("a", html), &Limits::default()).unwrap();
        assert!(reader.finish().pages[0].text().starts_with("start"), "{attack}");
    }
    let table = format!("<table><tr><th>x{}</table>", "<td colspan=9999>".repeat(1000));
    assert!(read(&table).pages[0].text().len() < 1_000_000);
    let attribute = format!("<p class='{}' id=\0>text", "nav ".repeat(MANY));
    assert_eq!(read(&attribute).pages.iter().map(Page::text).collect::<String>(), "text");
}
