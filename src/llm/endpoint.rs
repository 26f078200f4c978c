//! Where a model is, what opens the door, and which protocol is spoken behind it.
//!
//! An endpoint may have several addresses, of which the first that serves is used. Its headers may
//! hold a key, and are shown to nobody.

use std::fmt;
use std::rc::Rc;

use futures::future::LocalBoxFuture;

use super::transport::{Redacted, TransportError};

const OPENAI_PATH: &str = "/chat/completions";
const DASHSCOPE_PATH: &str = "/services/aigc/text-generation/generation";

/// Headers that are made anew for each request, such as a short-lived token.
pub trait HeaderSource {
    /// The headers of the next request.
    fn headers(&self) -> LocalBoxFuture<'_, Result<Vec<(String, String)>, TransportError>>;
}

/// The protocol of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    /// OpenAI's chat completions, which nearly all servers speak.
    #[default]
    OpenAi,
    /// DashScope's own text generation.
    DashScope,
}

impl Dialect {
    /// The dialect of this name, as JavaScript writes it.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "openai" => Some(Self::OpenAi),
            "dashscope" => Some(Self::DashScope),
            _ => None,
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::OpenAi => OPENAI_PATH,
            Self::DashScope => DASHSCOPE_PATH,
        }
    }
}

/// Where a model is, and what opens the door.
#[derive(Clone)]
pub struct Endpoint {
    /// Addresses without the path of the dialect.
    base_urls: Vec<String>,
    dialect: Dialect,
    headers: Vec<(String, String)>,
    source: Option<Rc<dyn HeaderSource>>,
}

impl Endpoint {
    /// An endpoint by its address, with or without the dialect's path at its end. One that ends in
    /// DashScope's path speaks that.
    ///
    /// ```
    /// use qwen_agent_wasm::llm::Endpoint;
    ///
    /// let endpoint = Endpoint::new("https://model.example/v1/");
    /// assert_eq!(endpoint.url(0), "https://model.example/v1/chat/completions");
    /// ```
    pub fn new(base_url: &str) -> Self {
        let is_native = base_url.contains("/services/aigc/");
        let dialect = if is_native { Dialect::DashScope } else { Dialect::OpenAi };
        let base_urls = vec![without_path(base_url)];
        Self { base_urls, dialect, headers: Vec::new(), source: None }
    }

    /// With another address of the same service, for when those before it do not serve.
    #[must_use]
    pub fn with_fallback(mut self, base_url: &str) -> Self {
        self.base_urls.push(without_path(base_url));
        self
    }

    /// In another dialect than the address tells.
    #[must_use]
    pub fn with_dialect(self, dialect: Dialect) -> Self {
        Self { dialect, ..self }
    }

    /// With a key, sent as `Authorization: Bearer`.
    #[must_use]
    pub fn with_key(self, key: &str) -> Self {
        self.with_header("Authorization", format!("Bearer {key}"))
    }

    /// With a header.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// With headers made anew for each request; they replace others of the same name.
    #[must_use]
    pub fn with_source(self, source: Rc<dyn HeaderSource>) -> Self {
        Self { source: Some(source), ..self }
    }

    /// Which protocol is spoken.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// How many addresses there are.
    pub fn addresses(&self) -> usize {
        self.base_urls.len()
    }

    /// Where questions go, at one of the addresses.
    pub fn url(&self, address: usize) -> String {
        self.base_urls[address].clone() + self.dialect.path()
    }

    /// Where the list of models is; nothing for servers that have none, or one that tells nothing
    /// of windows.
    pub(super) fn models_url(&self) -> Option<String> {
        let base_url = &self.base_urls[0];
        let tells = self.dialect == Dialect::OpenAi && !base_url.contains("aliyuncs.com");
        tells.then(|| base_url.clone() + "/models")
    }

    /// All headers of the next request.
    pub(super) async fn next_headers(&self) -> Result<Vec<(String, String)>, TransportError> {
        let mut headers = self.headers.clone();
        if let Some(source) = &self.source {
            let fresh = source.headers().await?;
            headers
                .retain(|(name, _)| !fresh.iter().any(|(new, _)| new.eq_ignore_ascii_case(name)));
            headers.extend(fresh);
        }
        // Some gateways allow no header but this one and Authorization in a page's request.
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
        }
        if self.dialect == Dialect::DashScope {
            headers.push(("X-DashScope-SSE".to_owned(), "enable".to_owned()));
        }
        Ok(headers)
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("base_urls", &self.base_urls)
            .field("dialect", &self.dialect)
            .field("headers", &Redacted(&self.headers))
            .field("source", &self.source.as_ref().map(|_| format_args!("<redacted>")))
            .finish()
    }
}

/// People copy addresses from examples, whole or in part.
fn without_path(base_url: &str) -> String {
    let base_url = base_url.trim_end_matches('/');
    let base_url = base_url.strip_suffix(OPENAI_PATH).unwrap_or(base_url);
    base_url.strip_suffix(DASHSCOPE_PATH).unwrap_or(base_url).to_owned()
}

/// The parts of header values that must not be quoted in an error.
pub(super) fn secrets(headers: &[(String, String)]) -> Vec<String> {
    /// Shorter words, such as the `Bearer` before a key, are in ordinary sentences too.
    const SECRET_CHARACTERS: usize = 8;
    let values = headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
    let words = values.flat_map(|(_, value)| value.split_whitespace());
    words.filter(|word| word.len() >= SECRET_CHARACTERS).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_whole_or_in_part() {
        let check = |base_url: &str, expected: &str| {
            assert_eq!(Endpoint::new(base_url).url(0), expected, "{base_url}");
        };
        let native = "https://h/api/v1/services/aigc/text-generation/generation";
        check("/api/qwen", "/api/qwen/chat/completions");
        check("https://h/v1//", "https://h/v1/chat/completions");
        check("https://h/v1/chat/completions", "https://h/v1/chat/completions");
        check(native, native);
        let named = Endpoint::new("https://h/api/v1/").with_dialect(Dialect::DashScope);
        assert_eq!(named.url(0), native);
        assert_eq!(named.models_url(), None);
        assert_eq!(Endpoint::new("/v1").models_url().as_deref(), Some("/v1/models"));
    }
}
