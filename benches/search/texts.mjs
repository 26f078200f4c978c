// From files of documentation to plain text: HTML, manual pages, reStructuredText and dictionaries.

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { decodeHTML } from "entities";
import { fromRoff } from "./roff.mjs";

const HIDDEN = /<(script|style|head|nav|svg)\b.*?<\/\1>/gis;
const BLOCK = /<\/?(p|div|li|td|tr|h[1-6]|pre|br|dt|dd|table|section|ul|ol|dl)\b[^>]*>/gi;
const TAG = /<[^>]+>/g;

export function textOf(file) {
  const bytes = readFileSync(file);
  const text = (/\.(gz|dz)$/.test(file) ? gunzipSync(bytes) : bytes).toString("utf8");
  if (file.endsWith(".html")) return fromHtml(text);
  return /\/man\//.test(file) ? fromRoff(text) : text;
}

function fromHtml(html) {
  return decodeHTML(html.replace(HIDDEN, " ").replace(BLOCK, "\n").replace(TAG, ""));
}
