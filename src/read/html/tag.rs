//! The elements of HTML that matter to a reader of text, and how they behave.

macro_rules! tags {
    ($($tag:ident $name:literal)*) => {
        /// An element's name. Those that only decorate text are all `Other`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Tag {
            $(
                #[doc = $name]
                $tag,
            )*
            /// Any other element.
            Other,
        }

        impl Tag {
            /// The element of a name in lower case.
            pub(super) fn from_name(name: &[u8]) -> Self {
                match std::str::from_utf8(name) {
                    $(Ok($name) => Self::$tag,)*
                    _ => Self::Other,
                }
            }
        }
    };
}

tags! {
    A "a" Address "address" Annotation "annotation" Area "area" Article "article" Aside "aside"
    Audio "audio" Base "base" Blockquote "blockquote" Body "body" Br "br" Button "button"
    Canvas "canvas" Caption "caption" Center "center" Col "col" Colgroup "colgroup"
    Datalist "datalist" Dd "dd" Details "details" Dialog "dialog" Dir "dir" Div "div" Dl "dl"
    Dt "dt" Embed "embed" Fieldset "fieldset" Figcaption "figcaption" Figure "figure"
    Footer "footer" ForeignObject "foreignobject" Form "form" Frameset "frameset" H1 "h1" H2 "h2"
    H3 "h3" H4 "h4" H5 "h5" H6 "h6" Head "head" Header "header" Hgroup "hgroup" Hr "hr"
    Html "html" Iframe "iframe" Image "image" Img "img" Input "input" Legend "legend" Li "li"
    Link "link" Listing "listing" Main "main" Math "math" Menu "menu" Meta "meta" Meter "meter"
    Nav "nav" Noframes "noframes" Noscript "noscript" Object "object" Ol "ol" Optgroup "optgroup"
    Option "option" P "p" Param "param" Plaintext "plaintext" Pre "pre" Progress "progress" Q "q"
    Rp "rp" Rt "rt" Script "script" Search "search" Section "section" Select "select"
    Source "source" Style "style" Summary "summary" Svg "svg" Table "table" Tbody "tbody" Td "td"
    Template "template" Textarea "textarea" Tfoot "tfoot" Th "th" Thead "thead" Title "title"
    Tr "tr" Track "track" Ul "ul" Video "video" Wbr "wbr" Xmp "xmp"
}

impl Tag {
    /// The level of a heading.
    pub(super) fn heading(self) -> Option<u8> {
        match self {
            Self::H1 => Some(1),
            Self::H2 => Some(2),
            Self::H3 => Some(3),
            Self::H4 => Some(4),
            Self::H5 => Some(5),
            Self::H6 => Some(6),
            _ => None,
        }
    }

    /// Has no content and no end tag.
    pub(super) fn is_void(self) -> bool {
        use Tag::{
            Area, Base, Br, Col, Embed, Hr, Image, Img, Input, Link, Meta, Param, Source, Track,
            Wbr,
        };
        matches!(
            self,
            Area | Base
                | Br
                | Col
                | Embed
                | Hr
                | Image
                | Img
                | Input
                | Link
                | Meta
                | Param
                | Source
                | Track
                | Wbr
        )
    }

    /// Its content is never text on the page: code, drawings, form controls, fallbacks, and the
    /// readings over ruby text, which would tear its words apart.
    pub(super) fn is_dropped(self) -> bool {
        use Tag::{
            Annotation, Audio, Button, Canvas, Datalist, Iframe, Meter, Noframes, Noscript, Option,
            Progress, Rp, Rt, Script, Select, Style, Svg, Template, Textarea, Video,
        };
        matches!(
            self,
            Annotation
                | Audio
                | Button
                | Canvas
                | Datalist
                | Iframe
                | Meter
                | Noframes
                | Noscript
                | Option
                | Progress
                | Rp
                | Rt
                | Script
                | Select
                | Style
                | Svg
                | Template
                | Textarea
                | Video
        )
    }

    /// May stand in a page's head without ending it.
    pub(super) fn is_metadata(self) -> bool {
        use Tag::{Base, Link, Meta, Noscript, Script, Style, Template, Title};
        matches!(self, Base | Link | Meta | Noscript | Script | Style | Template | Title)
    }

    /// A cell of a table.
    pub(super) fn is_cell(self) -> bool {
        matches!(self, Self::Td | Self::Th)
    }

    /// A group of rows.
    pub(super) fn is_row_group(self) -> bool {
        matches!(self, Self::Tbody | Self::Thead | Self::Tfoot)
    }

    /// Keeps its spaces and line ends.
    pub(super) fn is_preformatted(self) -> bool {
        matches!(self, Self::Pre | Self::Listing | Self::Xmp | Self::Plaintext)
    }

    /// Ends an open paragraph when it begins.
    pub(super) fn ends_paragraph(self) -> bool {
        self.is_block()
            && !self.is_cell()
            && !self.is_row_group()
            && !matches!(self, Self::Tr | Self::Caption | Self::Body | Self::Html | Self::Legend)
    }

    /// Stands on lines of its own.
    pub(super) fn is_block(self) -> bool {
        use Tag::{
            Address, Article, Aside, Blockquote, Body, Caption, Center, Dd, Details, Dialog, Dir,
            Div, Dl, Dt, Fieldset, Figcaption, Figure, Footer, Form, Header, Hgroup, Hr, Html,
            Legend, Li, Main, Menu, Nav, Ol, P, Search, Section, Summary, Table, Tr, Ul,
        };
        let is_named = matches!(
            self,
            Address
                | Article
                | Aside
                | Blockquote
                | Body
                | Caption
                | Center
                | Dd
                | Details
                | Dialog
                | Dir
                | Div
                | Dl
                | Dt
                | Fieldset
                | Figcaption
                | Figure
                | Footer
                | Form
                | Header
                | Hgroup
                | Hr
                | Html
                | Legend
                | Li
                | Main
                | Menu
                | Nav
                | Ol
                | P
                | Search
                | Section
                | Summary
                | Table
                | Tr
                | Ul
        );
        is_named
            || self.heading().is_some()
            || self.is_cell()
            || self.is_row_group()
            || self.is_preformatted()
    }

    /// An end tag of a decorating element does not reach beyond it.
    pub(super) fn is_special(self) -> bool {
        self.is_block()
            || self.is_opaque()
            || matches!(self, Self::Colgroup | Self::Head | Self::Object | Self::Title)
    }

    /// End tags inside of it do not reach beyond it.
    pub(super) fn is_scope(self) -> bool {
        use Tag::{Caption, ForeignObject, Html, Math, Object, Table};
        self.is_cell()
            || self.is_opaque()
            || matches!(self, Caption | ForeignObject | Html | Math | Object | Table)
    }

    /// Its content is dropped up to its own end tag. Ruby text needs none.
    fn is_opaque(self) -> bool {
        self.is_dropped() && !matches!(self, Self::Rt | Self::Rp | Self::Option)
    }
}
