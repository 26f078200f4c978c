//! Addresses as a page writes them, made absolute.
//!
//! Only those of the web, since they become links that readers follow. The rules are those of
//! RFC 3986, section 5, as far as links to pages need them; nothing is decoded or encoded.

/// The address that `given` means on a page that was found at `found`. Nothing if it is not one
/// of the web, or is relative to a place that is not known.
pub(super) fn resolve(found: Option<&str>, given: &str) -> Option<String> {
    // What an address cannot have would end it, or begin another, wherever it is shown.
    if given.is_empty() || given.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return None;
    }
    if let Some((scheme, rest)) = split_scheme(given) {
        let is_web = ["http", "https"].iter().any(|web| scheme.eq_ignore_ascii_case(web));
        return (is_web && has_host(rest)).then(|| given.to_owned());
    }
    let found = found?;
    let (scheme, rest) = split_scheme(found)?;
    if given.starts_with("//") {
        return has_host(given).then(|| format!("{scheme}:{given}"));
    }
    let host_end = rest.get(2..)?.find(['/', '?', '#']).map_or(rest.len(), |at| at + 2);
    let (host, path) = rest.split_at(host_end);
    let path = &path[..path.find(['?', '#']).unwrap_or(path.len())];
    let tail_at = given.find(['?', '#']).unwrap_or(given.len());
    let (own, tail) = given.split_at(tail_at);
    let joined = if own.is_empty() {
        path.to_owned()
    } else if own.starts_with('/') {
        own.to_owned()
    } else {
        let folder = path.rfind('/').map_or("/", |at| &path[..=at]);
        format!("{folder}{own}")
    };
    Some(format!("{scheme}:{host}{}{tail}", without_dots(&joined)))
}

/// A scheme and what follows its colon.
fn split_scheme(address: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = address.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    is_scheme.then_some((scheme, rest))
}

/// Whether a host follows two slashes.
fn has_host(rest: &str) -> bool {
    rest.strip_prefix("//")
        .is_some_and(|host| !host.is_empty() && !host.starts_with(['/', '?', '#']))
}

/// A path whose steps up and in place were taken.
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut steps = path.split('/').skip(1).peekable();
    while let Some(step) = steps.next() {
        let is_last = steps.peek().is_none();
        match step {
            "." | ".." => {
                if step == ".." {
                    kept.pop();
                }
                if is_last {
                    kept.push("");
                }
            }
            step => kept.push(step),
        }
    }
    format!("/{}", kept.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_absolute() {
        let found = Some("https://a.org/docs/start/x.html?y#z");
        for (given, expected) in [
            ("https://b.org/p?q#f", Some("https://b.org/p?q#f")),
            ("HTTP://b.org", Some("HTTP://b.org")),
            ("//b.org/p", Some("https://b.org/p")),
            ("/p", Some("https://a.org/p")),
            ("p.html", Some("https://a.org/docs/start/p.html")),
            ("./", Some("https://a.org/docs/start/")),
            ("..", Some("https://a.org/docs/")),
            ("../../../p?a=../b", Some("https://a.org/p?a=../b")),
            ("?q", Some("https://a.org/docs/start/x.html?q")),
            ("#f", Some("https://a.org/docs/start/x.html#f")),
            ("javascript:alert(1)", None),
            ("data:text/html,x", None),
            ("https:", None),
            ("https:///p", None),
            ("https://b.org/a b", None),
            ("//", None),
            ("", None),
        ] {
            assert_eq!(resolve(found, given).as_deref(), expected, "{given}");
        }
        assert_eq!(resolve(None, "/p"), None);
        assert_eq!(resolve(Some("a.html"), "/p"), None);
        assert_eq!(resolve(Some("https://a.org"), "p").as_deref(), Some("https://a.org/p"));
    }
}
