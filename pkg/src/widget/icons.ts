// The few pictures of the widget, as strokes on a field of 24 by 24. All drawn for it.

export const icons = {
  talk: "M4 5h16v11H10l-5 4v-4H4z M8 9h8 M8 12.5h5",
  close: "M6 6l12 12 M18 6L6 18",
  plus: "M12 5v14 M5 12h14",
  list: "M4 6h16 M4 12h16 M4 18h10",
  files: "M8 3h7l4 4v10H8z M15 3v4h4 M16 17v4H5V7h3",
  copy: "M9 9h11v11H9z M15 9V4H4v11h5",
  again: "M19 12a7 7 0 1 1-2-5 M19 3v5h-5",
  good: "M7 11v9H4v-9z M7 11l4-7c1.5 0 2.5 1 2.2 2.6L12.6 10H19l-1.5 8.5c-.2 1-1 1.5-1.9 1.5H7",
  bad: "M7 13V4H4v9z M7 13l4 7c1.5 0 2.5-1 2.2-2.6L12.6 14H19l-1.5-8.5c-.2-1-1-1.5-1.9-1.5H7",
} as const;
