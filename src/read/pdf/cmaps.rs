//! The predefined character maps of Chinese, Japanese and Korean fonts.
//!
//! They are compiled in by the feature `embed-cmaps` of the crate `hayro-cmap` (about 250 KB
//! compressed). This is the only place that knows where they come from.

use hayro_cmap::{CMap, CMapName};

/// The content of a predefined map.
pub(super) fn predefined(name: CMapName<'_>) -> Option<&'static [u8]> {
    hayro_cmap::load_embedded(name)
}

/// A predefined map, ready for use.
pub(super) fn load(name: CMapName<'_>) -> Option<CMap> {
    parse(predefined(name)?)
}

/// A map that a file brings along; it may build on predefined ones.
pub(super) fn parse(bytes: &[u8]) -> Option<CMap> {
    CMap::parse(bytes, predefined)
}
