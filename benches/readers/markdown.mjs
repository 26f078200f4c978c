// Prints a report as Markdown, which is readable in a terminal, too.

/** The whole page: what was run where, the tables, how to read them. */
export function page({ run, notes, tables }) {
  const facts = [
    ["date", run.date],
    ["command", `\`${run.command}\``],
    ["corpus", run.corpora.map(({ name, files }) => `${name} (${files} files)`).join(", ")],
    ["machine", `${run.cores} cores, ${run.cpu}`],
    ["Node", run.node],
    ...(run.chromium ? [["Chromium", run.chromium]] : []),
    ["engines", run.engines.map(({ name, version }) => `${name} ${version}`).join(", ")],
  ];
  const parts = [
    "# Readers, side by side",
    "Written by `cargo xtask bench readers --record`; how it measures is told in [evaluation.md](../evaluation.md).",
    "![F1 and speed of every engine by kind of file](readers.svg)",
    table(["", ""], facts),
    ...notes,
    ...tables.map(section),
  ];
  return `${parts.filter(Boolean).join("\n\n")}\n`;
}

function section({ title, level, notes = [], columns, rows }) {
  const parts = [`${"#".repeat(level)} ${title}`, ...notes];
  if (columns) parts.push(table(columns, rows));
  return parts.join("\n\n");
}

/** Columns of numbers stand to the right. */
export function table(columns, rows) {
  const lines = [columns, ...rows].map((cells) => cells.map((cell) => String(cell).replaceAll("|", "\\|")));
  const widths = columns.map((_, at) => Math.max(3, ...lines.map((cells) => [...cells[at]].length)));
  const isText = (at) => at === 0 || columns[at] === "" || lines.slice(1).some((cells) => /\p{L}{3}/u.test(cells[at]));
  const print = (cells) => `| ${cells.map((cell, at) => pad(cell, widths[at], !isText(at))).join(" | ")} |`;
  const rule = `| ${widths.map((width, at) => (isText(at) ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  const [head, ...body] = lines.map(print);
  return [head, rule, ...body].join("\n");
}

function pad(text, width, isRight) {
  const space = " ".repeat(width - [...text].length);
  return isRight ? space + text : text + space;
}
