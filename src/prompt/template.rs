//! The words of the prompts, and how they are filled in.

/// One text in each language.
#[derive(Debug, Clone, Copy)]
pub(super) enum Template {
    Plan,
    Search,
    Answer,
    Persona,
    Question,
    NoPassages,
    NothingFound,
    Read,
    Chunk,
    Reason,
    LastTurn,
    Nous,
    React,
}

macro_rules! words {
    ($self:ident, $language:literal) => {
        match $self {
            Self::Plan => include_str!(concat!("templates/", $language, "/plan.md")),
            Self::Search => include_str!(concat!("templates/", $language, "/search.md")),
            Self::Answer => include_str!(concat!("templates/", $language, "/answer.md")),
            Self::Persona => include_str!(concat!("templates/", $language, "/persona.md")),
            Self::Question => include_str!(concat!("templates/", $language, "/question.md")),
            Self::NoPassages => include_str!(concat!("templates/", $language, "/no_passages.md")),
            Self::NothingFound => {
                include_str!(concat!("templates/", $language, "/nothing_found.md"))
            }
            Self::Read => include_str!(concat!("templates/", $language, "/read.md")),
            Self::Chunk => include_str!(concat!("templates/", $language, "/chunk.md")),
            Self::Reason => include_str!(concat!("templates/", $language, "/reason.md")),
            Self::LastTurn => include_str!(concat!("templates/", $language, "/last_turn.md")),
            Self::Nous => include_str!(concat!("templates/", $language, "/nous.md")),
            Self::React => include_str!(concat!("templates/", $language, "/react.md")),
        }
        .trim_ascii_end()
    };
}

impl Template {
    pub(super) fn english(self) -> &'static str {
        words!(self, "en")
    }

    pub(super) fn chinese(self) -> &'static str {
        words!(self, "zh")
    }
}

/// Puts values in the place of `{{name}}`. A value is never looked into, so a question about
/// `{{passages}}` is harmless.
pub(super) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        filled.push_str(before);
        let Some((name, after)) = after.split_once("}}") else {
            filled.push_str("{{");
            rest = after;
            continue;
        };
        let value = values.iter().find(|(known, _)| *known == name);
        filled.push_str(value.map_or("", |(_, value)| value));
        rest = after;
    }
    filled.push_str(rest);
    filled
}
