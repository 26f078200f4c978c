//! The appearances of annotations: form fields' values, stamps and free text stand in them, not
//! in the page's content.

use hayro_syntax::object::{Array, Dict, Name, Rect, Stream};
use kurbo::{Affine, Point};

use super::content::matrix;
use super::layers::Layers;

/// Annotations that are looked at; more on one page are not for reading.
const MAX_ANNOTATIONS: usize = 10_000;

/// "Do not display or print" (ISO 32000-2, table 167, bit 2).
const HIDDEN: i32 = 1 << 1;

/// A form that an annotation shows.
pub(super) struct Appearance<'a> {
    pub(super) form: Stream<'a>,
    /// From the form's space to the page.
    pub(super) to_page: Affine,
}

/// The appearances that a page shows, in the order of its annotations.
pub(super) fn appearances<'a>(page: &Dict<'a>, layers: &Layers) -> Vec<Appearance<'a>> {
    let Some(annotations) = page.get::<Array<'a>>("Annots") else { return Vec::new() };
    let annotations = annotations.iter::<Dict<'a>>().take(MAX_ANNOTATIONS);
    annotations.filter_map(|annotation| appearance(&annotation, layers)).collect()
}

fn appearance<'a>(annotation: &Dict<'a>, layers: &Layers) -> Option<Appearance<'a>> {
    let is_hidden = annotation.get::<i32>("F").unwrap_or(0) & HIDDEN != 0;
    // A popup shows the text of the note that it belongs to.
    let is_popup = annotation.get::<Name<'_>>("Subtype").is_none_or(|name| &*name == b"Popup");
    if is_hidden || is_popup || layers.hides(annotation, b"OC") {
        return None;
    }
    let states = annotation.get::<Dict<'a>>("AP")?;
    let form = states.get::<Stream<'a>>("N").or_else(|| {
        let state = annotation.get::<Name<'a>>("AS")?;
        states.get::<Dict<'a>>("N")?.get::<Stream<'a>>(&*state)
    })?;
    let rect = annotation.get::<Rect>("Rect")?;
    let to_page = placement(form.dict(), rect);
    Some(Appearance { form, to_page })
}

/// Algorithm "Appearance streams" (ISO 32000-2, 12.5.5): the form's box, as its matrix turns it,
/// is fitted into the annotation's rectangle.
fn placement(form: &Dict<'_>, rect: Rect) -> Affine {
    let matrix = matrix(form);
    let Some(bounds) = form.get::<Rect>("BBox") else {
        return Affine::translate((rect.x0, rect.y0)) * matrix;
    };
    let corners = [
        Point::new(bounds.x0, bounds.y0),
        Point::new(bounds.x1, bounds.y0),
        Point::new(bounds.x0, bounds.y1),
        Point::new(bounds.x1, bounds.y1),
    ]
    .map(|corner| matrix * corner);
    let least = corners.iter().copied().reduce(|a, b| Point::new(a.x.min(b.x), a.y.min(b.y)));
    let most = corners.iter().copied().reduce(|a, b| Point::new(a.x.max(b.x), a.y.max(b.y)));
    let (least, most) = (least.unwrap_or_default(), most.unwrap_or_default());
    let scale = |target: f64, length: f64| if length > 0.0 { target / length } else { 1.0 };
    let x = scale(rect.x1 - rect.x0, most.x - least.x);
    let y = scale(rect.y1 - rect.y0, most.y - least.y);
    Affine::translate((rect.x0, rect.y0))
        * Affine::scale_non_uniform(x, y)
        * Affine::translate((-least.x, -least.y))
        * matrix
}
