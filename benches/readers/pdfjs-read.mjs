// Reads a PDF with pdf.js, in Node and in browsers alike: the text items of every page, with a
// line break where pdf.js says that a line ends.

/** `{ text, after }`: pages are joined by form feeds. `files` ends with a slash. */
export async function readWithPdfjs(pdfjs, bytes, files, worker) {
  const task = pdfjs.getDocument({
    data: bytes,
    worker,
    cMapUrl: `${files}cmaps/`,
    cMapPacked: true,
    standardFontDataUrl: `${files}standard_fonts/`,
    wasmUrl: `${files}wasm/`,
    verbosity: pdfjs.VerbosityLevel.ERRORS,
  });
  const after = () => task.destroy();
  try {
    const document = await task.promise;
    const texts = [];
    for (let number = 1; number <= document.numPages; number += 1) texts.push(await pageText(await document.getPage(number)));
    return { text: texts.join("\f"), after };
  } catch (error) {
    await after();
    throw error;
  }
}

async function pageText(page) {
  const { items } = await page.getTextContent();
  return items.map(({ str, hasEOL }) => (hasEOL ? `${str}\n` : str)).join("");
}
