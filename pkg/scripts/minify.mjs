// Makes a script shorter, for those that come readable from elsewhere: nobody reads them in this
// package, and every page that uses them loads them.
import { transform } from "esbuild";

/** A module's text without what only readers need; addresses beside `import.meta.url` stay as they are. */
export async function minified(text) {
  const { code } = await transform(text, { minify: true, format: "esm", target: "es2022", legalComments: "none" });
  return code;
}
