// What tests of the built package need: that it is built, documents to read, a way to run it.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../", import.meta.url));
const cli = `${root}dist/cli.js`;

/** Tests of the package without its wasm would prove nothing: they fail, and say what to do. */
export function requireBuilt() {
  for (const file of ["dist/index.js", "dist/wasm/core.js", "dist/wasm/core_bg.wasm", "dist/wasm/readers_bg.wasm", "dist/wasm/pdf_bg.wasm", "dist/wasm/pdf-cjk.bin", "dist/wasm/reader-glue.js"]) {
    if (!existsSync(root + file)) {
      throw new Error(`${file} is missing: build the wasm modules (cargo xtask build), then run "npm run build" in pkg/`);
    }
  }
}

export const LEASE = `# Lease

## Rent

The rent is 900 euros a month. It is due on the first day of the month.

## Notice

The notice period is three months. Notice must be given in writing.

## Animals

The tenant may keep one small dog. Crocodiles are forbidden.
`;

export const HANDBOOK = `# Handbook

The office opens at eight. The cafeteria serves lunch from noon.

Visitors must register at the reception desk and wear a badge.
`;

/** A PDF with a line of text on each page. */
export function pdf(pages) {
  const objects = ["<< /Type /Catalog /Pages 2 0 R >>"];
  const kids = pages.map((_, index) => `${4 + index * 2} 0 R`).join(" ");
  objects.push(`<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`);
  objects.push("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>");
  for (const [index, text] of pages.entries()) {
    const content = `BT /F1 12 Tf 72 720 Td (${text.replace(/[()\\]/g, "\\$&")}) Tj ET`;
    objects.push(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + index * 2} 0 R >>`);
    objects.push(`<< /Length ${content.length} >>\nstream\n${content}\nendstream`);
  }
  let out = "%PDF-1.4\n";
  const offsets = objects.map((object, index) => {
    const offset = out.length;
    out += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const xref = out.length;
  out += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  out += offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  out += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${xref}\n%%EOF\n`;
  return Buffer.from(out, "latin1");
}

/** Russian in windows-1251, which is not UTF-8. */
export function windows1251(text) {
  return Uint8Array.from([...text], (char) => {
    const code = char.codePointAt(0);
    return code >= 0x410 && code <= 0x44f ? code - 0x410 + 0xc0 : code;
  });
}

let cache;

/** What the command keeps between its runs belongs to the test, not to whoever runs it. */
function testCache() {
  if (cache) return cache;
  cache = mkdtempSync(join(tmpdir(), "qwen-agent-cache-"));
  process.once("exit", () => rmSync(cache, { recursive: true, force: true }));
  return cache;
}

/** Runs the command to its end. */
export function run(args, { env = {}, cwd, input = "", kill } = {}) {
  return new Promise((resolve) => {
    const { QWEN_API_KEY: _, QWEN_BASE_URL: __, QWEN_MODEL: ___, ...clean } = process.env;
    const child = spawn(process.execPath, [cli, ...args], { cwd, env: { ...clean, XDG_CACHE_HOME: testCache(), ...env } });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
      kill?.(child, stdout);
    });
    child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
    child.stdin.on("error", () => {}).end(input);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}
