// Finds the language and loads its file. Each language is a file of its own, loaded only where it
// is spoken; English is always there, and stands in text by text for what a language lacks.

import { translator, type Translate } from "./translate.js";
import type { Strings } from "./en.js";

/** By language, or by language and script or region where that makes a difference. */
const files: Readonly<Record<string, () => Promise<{ default: Strings }>>> = {
  ar: () => import("./ar.js"),
  bn: () => import("./bn.js"),
  de: () => import("./de.js"),
  fa: () => import("./fa.js"),
  he: () => import("./he.js"),
  hi: () => import("./hi.js"),
  km: () => import("./km.js"),
  lo: () => import("./lo.js"),
  my: () => import("./my.js"),
  ur: () => import("./ur.js"),
  "zh-Hant": () => import("./zh-Hant.js"),
};

/** The words of the first of `locales` that there are words for. A file that cannot be loaded is English. */
export async function loadWords(locales: readonly string[]): Promise<Translate> {
  for (const locale of locales) {
    const language = fileOf(locale);
    if (language === "en") return translator(locale, {});
    if (language === undefined) continue;
    try {
      return translator(locale, (await files[language]?.())?.default ?? {});
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
