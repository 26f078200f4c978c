// Finds the language and loads its file. Each language is a file of its own, loaded only where it
// is spoken; English is always there, and stands in text by text for what a language lacks.

import { translator, type Translate } from "./translate.js";
import { named } from "./named.js";
import type { Strings, Text } from "./en.js";

/** By language, or by language and script or region where that makes a difference. */
const files: Readonly<Record<string, () => Promise<{ default: Strings }>>> = {
  ar: () => import("./ar.js"),
  bn: () => import("./bn.js"),
  ceb: () => import("./ceb.js"),
  cs: () => import("./cs.js"),
  de: () => import("./de.js"),
  es: () => import("./es.js"),
  fa: () => import("./fa.js"),
  fil: () => import("./fil.js"),
  fr: () => import("./fr.js"),
  he: () => import("./he.js"),
  hi: () => import("./hi.js"),
  id: () => import("./id.js"),
  it: () => import("./it.js"),
  ja: () => import("./ja.js"),
  km: () => import("./km.js"),
  ko: () => import("./ko.js"),
  lo: () => import("./lo.js"),
  ms: () => import("./ms.js"),
  my: () => import("./my.js"),
  nl: () => import("./nl.js"),
  pl: () => import("./pl.js"),
  pt: () => import("./pt.js"),
  ru: () => import("./ru.js"),
  th: () => import("./th.js"),
  tr: () => import("./tr.js"),
  ur: () => import("./ur.js"),
  vi: () => import("./vi.js"),
  zh: () => import("./zh.js"),
  "zh-Hant": () => import("./zh-Hant.js"),
};

/** The words of the first of `locales` that there are words for. A file that cannot be loaded is English. */
export async function loadWords(locales: readonly string[]): Promise<Translate> {
  for (const locale of locales) {
    const language = fileOf(locale);
    if (language === "en") return translator(locale, {});
    if (language === undefined) continue;
    try {
      const words = await files[language]?.();
      // What is written as an object of texts is built as a list of them.
      return translator(locale, words ? named(words.default as unknown as (Text | null)[]) : {});
    } catch {
      break;
    }
  }
  return english();
}

export function english(): Translate {
  return translator("en", {});
}

/** `zh-TW` before `zh`; undefined where there is neither. */
function fileOf(locale: string): string | undefined {
  const { language, region, script } = new Intl.Locale(locale).maximize();
  if (language === "en") return "en";
  return [`${language}-${region}`, `${language}-${script}`, language].find((name) => name in files);
}
