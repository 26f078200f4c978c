//! Texts in encodings older than Unicode: guessed from the whole file, then decoded.
//!
//! The guess is chardetng's, the detector of Firefox. It gets the whole file, since four hundred
//! bytes of GBK are not enough to tell it from Latin letters.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

/// The text, and the name of the encoding it was taken to be in.
pub fn decode(bytes: &[u8]) -> (String, &'static str) {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    let guess = detector.guess(None, Utf8Detection::Allow);
    // GB18030 contains GBK, and knows the characters that GBK's last revision added.
    let encoding = if guess == encoding_rs::GBK { encoding_rs::GB18030 } else { guess };
    let (text, used, _) = encoding.decode(bytes);
    (text.replace("\r\n", "\n").replace('\r', "\n"), used.name())
}
