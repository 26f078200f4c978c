//! Optional content: which layers of a document are off, so that their text is passed over.
//!
//! Only the default configuration is read (ISO 32000-2, 8.11): what a viewer shows when the
//! file is opened.

use std::collections::BTreeSet;

use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, MaybeRef, Name, ObjRef, Object};

/// An object's number and generation.
type ObjectId = (u32, i32);

/// The layers that are off.
#[derive(Debug, Default)]
pub(super) struct Layers {
    off: BTreeSet<ObjectId>,
}

impl Layers {
    /// Reads the default configuration; a file without layers has none off.
    pub(super) fn of(pdf: &Pdf) -> Self {
        Self::configured(pdf).unwrap_or_default()
    }

    fn configured(pdf: &Pdf) -> Option<Self> {
        let catalog = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id())?;
        let properties = catalog.get::<Dict<'_>>("OCProperties")?;
        let default = properties.get::<Dict<'_>>("D")?;
        let mut off = BTreeSet::new();
        if default.get::<Name<'_>>("BaseState").is_some_and(|state| &*state == b"OFF") {
            off.extend(references(properties.get("OCGs")));
        }
        for on in references(default.get("ON")) {
            off.remove(&on);
        }
        off.extend(references(default.get("OFF")));
        Some(Self { off })
    }

    /// Whether content that `dict` marks under `key` with a layer is not to be seen.
    pub(super) fn hides(&self, dict: &Dict<'_>, key: &[u8]) -> bool {
        if self.off.is_empty() {
            return false;
        }
        if dict.get_ref(key).is_some_and(|layer| self.off.contains(&id(layer))) {
            return true;
        }
        dict.get::<Dict<'_>>(key).is_some_and(|membership| self.hides_members(&membership))
    }

    /// A membership names several layers and says how many of them must be on.
    fn hides_members(&self, membership: &Dict<'_>) -> bool {
        let members: Vec<ObjectId> = match membership.get_ref("OCGs") {
            Some(one) if membership.get::<Array<'_>>("OCGs").is_none() => vec![id(one)],
            _ => references(membership.get("OCGs")).collect(),
        };
        if members.is_empty() {
            return false;
        }
        let is_off = |member: &ObjectId| self.off.contains(member);
        match membership.get::<Name<'_>>("P").as_deref() {
            Some(b"AllOn") => members.iter().any(is_off),
            Some(b"AnyOff") => !members.iter().any(is_off),
            Some(b"AllOff") => !members.iter().all(is_off),
            _ => members.iter().all(is_off),
        }
    }
}

fn references(array: Option<Array<'_>>) -> impl Iterator<Item = ObjectId> {
    let items = array.into_iter().flat_map(|array| array.raw_iter());
    items.filter_map(|item: MaybeRef<Object<'_>>| item.as_obj_ref()).map(id)
}

fn id(reference: ObjRef) -> ObjectId {
    (reference.obj_number, reference.gen_number)
}
