//! What the blocks of a page are.

/// What a block is. Tables hold one row a line, with tabs between the cells.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockKind {
    /// A heading; level 1 is the highest, 6 the lowest.
    Heading {
        /// From 1 to 6.
        level: u8,
    },
    /// Running text.
    Paragraph,
    /// One item of a list, with its marker.
    ListItem,
    /// A table.
    Table,
    /// Text whose line breaks and spaces matter.
    Code,
    /// The words under a figure or table.
    Caption,
    /// A header, footer or page number that stands on page after page. It belongs to the page,
    /// not to what the document says, and chunks leave it out.
    Furniture,
}

impl BlockKind {
    /// The name that inspection shows.
    pub fn name(self) -> &'static str {
        match self {
            Self::Heading { .. } => "heading",
            Self::Paragraph => "paragraph",
            Self::ListItem => "list-item",
            Self::Table => "table",
            Self::Code => "code",
            Self::Caption => "caption",
            Self::Furniture => "furniture",
        }
    }

    /// A text without the white space around it, and how many bytes of that stood before it. The
    /// tabs before a table's first cell are empty cells, without which its row would not stand in
    /// its columns; rows of nothing but empty cells go.
    pub(crate) fn trim(self, text: &str) -> (u32, &str) {
        let visible = text.trim_start();
        let mut start = text.len() - visible.len();
        if self == Self::Table && !visible.is_empty() {
            let line = text[..start].rfind('\n').map_or(0, |end| end + 1);
            let is_blank = |c: char| c.is_whitespace() && c != '\t';
            start = line + text[line..].find(|c| !is_blank(c)).unwrap_or(0);
        }
        (start as u32, text[start..].trim_end())
    }

    /// The level of a heading.
    pub fn level(self) -> Option<u8> {
        match self {
            Self::Heading { level } => Some(level),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::BlockKind::{Paragraph, Table};

    #[test]
    fn white_space_goes_but_for_empty_cells() {
        assert_eq!(Paragraph.trim(" \t a\n"), (3, "a"));
        assert_eq!(Table.trim("\n\ta\tb\n"), (1, "\ta\tb"));
        assert_eq!(Table.trim("\t\t\n").1, "");
        assert_eq!(Table.trim("\t\t\n \ta\tb"), (4, "\ta\tb"));
    }
}
