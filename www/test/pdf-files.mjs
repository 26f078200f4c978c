// Small PDFs made on the spot: pages with lines of text in Helvetica, turned, cropped or measured in
// other units. Nothing here reads them.

/**
 * `pages` have `lines` of `{ text, x, y, size, color }` in the page's own coordinates, or of
 * `{ operators }` that draw, and entries for their dictionary in `more`, such as `/Rotate 90`.
 */
export function makePdf(pages) {
  const objects = [];
  const put = (text) => objects.push(text);
  const kids = pages.map((_, index) => `${4 + 2 * index} 0 R`).join(" ");
  put("<< /Type /Catalog /Pages 2 0 R >>");
  put(`<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`);
  put("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>");
  pages.forEach(({ lines, more = "" }, index) => {
    const content = lines.map(draw).join("\n");
    put(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] ${more} /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + 2 * index} 0 R >>`);
    put(`<< /Length ${content.length} >>\nstream\n${content}\nendstream`);
  });
  let file = "%PDF-1.7\n";
  const places = objects.map((text, index) => {
    const at = file.length;
    file += `${index + 1} 0 obj\n${text}\nendobj\n`;
    return at;
  });
  const table = places.map((at) => `${String(at).padStart(10, "0")} 00000 n \n`).join("");
  return Buffer.from(`${file}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer << /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`, "latin1");
}

function draw({ operators, text, x, y, size = 12, color = "0 0 0" }) {
  if (operators) return operators;
  const escaped = text.replace(/[\\()]/g, "\\$&");
  return `BT ${color} rg /F1 ${size} Tf 1 0 0 1 ${x} ${y} Tm (${escaped}) Tj ET`;
}
