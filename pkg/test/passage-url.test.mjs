// Addresses of passages: what is encoded, what is shortened, and what gets none.
import assert from "node:assert/strict";
import { test } from "node:test";
import { passageUrl } from "../dist/index.js";

const url = "https://example.org/lease";

test("a short quote is given as a whole, with what has a meaning there encoded", () => {
  for (const [quote, expected] of [
    ["Notice is three months.", "Notice%20is%20three%20months."],
    ["yes, no & re-entry", "yes%2C%20no%20%26%20re%2Dentry"],
    ["  spaces around ", "spaces%20around"],
    ["- an item of a list", "an%20item%20of%20a%20list"],
    ["3. the third item", "the%20third%20item"],
    ["Kündigungsfrist: 3 Monate", "K%C3%BCndigungsfrist%3A%203%20Monate"],
  ]) {
    assert.equal(passageUrl({ url, quote }), `${url}#:~:text=${expected}`, quote);
  }
});

test("of a long passage, and of one over several blocks, the beginning and the end are given", () => {
  const words = Array.from({ length: 30 }, (_, index) => `w${index}`).join(" ");
  assert.equal(passageUrl({ url, text: words }), `${url}#:~:text=w0%20w1%20w2%20w3%20w4,w25%20w26%20w27%20w28%20w29`);
  assert.equal(passageUrl({ url, quote: "Name\tAge\nAda\t36" }), `${url}#:~:text=Name,36`);
  assert.equal(passageUrl({ url, quote: "First line\n\n* * *\n\nlast one" }), `${url}#:~:text=First%20line,last%20one`);
});

test("a script without spaces is cut between words", () => {
  const text = "数据库的索引让查询更快。".repeat(5);
  const [start, end] = passageUrl({ url, text }).split("text=")[1].split(",").map(decodeURIComponent);
  assert.ok(text.startsWith(start) && text.endsWith(end));
  assert.ok(start.length < 20 && end.length < 20);
});

test("the section comes before the words, and a hash of the address gives way to it", () => {
  assert.equal(passageUrl({ url, anchor: "a b", quote: "x" }), `${url}#a%20b:~:text=x`);
  assert.equal(passageUrl({ url: `${url}?q=1#old`, anchor: "new", quote: "x" }), `${url}?q=1#new:~:text=x`);
  assert.equal(passageUrl({ url: `${url}#old:~:text=y`, quote: "x" }), `${url}#old:~:text=x`);
  assert.equal(passageUrl({ url, anchor: "s", quote: " — " }), `${url}#s`);
  assert.equal(passageUrl({ url }), url);
});

test("what is not of the web has no address", () => {
  for (const none of [{ quote: "x" }, { url: "file:///a", quote: "x" }, { url: "javascript:alert(1)", quote: "x" }]) assert.equal(passageUrl(none), undefined);
});
