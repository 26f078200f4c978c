// Which languages to try: what the element says, else the document, else the browser. Apart from
// the words, since the launcher asks this before it loads any.

/** In order of preference, and only those that are language tags. */
export function wantedLocales(attribute: string | null): string[] {
  const wanted = attribute !== null && attribute !== "" && attribute !== "auto" ? [attribute] : [document.documentElement.lang, ...navigator.languages];
  return wanted.filter((tag) => {
    try {
      return Intl.getCanonicalLocales(tag).length > 0;
    } catch {
      return false;
    }
  });
}

export function isEnglish(locales: readonly string[]): boolean {
  return /^en\b/i.test(locales[0] ?? "en");
}
