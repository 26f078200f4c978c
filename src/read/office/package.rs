//! An office file as its programs see it: parts that refer to each other by relationships.
//!
//! Part names in relationships are relative to the part that refers, and are resolved here. A
//! part that is damaged or too large gives what could be read of it, and a warning.

use std::cell::RefCell;

use super::xml::{self, Trouble, Xml};
use super::zip::{Flaw, MAX_ENTRIES, Zip};
use crate::document::{Warning, WarningCode};

/// A damaged file may have trouble in every part; a reader needs no more than some of them.
const MAX_WARNINGS: usize = 20;

/// A zip file with the troubles met in it.
pub(super) struct Package {
    zip: Zip,
    warnings: RefCell<Vec<Warning>>,
}

/// A reference from one part to another.
#[derive(Debug, Clone)]
pub(super) struct Relation {
    /// Its name in the part that refers.
    pub(super) id: String,
    /// The last step of its type, such as `slide`.
    pub(super) kind: String,
    /// The part referred to.
    pub(super) part: String,
}

impl Package {
    pub(super) fn new(zip: Zip) -> Self {
        let package = Self { zip, warnings: RefCell::default() };
        if package.zip.is_repaired {
            let message = "the list of the file's parts is missing; those found were read";
            package.warn(WarningCode::Repaired, message.to_owned());
        }
        package
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.zip.has(name)
    }

    /// Notes a trouble.
    pub(super) fn warn(&self, code: WarningCode, message: String) {
        let mut warnings = self.warnings.borrow_mut();
        if warnings.len() < MAX_WARNINGS {
            warnings.push(Warning::on_file(code, message));
        }
    }

    /// The troubles so far.
    pub(super) fn take_warnings(&self) -> Vec<Warning> {
        self.warnings.take()
    }

    /// The text of a part, as far as it can be unpacked.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let (bytes, flaw) = self.zip.get(name)?;
        match flaw {
            Some(Flaw::Limit) => {
                let message = format!("{name} is too large; its beginning was read");
                self.warn(WarningCode::LimitReached, message);
            }
            Some(Flaw::Damaged) => {
                let message = format!("{name} is damaged; what could be unpacked was read");
                self.warn(WarningCode::Truncated, message);
            }
            None => {}
        }
        Some(xml::decode(bytes))
    }

    /// Walks through the markup of a part; nothing if there is no such part.
    pub(super) fn walk<T>(&self, name: &str, walk: impl FnOnce(&mut Xml) -> T) -> Option<T> {
        let text = self.text(name)?;
        let mut xml = Xml::new(&text);
        let result = walk(&mut xml);
        match xml.trouble() {
            Some(Trouble::Broken) => {
                let message = format!("{name} is broken; what came before was read");
                self.warn(WarningCode::Truncated, message);
            }
            Some(Trouble::TooDeep) => {
                let message = format!("{name} is nested too deeply; what came before was read");
                self.warn(WarningCode::LimitReached, message);
            }
            None => {}
        }
        Some(result)
    }

    /// What a part refers to; the file itself is the part "".
    pub(super) fn relations(&self, part: &str) -> Vec<Relation> {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let name = format!("{folder}/_rels/{file}.rels");
        self.walk(&name, |xml| relations(xml, folder)).unwrap_or_default()
    }

    /// The title that the file's properties give.
    pub(super) fn core_title(&self, relations: &[Relation]) -> Option<String> {
        let told = relations.iter().find(|relation| relation.kind == "core-properties");
        let name = told.map_or("docProps/core.xml", |relation| &relation.part);
        self.walk(name, |xml| {
            while let Some(element) = xml.next_in(0) {
                if element.name() == "title" {
                    return Some(xml.text());
                }
            }
            None
        })?
    }
}

fn relations(xml: &mut Xml, folder: &str) -> Vec<Relation> {
    let mut relations = Vec::new();
    while let Some(element) = xml.next_in(0)
        && relations.len() < MAX_ENTRIES
    {
        let is_outside = element.attr("TargetMode").is_some_and(|mode| mode == "External");
        if element.name() != "Relationship" || is_outside {
            continue;
        }
        if let (Some(id), Some(kind), Some(target)) =
            (element.attr("Id"), element.attr("Type"), element.attr("Target"))
        {
            let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
            relations.push(Relation { id, kind, part: join(folder, &target) });
        }
    }
    relations
}

/// Resolves a part's name as seen from a folder. Steps above the root stay at the root.
pub(super) fn join(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            ".." => drop(steps.pop()),
            "." | "" => {}
            step => steps.push(step),
        }
    }
    steps.join("/")
}
