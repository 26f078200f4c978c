//! Server-sent events out of bytes, whatever the cuts.
//!
//! The decoder looks at each byte once and keeps no more than one line and one event. Both are
//! capped, since the bytes come from outside. It takes what servers really send: any of the three
//! line ends, a byte order mark, comments, `data:` without a space, an end without an empty line.
//!
//! ```
//! use qwen_agent_wasm::llm::sse::SseDecoder;
//!
//! let mut decoder = SseDecoder::default();
//! assert!(decoder.push(b": ping\ndata: {\"a\"").unwrap().is_empty());
//! let events = decoder.push(b":1}\n\n").unwrap();
//! assert_eq!(events[0].data, "{\"a\":1}");
//! ```

/// A line of a chat stream has some hundred bytes; a whole reply in one line has some hundred
/// thousand.
const MAX_LINE_BYTES: usize = 4 << 20;
const MAX_EVENT_BYTES: usize = 8 << 20;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SseEvent {
    /// Its type; empty if it has none.
    pub event: String,
    /// Its data, lines joined by line feeds.
    pub data: String,
    /// Whether its data had bytes that are not UTF-8, in whose place are replacement characters.
    pub damaged: bool,
}

/// The stream is not one of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SseError {
    /// A line without end.
    #[error("the event stream has a line of more than {MAX_LINE_BYTES} bytes")]
    LineTooLong,
    /// An event without end.
    #[error("the event stream has an event of more than {MAX_EVENT_BYTES} bytes")]
    EventTooLong,
}

/// Bytes in, events out.
#[derive(Debug, Default)]
pub struct SseDecoder {
    line: Vec<u8>,
    data: Vec<u8>,
    has_data: bool,
    event: String,
    /// Whether the first line is over, which may begin with a byte order mark.
    started: bool,
    /// Whether the last byte was a carriage return, of whose line end a line feed may be part.
    after_return: bool,
    lines: usize,
}

impl SseDecoder {
    /// Takes the next bytes, and gives the events that end in them.
    ///
    /// # Errors
    ///
    /// If a line or an event exceeds its cap.
    pub fn push(&mut self, mut bytes: &[u8]) -> Result<Vec<SseEvent>, SseError> {
        let mut events = Vec::new();
        if self.after_return && !bytes.is_empty() {
            bytes = bytes.strip_prefix(b"\n").unwrap_or(bytes);
            self.after_return = false;
        }
        while let Some(end) = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            self.extend_line(&bytes[..end])?;
            events.extend(self.end_line()?);
            let (ended_by, rest) = (bytes[end], &bytes[end + 1..]);
            bytes = match ended_by {
                b'\r' => rest.strip_prefix(b"\n").unwrap_or(rest),
                _ => rest,
            };
            self.after_return = ended_by == b'\r' && rest.is_empty();
        }
        self.extend_line(bytes)?;
        Ok(events)
    }

    /// How many lines have ended.
    pub fn lines(&self) -> usize {
        self.lines
    }

    /// The event that the stream ended in, if its data had begun.
    ///
    /// # Errors
    ///
    /// If the event exceeds its cap.
    pub fn finish(mut self) -> Result<Option<SseEvent>, SseError> {
        if !self.line.is_empty() {
            self.end_line()?;
        }
        Ok(self.dispatch())
    }

    fn extend_line(&mut self, bytes: &[u8]) -> Result<(), SseError> {
        if self.line.len() + bytes.len() > MAX_LINE_BYTES {
            return Err(SseError::LineTooLong);
        }
        self.line.extend_from_slice(bytes);
        Ok(())
    }

    fn end_line(&mut self) -> Result<Option<SseEvent>, SseError> {
        let line = std::mem::take(&mut self.line);
        self.lines += 1;
        let first = !std::mem::replace(&mut self.started, true);
        let mark = if first { BYTE_ORDER_MARK } else { b"" };
        let line = line.strip_prefix(mark).unwrap_or(&line);
        if line.is_empty() {
            return Ok(self.dispatch());
        }
        let colon = line.iter().position(|&byte| byte == b':').unwrap_or(line.len());
        let value = line.get(colon + 1..).unwrap_or_default();
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match &line[..colon] {
            b"data" => self.add_data(value)?,
            b"event" => self.event = String::from_utf8_lossy(value).into_owned(),
            // A comment, `id`, `retry`, or a server's own invention.
            _ => {}
        }
        Ok(None)
    }

    fn add_data(&mut self, value: &[u8]) -> Result<(), SseError> {
        if self.data.len() + value.len() > MAX_EVENT_BYTES {
            return Err(SseError::EventTooLong);
        }
        if self.has_data {
            self.data.push(b'\n');
        }
        self.data.extend_from_slice(value);
        self.has_data = true;
        Ok(())
    }

    fn dispatch(&mut self) -> Option<SseEvent> {
        let event = std::mem::take(&mut self.event);
        let data = std::mem::take(&mut self.data);
        let had_data = std::mem::take(&mut self.has_data);
        had_data.then(|| match String::from_utf8(data) {
            Ok(data) => SseEvent { event, data, damaged: false },
            Err(error) => {
                let data = String::from_utf8_lossy(error.as_bytes()).into_owned();
                SseEvent { event, data, damaged: true }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decode(pieces: &[&[u8]]) -> Vec<(String, String)> {
        let mut decoder = SseDecoder::default();
        let mut events = Vec::new();
        for piece in pieces {
            events.extend(decoder.push(piece).unwrap());
        }
        events.extend(decoder.finish().unwrap());
        events.into_iter().map(|event| (event.event, event.data)).collect()
    }

    fn check(stream: &str, expected: &[&str]) {
        let data: Vec<_> = decode(&[stream.as_bytes()]).into_iter().map(|(_, data)| data).collect();
        assert_eq!(data, expected, "{stream:?}");
    }

    #[test]
    fn all_three_line_ends_end_lines() {
        check("data: a\n\ndata: b\r\n\r\ndata: c\r\rdata: d\n\n", &["a", "b", "c", "d"]);
    }

    #[test]
    fn what_servers_really_send_is_taken() {
        check("\u{feff}data: a\n\n", &["a"]);
        check("data:a\n\ndata:  b\n\n", &["a", " b"]);
        check(": ping\n\n: ping\ndata: a\n\n", &["a"]);
        check("id: 1\nretry: 5\n:HTTP_STATUS/200\ndata: a\n\n", &["a"]);
        check("data: a\ndata: b\n\n", &["a\nb"]);
        check("data\n\n", &[""]);
        check("event: end\n\n", &[]);
        check("data: a\n\ndata: [DONE]", &["a", "[DONE]"]);
    }

    #[test]
    fn an_events_type_is_its_own() {
        let events = decode(&[b"event: error\ndata: a\n\ndata: b\n\n"]);
        assert_eq!(events, [("error".into(), "a".into()), (String::new(), "b".into())]);
    }

    #[test]
    fn lines_and_events_without_end_are_refused() {
        let mut decoder = SseDecoder::default();
        assert_eq!(decoder.push(&vec![b'a'; MAX_LINE_BYTES]), Ok(Vec::new()));
        assert_eq!(decoder.push(b"a"), Err(SseError::LineTooLong));
        let mut decoder = SseDecoder::default();
        let line = [b"data: ".as_slice(), &vec![b'a'; MAX_LINE_BYTES / 2 - 1], b"\n"].concat();
        let fitting = MAX_EVENT_BYTES / (MAX_LINE_BYTES / 2);
        assert!((0..fitting).all(|_| decoder.push(&line).is_ok()));
        assert_eq!(decoder.push(&line), Err(SseError::EventTooLong));
    }

    fn streams() -> impl Strategy<Value = Vec<u8>> {
        let parts = prop::sample::select(vec![
            "data: ",
            "data:",
            "event: ",
            ":",
            "中文😀",
            "a",
            "{\"b\":1}",
            "\n",
            "\r",
            "\r\n",
            "\n\n",
            "\u{feff}",
        ]);
        prop::collection::vec(parts, 0..40).prop_map(|parts| parts.concat().into_bytes())
    }

    proptest! {
        #[test]
        fn any_cut_gives_the_same_events(
            stream in streams(),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        ) {
            let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(stream.len() + 1)).collect();
            cuts.sort_unstable();
            let mut pieces = Vec::new();
            let mut start = 0;
            for end in cuts.into_iter().chain([stream.len()]) {
                pieces.push(&stream[start..end]);
                start = end;
            }
            prop_assert_eq!(decode(&pieces), decode(&[&stream]));
        }
    }
}
