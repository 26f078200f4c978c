// Language files of the widget hold only texts that there are, with the values that these have.
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { listOf } from "../scripts/strings.mjs";
import { requireBuilt } from "../test-support/built.mjs";

const folder = new URL("../dist/widget/strings/", import.meta.url);
const apart = ["en", "index", "translate", "locales", "launcher", "named"];

before(requireBuilt);

const formsOf = (text) => (typeof text === "string" ? [text] : Object.values(text));
const valuesOf = (text) => [...new Set(formsOf(text).flatMap((form) => form.match(/\{\w+\}/g) ?? []))].sort();

/** A language's texts by name, as the widget has them. */
async function stringsOf(name) {
  const [{ named }, { default: list }] = await Promise.all(["named", name].map((file) => import(new URL(`${file}.js`, folder).href)));
  return named(list);
}

async function languages() {
  const names = (await readdir(fileURLToPath(folder))).filter((name) => name.endsWith(".js")).map((name) => name.slice(0, -3));
  return names.filter((name) => !apart.includes(name));
}

test("each language file has known texts only, with the same values, and the plural forms of its language", async () => {
  const { en } = await import(new URL("en.js", folder).href);
  const found = await languages();
  assert.ok(found.length >= 2, found.join());
  const wrong = [];
  for (const name of found) {
    const strings = await stringsOf(name);
    const forms = new Intl.PluralRules(name).resolvedOptions().pluralCategories;
    for (const [key, text] of Object.entries(strings)) {
      if (!(key in en)) wrong.push(`${name}: there is no ${key}`);
      // A form may say its number in a word; the one for all others has every value.
      else if (String(valuesOf(text)) !== String(valuesOf(en[key]))) wrong.push(`${name}: ${key} has ${valuesOf(text)} in place of ${valuesOf(en[key])}`);
      else if (typeof text !== typeof en[key]) wrong.push(`${name}: ${key} has plural forms, or should`);
      else if (typeof text === "object" && Object.keys(text).some((form) => !forms.includes(form) && form !== "other")) wrong.push(`${name}: ${key} has forms that ${name} has not`);
    }
  }
  assert.deepEqual(wrong, []);
});

test("every language file is loaded for its language, and what none has is English", async () => {
  const { loadWords } = await import(new URL("index.js", folder).href);
  for (const name of await languages()) {
    const strings = await stringsOf(name);
    const t = await loadWords([name]);
    assert.equal(t("documents.title"), strings["documents.title"], name);
  }
  const none = await loadWords(["tlh"]);
  assert.equal(none("documents.title"), "Documents");
  assert.equal((await loadWords(["tlh", "en-GB", "de"]))("documents.title"), "Documents");
});

test("numbers and plural forms are those of the language", async () => {
  const { loadWords } = await import(new URL("index.js", folder).href);
  const [english, german, arabic] = [await loadWords(["en"]), await loadWords(["de-AT"]), await loadWords(["ar-EG"])];
  assert.equal(english("documents.pages", { count: 1 }), "1 page");
  assert.equal(english("documents.pages", { count: 1200 }), "1,200 pages");
  assert.equal(german("documents.pages", { count: 1 }), "1 Seite");
  assert.equal(german.direction, "ltr");
  assert.equal(arabic.direction, "rtl");
  assert.notEqual(arabic("documents.pages", { count: 3 }), arabic("documents.pages", { count: 11 }));
  assert.equal(english.bytes(2_500_000), "2.4 MB");
});

test("what a language lacks is English, and words of another version are not taken for these", async () => {
  const [{ named }, { en }, { translator }] = await Promise.all(["named", "en", "translate"].map((file) => import(new URL(`${file}.js`, folder).href)));
  const keys = Object.keys(en);
  const some = { "bar.close": "Schließen", "documents.pages": { one: "{count} Seite", other: "{count} Seiten" }, "bar.title": "" };
  const list = JSON.parse(JSON.stringify(listOf(keys, some)));
  assert.deepEqual(named(list), some);
  const t = translator("de", named(list));
  assert.deepEqual(["bar.close", "bar.title", "documents.title"].map((key) => t(key)), ["Schließen", "", "Documents"]);
  assert.throws(() => named(list.slice(1)), /another version/);
  assert.throws(() => listOf(keys, { "bar.shut": "Zu" }), /no bar\.shut/);
});

test("a language's texts are those of its source", async () => {
  for (const name of await languages()) {
    const source = await readFile(new URL(`../src/widget/strings/${name}.ts`, import.meta.url), "utf8");
    const written = Object.fromEntries([...source.matchAll(/^ {2}"([\w.]+)": (".*"),$/gm)].map(([, key, text]) => [key, JSON.parse(text)]));
    const strings = await stringsOf(name);
    assert.ok(Object.keys(written).length > 200, name);
    for (const [key, text] of Object.entries(written)) assert.equal(strings[key], text, `${name}: ${key}`);
  }
});
