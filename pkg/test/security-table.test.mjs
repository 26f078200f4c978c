// The tables of docs/security.md claim nothing that no test holds: each row names tests, by file
// and title, and these are in the tree.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const NAMED = /`([^`]+)`: “([^”]+)”/g;

/** The rows of all tables whose last column is of tests, by their first cell. */
function rows() {
  const found = [];
  let columns;
  for (const line of readFileSync(`${repository}docs/security.md`, "utf8").split("\n")) {
    if (!line.startsWith("|")) columns = undefined;
    else if (columns === undefined) columns = cells(line);
    else if (columns.at(-1) === "tests" && !/^\|[ -|]+$/.test(line)) found.push({ attack: cells(line)[0], tests: [...cells(line).at(-1).matchAll(NAMED)].map(([, file, title]) => ({ file, title })), columns: cells(line).length, expected: columns.length });
  }
  return found;
}

const cells = (line) => line.split("|").slice(1, -1).map((cell) => cell.trim());

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Whether a file has a test of this title, by itself, with values put in, or as a row of a table that is run. */
function has(source, file, title) {
  if (file.endsWith(".rs")) return new RegExp(`#\\[test\\]\\s*(?:#\\[[^\\]]*\\]\\s*)*fn ${escaped(title)}\\b`).test(source);
  const literal = escaped(JSON.stringify(title));
  if (new RegExp(`\\btest\\(${literal}|^\\s*\\[${literal},`, "m").test(source)) return true;
  const templates = [...source.matchAll(/\btest\(`([^`]+)`/g)].map(([, template]) => new RegExp(`^${template.split(/\$\{[^}]*\}/).map(escaped).join(".+")}$`));
  return templates.some((template) => template.test(title));
}

test("every row names tests that are there", () => {
  const all = rows();
  assert.ok(all.length > 60, `${all.length} rows`);
  const wrong = [];
  for (const { attack, tests, columns, expected } of all) {
    if (columns !== expected) wrong.push(`${attack}: ${columns} cells`);
    if (tests.length === 0) wrong.push(`${attack}: names no test`);
    for (const { file, title } of tests) {
      if (!existsSync(repository + file)) wrong.push(`${attack}: there is no ${file}`);
      else if (!has(readFileSync(repository + file, "utf8"), file, title)) wrong.push(`${attack}: ${file} has no test “${title}”`);
    }
  }
  assert.deepEqual(wrong, []);
});

test("every test of an attack is in a table", () => {
  const named = new Set(rows().flatMap(({ tests }) => tests.map(({ file }) => file)));
  for (const file of ["pkg/test/security-endpoint.test.mjs", "pkg/test/security-files.test.mjs", "pkg/test/security-index.test.mjs", "pkg/test/security-injection.test.mjs", "pkg/test/security-patterns.test.mjs", "pkg/test/security-sandbox.test.mjs", "pkg/test/security-secrets.test.mjs", "www/test/security-page.test.mjs", "www/test/security-texts.test.mjs"]) assert.ok(named.has(file), file);
});

test("a title that is not there would be noticed", () => {
  const source = 'test("one thing", () => {});\n  ["a row", "code"],\ntest(`with ${value} in it`, () => {});\n#[test]\nfn here() {}\nfn helper() {}';
  for (const title of ["one thing", "a row", "with a word in it"]) assert.ok(has(source, "a.mjs", title), title);
  for (const title of ["another thing", "one", "row", "with  in it!"]) assert.ok(!has(source, "a.mjs", title), title);
  assert.deepEqual([has(source, "a.rs", "here"), has(source, "a.rs", "helper")], [true, false]);
});
