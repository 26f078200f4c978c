/**
 * How a page of a PDF lies in its container; for a constructed style sheet, which a strict
 * Content-Security-Policy allows. By night a page is as white as by day, and marked in the same
 * color, which shines through the letters: `--qa-page-mark`.
 */
export const pdfPageStyles = `
.pdf-sheet {
  position: relative;
  overflow: hidden;
  margin-inline: auto;
  background: white;
  color-scheme: light;
  direction: ltr;
}
.pdf-sheet > canvas {
  position: absolute;
  inset: 0;
  inline-size: 100%;
  block-size: 100%;
}
.pdf-text {
  position: absolute;
  inset-block-start: 0;
  inset-inline-start: 0;
  transform-origin: 0 0;
  line-height: 1;
  color: transparent;
  -webkit-text-size-adjust: none;
  text-size-adjust: none;
  forced-color-adjust: none;
}
.pdf-text > span {
  position: absolute;
  transform-origin: 0 0;
  white-space: pre;
  cursor: text;
}
.pdf-text ::selection {
  color: transparent;
  background: color-mix(in srgb, Highlight 40%, transparent);
}
.pdf-mark {
  position: absolute;
  background: var(--qa-page-mark, #ffd84d);
  mix-blend-mode: multiply;
  pointer-events: none;
}
@media (forced-colors: active) {
  .pdf-mark { outline: 2px solid Mark; background: transparent; forced-color-adjust: none; }
}
`;
