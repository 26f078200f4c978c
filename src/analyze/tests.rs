use proptest::prelude::*;

use super::*;

/// The terms' texts, whole ones only, joined by bars.
fn whole(text: &str) -> String {
    let mut found = Vec::new();
    Analyzer::new().tokens(text, |token| {
        if token.kind.is_whole() {
            found.push(&text[token.start as usize..token.end as usize]);
        }
    });
    found.join("|")
}

#[test]
fn each_script_has_its_units() {
    for (text, expected) in [
        ("Don't panic, U.S. 3.5%", "Don't|panic|U.S|3.5"),
        ("关系数据库 v2", "关|系|数|据|库|v2"),
        ("カタカナ語", "カ|タ|カ|ナ|語"),
        ("한국어 문서", "한|국|어|문|서"),
        ("เก็บภาษี", "เก็|บ|ภา|ษี"),
        ("ព្រះរាជា", "ព្រះ|រា|ជា"),
        ("Größe, naïve", "Größe|naïve"),
        ("हिन्दी भाषा।", "हिन्दी|भाषा"),
        ("ד\"ר כהן", "ד|ר|כהן"),
    ] {
        assert_eq!(whole(text), expected, "{text}");
    }
}

/// Whether a word of the question is found in the text: they share at least one term.
fn finds(text: &str, question: &str) -> bool {
    let terms = Analyzer::new().terms(text);
    Analyzer::new().terms(question).iter().any(|term| terms.contains(term))
}

#[test]
fn writing_differences_do_not_hide_a_word() {
    for (text, question) in [
        ("Straße", "STRASSE"),
        ("İstanbul", "istanbul"),
        ("ＡＢＣ１２３", "abc123"),
        ("ﾃｽﾄ", "テスト"),
        ("مُحَمَّد", "محمد"),
        ("کتاب", "كتاب"),
        ("١٩٩٨", "1998"),
        ("Ёлка", "елка"),
        ("Ταχύτητα", "ταχυτητα"),
        ("café", "cafe"),
        ("Arbeitsvertrag", "Vertrag"),
    ] {
        assert!(finds(text, question), "{question} in {text}");
    }
}

#[test]
fn different_words_stay_apart() {
    for (text, question) in [("apple", "banana"), ("数据", "天气"), ("", "x"), ("ma", "trừ")]
    {
        assert!(!finds(text, question), "{question} in {text}");
    }
}

#[test]
fn vietnamese_syllables_pair_over_a_space_only() {
    let pairs = |text: &str| {
        let mut pairs = Vec::new();
        Analyzer::new().tokens(text, |token| {
            if token.kind == TokenKind::SyllablePair {
                pairs.push(text[token.start as usize..token.end as usize].to_owned());
            }
        });
        pairs
    };
    assert_eq!(pairs("thời tiết đẹp"), ["thời tiết", "tiết đẹp"]);
    assert_eq!(pairs("thời, tiết"), Vec::<String>::new());
    assert_eq!(pairs("plain words"), Vec::<String>::new());
}

proptest::proptest! {
    #[test]
    fn terms_come_from_their_place(text in "\\PC{0,60}") {
        Analyzer::new().tokens(&text, |token| {
            let piece = text.get(token.start as usize..token.end as usize);
            assert!(piece.is_some_and(|piece| !piece.is_empty()), "{token:?} of {text:?}");
        });
    }

    #[test]
    fn case_does_not_matter(text in "[a-zA-Zäöüß0-9 ]{0,40}") {
        // ß has no single capital; the upper case of the rest changes nothing.
        let upper: String = text.chars().map(|c| if c == 'ß' { c } else { c.to_uppercase().next().unwrap() }).collect();
        proptest::prop_assert_eq!(Analyzer::new().terms(&text), Analyzer::new().terms(&upper));
    }
}

/// Takes terms without remembering words.
#[derive(Default)]
struct Terms(Vec<Term>);

impl Sink for Terms {
    fn word(&mut self, written: &str, analyzer: &mut WordAnalyzer) -> Option<WordTerm> {
        analyzer.terms(written, |term| self.0.push(term))
    }

    fn term(&mut self, term: Term, _: TokenKind) {
        self.0.push(term);
    }
}

proptest! {
    /// Texts are made of what the rules tell apart: scripts, joiners, marks, widths, cases.
    #[test]
    fn scanning_gives_the_same_terms(
        text in "([a-zA-Z]{1,9}|[ \n.,'’_\u{3000}]{1,2}|[0-9]{1,3}|[ÄöùİßŠđơựẾẠ]{1,3}|[А-яё]{1,5}|[ςΣα]{1,3}|[ء-ي\u{640}-\u{652}]{1,4}|[א-ת״\u{5b0}]{1,3}|[अ-ह\u{93c}-\u{94d}]{1,4}|[ก-๙]{1,6}|[ກ-ໝ]{1,4}|[က-၏]{1,5}|[ក-៙]{1,5}|[一-丏]{1,3}|[ぁ-んァ-ー]{1,4}|[ｦ-ﾟＡ-ｚ０-９．＇]{1,3}|[가-갛]{1,3}|\\PC|[\u{200b}-\u{200d}😀𠀀]){0,24}"
    ) {
        for analysis in [Analysis::Full, Analysis::Words] {
            let analyzer = Analyzer::of(analysis);
            let mut scanned = Terms::default();
            Scanner::new(analyzer).scan(&text, &mut scanned);
            let mut expected = analyzer.terms(&text);
            scanned.0.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(scanned.0, expected);
        }
    }
}

#[test]
fn words_alone_are_found_by_nothing_but_themselves_and_chinese_by_its_pairs() {
    let words = Analyzer::of(Analysis::Words);
    assert_eq!(words.terms("Crocodiles, crocodile").len(), 2);
    assert_eq!(words.terms("数据库").len(), 5);
    assert_ne!(words.fingerprint(), Analyzer::new().fingerprint());
    assert_eq!(Analyzer::by_fingerprint(words.fingerprint()), Some(words));
}
