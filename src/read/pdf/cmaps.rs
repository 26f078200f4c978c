//! The predefined character maps of Chinese, Japanese and Korean fonts.
//!
//! They come with the feature `cmaps` and weigh 250 KB compressed, with a decoder as large again.
//! A build without them notes that a file asked for one, so that the file can be read again by a
//! build that has them. This is the only place that knows where they come from.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hayro_cmap::{CMap, CMapName};
use hayro_font::CMapResolverFn;

/// Finds predefined maps for one file, and remembers whether one was not to be had.
#[derive(Debug, Clone, Default)]
pub(super) struct CMaps {
    missed: Arc<AtomicBool>,
}

impl CMaps {
    /// Whether the file asked for a map that this build does not have.
    pub(super) fn missed(&self) -> bool {
        self.missed.load(Ordering::Relaxed)
    }

    /// The content of a predefined map.
    fn predefined(&self, name: CMapName<'_>) -> Option<&'static [u8]> {
        // Every build knows these two, and a name of a file's own is in no build.
        let is_known =
            !matches!(name, CMapName::Custom(_) | CMapName::IdentityH | CMapName::IdentityV);
        let found = hayro_cmap::load_embedded(name);
        if found.is_none() && is_known {
            self.missed.store(true, Ordering::Relaxed);
        }
        found
    }

    /// A predefined map, ready for use.
    pub(super) fn load(&self, name: CMapName<'_>) -> Option<CMap> {
        self.parse(self.predefined(name)?)
    }

    /// A map that a file brings along; it may build on predefined ones.
    pub(super) fn parse(&self, bytes: &[u8]) -> Option<CMap> {
        let cmaps = self.clone();
        CMap::parse(bytes, move |name| cmaps.predefined(name))
    }

    /// The same for the font crate.
    pub(super) fn resolver(&self) -> CMapResolverFn {
        let cmaps = self.clone();
        Arc::new(move |name| cmaps.predefined(name))
    }
}
