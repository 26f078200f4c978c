// Manual pages as text: what a reader would see of them, roughly.

/** The requests that begin a paragraph. */
const PARAGRAPH_REQUESTS = new Set(["SH", "SS", "PP", "TP", "P", "IP"]);

export function fromRoff(source) {
  const lines = source.split("\n").flatMap((line) => {
    if (/^(\.\\"|'\\"|\.so)/.test(line)) return [];
    const [, request, rest] = /^[.'](\w+)\s*(.*)$/.exec(line) ?? [];
    const shown = plainRoff(request ? rest : line);
    return PARAGRAPH_REQUESTS.has(request) ? ["", shown] : [shown];
  });
  return lines.join("\n").split("\n\n").map((paragraph) => paragraph.replaceAll("\n", " ")).join("\n");
}

function plainRoff(text) {
  const bare = text.replace(/\\f.|\\\(..|\\[&|%c^/]/g, "").replaceAll("\\-", "-").replaceAll("\\e", "\\");
  return bare.replace(/^"+|"+$/g, "");
}
