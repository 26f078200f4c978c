use super::*;

/// The terms' texts, whole ones only, joined by bars.
fn whole(text: &str) -> String {
    let mut found = Vec::new();
    Analyzer.tokens(text, |token| {
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
    let terms = Analyzer.terms(text);
    Analyzer.terms(question).iter().any(|term| terms.contains(term))
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
        Analyzer.tokens(text, |token| {
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
        Analyzer.tokens(&text, |token| {
            let piece = text.get(token.start as usize..token.end as usize);
            assert!(piece.is_some_and(|piece| !piece.is_empty()), "{token:?} of {text:?}");
        });
    }

    #[test]
    fn case_does_not_matter(text in "[a-zA-Zäöüß0-9 ]{0,40}") {
        // ß has no single capital; the upper case of the rest changes nothing.
        let upper: String = text.chars().map(|c| if c == 'ß' { c } else { c.to_uppercase().next().unwrap() }).collect();
        proptest::prop_assert_eq!(Analyzer.terms(&text), Analyzer.terms(&upper));
    }
}
