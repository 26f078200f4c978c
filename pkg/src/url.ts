/**
 * Addresses as people give them, relative to the page where there is one.
 */

/** `undefined` for what is no address; outside of a page, relative ones are none. */
export function parseAddress(given: string | URL): URL | undefined {
  // Not URL.canParse: browsers of 2023 lack it.
  try {
    return new URL(given, globalThis.location?.href);
  } catch {
    return undefined;
  }
}
