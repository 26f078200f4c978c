//! Characters that stand for others: ligatures, letters in the shape of their place, superscript
//! and circled numbers, Roman numerals, radicals.
//!
//! Unicode keeps them apart for the sake of older encodings, and its form NFKC replaces them. Here
//! only those are replaced that are found in documents of the languages served, by a table of this
//! crate's own: terms are then the same in every engine, whatever version of Unicode it has, and
//! an index can be searched by another than made it. A test holds the table to NFKC.

/// The first character that one stands for, in lower case, and the others; itself, mostly.
pub(super) fn plain(c: char) -> (char, &'static str) {
    let plain = match c {
        '\u{b2}' => "2",
        '\u{b3}' => "3",
        '\u{b9}' => "1",
        '\u{b5}' => "μ",
        '\u{2070}'..='\u{2473}' | '\u{fb00}'..='\u{fefc}' => in_blocks(c as u32),
        '\u{2f00}'..='\u{2fd5}' => return (radical(c), ""),
        _ => "",
    };
    let mut chars = plain.chars();
    match chars.next() {
        None | Some('.') => (c, ""),
        Some(first) => (first, chars.as_str()),
    }
}

/// The Han character of a Kangxi radical; any other character as it is.
pub(super) fn radical(c: char) -> char {
    match c {
        '\u{2f00}'..='\u{2fd5}' => RADICALS.chars().nth(c as usize - 0x2f00).unwrap_or(c),
        _ => c,
    }
}

fn in_blocks(code: u32) -> &'static str {
    let block = BLOCKS.iter().rev().find(|(first, _)| *first <= code);
    let found = block.and_then(|(first, forms)| forms.split(' ').nth((code - first) as usize));
    found.unwrap_or_default()
}

/// The first character of each block, and what it and those after it stand for; a full stop where
/// that is nothing else.
const BLOCKS: [(u32, &str); 7] = [
    (
        0x2070,
        "\
0 i . . 4 5 6 7 8 9 . . . . . . 0 1 2 3 4 5 6 7 8 9",
    ),
    (
        0x2160,
        "\
i ii iii iv v vi vii viii ix x xi xii l c d m i ii iii iv v vi vii viii ix x xi xii l c d m",
    ),
    (
        0x2460,
        "\
1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20",
    ),
    (
        0xfb00,
        "\
ff fi fl ffi ffl st st",
    ),
    (
        0xfb50,
        "\
ٱ ٱ ٻ ٻ ٻ ٻ پ پ پ پ ڀ ڀ ڀ ڀ ٺ ٺ ٺ ٺ ٿ ٿ ٿ ٿ ٹ ٹ ٹ ٹ ڤ ڤ ڤ ڤ ڦ ڦ ڦ ڦ ڄ ڄ ڄ ڄ ڃ ڃ ڃ ڃ چ چ چ چ \
ڇ ڇ ڇ ڇ ڍ ڍ ڌ ڌ ڎ ڎ ڈ ڈ ژ ژ ڑ ڑ ک ک ک ک گ گ گ گ ڳ ڳ ڳ ڳ ڱ ڱ ڱ ڱ ں ں ڻ ڻ ڻ ڻ ۀ ۀ ہ ہ ہ ہ ھ ھ \
ھ ھ ے ے ۓ ۓ",
    ),
    (
        0xfbd3,
        "\
ڭ ڭ ڭ ڭ ۇ ۇ ۆ ۆ ۈ ۈ ۇٴ ۋ ۋ ۅ ۅ ۉ ۉ ې ې ې ې ى ى ئا ئا ئە ئە ئو ئو ئۇ ئۇ ئۆ ئۆ ئۈ ئۈ ئې ئې ئې \
ئى ئى ئى ی ی ی ی",
    ),
    (
        0xfe70,
        "\
. . . ﹳ . . . . . . . . . . . . ء آ آ أ أ ؤ ؤ إ إ ئ ئ ئ ئ ا ا ب ب ب ب ة ة ت ت ت ت ث ث ث ث ج \
ج ج ج ح ح ح ح خ خ خ خ د د ذ ذ ر ر ز ز س س س س ش ش ش ش ص ص ص ص ض ض ض ض ط ط ط ط ظ ظ ظ ظ ع ع ع \
ع غ غ غ غ ف ف ف ف ق ق ق ق ك ك ك ك ل ل ل ل م م م م ن ن ن ن ه ه ه ه و و ى ى ي ي ي ي لآ لآ لأ \
لأ لإ لإ لا لا",
    ),
];

/// U+2F00–U+2FD5.
const RADICALS: &str = "\
一丨丶丿乙亅二亠人儿入八冂冖冫几凵刀力勹匕匚匸十卜卩厂厶又口囗土士夂夊夕大女子宀寸小尢尸屮山\
巛工己巾干幺广廴廾弋弓彐彡彳心戈戶手支攴文斗斤方无日曰月木欠止歹殳毋比毛氏气水火爪父爻爿片牙\
牛犬玄玉瓜瓦甘生用田疋疒癶白皮皿目矛矢石示禸禾穴立竹米糸缶网羊羽老而耒耳聿肉臣自至臼舌舛舟艮\
色艸虍虫血行衣襾見角言谷豆豕豸貝赤走足身車辛辰辵邑酉釆里金長門阜隶隹雨靑非面革韋韭音頁風飛食\
首香馬骨高髟鬥鬯鬲鬼魚鳥鹵鹿麥麻黃黍黑黹黽鼎鼓鼠鼻齊齒龍龜龠";

#[cfg(test)]
mod tests {
    use unicode_normalization::UnicodeNormalization;

    use super::*;
    use crate::analyze::Analyzer;

    fn is_replaced(c: char) -> bool {
        plain(c) != (c, "")
    }

    /// What is replaced becomes what NFKC makes of it, marks and tatweel aside, which count for
    /// nothing in a term.
    #[test]
    fn the_table_is_nfkc() {
        let replaced: Vec<char> = ('\u{80}'..=char::MAX).filter(|c| is_replaced(*c)).collect();
        assert!(replaced.len() > 400, "{}", replaced.len());
        for c in replaced {
            let (first, rest) = plain(c);
            let wanted: String = c
                .nfkc()
                .filter(|c| !matches!(c, '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{640}' | ' '))
                .flat_map(char::to_lowercase)
                .collect();
            assert_eq!(format!("{first}{rest}"), wanted, "{:x}", c as u32);
        }
    }

    /// Letters and numbers of the blocks that matter here, whether by the table or without it,
    /// are terms of what NFKC makes of them.
    #[test]
    fn terms_are_those_of_the_composed_text() {
        let analyzer = Analyzer::new();
        let blocks = [
            ('\u{aa}', '\u{ba}', "ª º"),
            ('\u{2160}', '\u{217f}', ""),
            ('\u{2460}', '\u{2473}', ""),
            ('\u{2f00}', '\u{2fd5}', ""),
            ('\u{fb00}', '\u{fb06}', ""),
            ('\u{fe80}', '\u{fefc}', ""),
            ('\u{ff01}', '\u{ff5e}', ""),
            ('\u{ff66}', '\u{ff9d}', ""),
        ];
        for (first, last, without) in blocks {
            for c in (first..=last).filter(|c| !without.contains(*c) && c.is_alphanumeric()) {
                let composed: String = c.nfkc().collect();
                assert_eq!(
                    analyzer.terms(&c.to_string()),
                    analyzer.terms(&composed),
                    "{:x}",
                    c as u32
                );
            }
        }
    }

    #[test]
    fn words_are_found_in_whatever_shape() {
        let analyzer = Analyzer::new();
        for (text, question) in [
            ("oﬃce", "office"),
            ("ﬂuſs", "flu"),
            ("ﻣﻜﺘﺒﺔ", "مكتبة"),
            ("ﻻ", "لا"),
            ("m²", "m2"),
            ("Kapitel Ⅳ", "iv"),
            ("⽔", "水"),
            ("①", "1"),
        ] {
            let terms = analyzer.terms(text);
            assert!(
                analyzer.terms(question).iter().any(|term| terms.contains(term)),
                "{question} in {text}"
            );
        }
    }
}
