// A key that is nowhere else, a server that repeats it wherever it can, and the search for it in
// everything that is left.
import { inspect } from "node:util";
import { createServer } from "node:http";
import { once } from "node:events";

/** With signs that addresses and base64 write differently. */
export const KEY = "k3y/Zw+9Qx=VeryDistinct_7741";

const half = KEY.length / 2;
const turned = (text) => [...text].reverse().join("");

/** The key as it could be hidden: as it is, its halves, turned, in base64 at each of three places, in addresses, in hexadecimal. */
export const NEEDLES = (() => {
  const plain = [KEY, KEY.slice(0, half), KEY.slice(half)];
  const base64 = [0, 1, 2].map((before) => {
    const text = Buffer.from("x".repeat(before) + KEY).toString("base64");
    // Without what depends on the text around it.
    return text.slice(before === 0 ? 0 : 4, -8);
  });
  return [...plain, ...plain.map(turned), ...base64, ...base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_")), encodeURIComponent(KEY), Buffer.from(KEY).toString("hex")];
})();

/** Which of its forms are in a text, or in bytes. */
export function keysIn(what) {
  const text = typeof what === "string" ? what : Buffer.from(what.buffer ?? what, what.byteOffset ?? 0, what.byteLength).toString("latin1");
  // Texts may be kept in two bytes for each character.
  return NEEDLES.filter((needle) => text.includes(needle) || text.includes([...needle].join("\0")));
}

/** All that an object shows to whoever looks: as JSON, as text, as a console shows it. */
export function shown(value) {
  const own = (object) => (object instanceof Error ? { ...object, name: object.name, message: object.message, stack: object.stack, cause: own(object.cause) } : object);
  return [JSON.stringify(own(value)), String(value), inspect(value, { depth: 12, showHidden: true, getters: true })].join("\n");
}

/**
 * Stands before a scripted endpoint. `modes` are how the next questions are answered: by a status
 * with the key in headers, body and reason; by `"stream"`, an error in a stream; or by silence.
 */
export async function startEcho(behind) {
  const state = { modes: [], keys: 0 };
  const server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const given = request.headers.authorization ?? request.headers["x-api-key"] ?? "";
    if (given.includes(KEY)) state.keys += 1;
    response.setHeader("access-control-allow-origin", "*");
    if (request.method === "OPTIONS") return response.writeHead(204, { "access-control-allow-headers": "*, authorization, content-type, x-api-key" }).end();
    const mode = request.method === "POST" ? state.modes.shift() : undefined;
    if (mode === "silence") return undefined;
    if (mode === "stream") {
      response.writeHead(200, { "content-type": "text/event-stream", "x-key": KEY });
      response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: "It is " } }] })}\n\n`);
      return response.end(`data: ${JSON.stringify({ error: { message: `${given} is over; ${KEY}`, code: 500 } })}\n\n`);
    }
    if (typeof mode === "object") return response.writeHead(mode.status, { "content-type": mode.type, "www-authenticate": `Bearer ${KEY}`, "x-key": KEY }).end(mode.body);
    if (mode !== undefined) {
      response.writeHead(mode, "No", { "content-type": "application/json", "www-authenticate": `Bearer error="${KEY}"`, "x-key": KEY, "retry-after": "0" });
      return response.end(JSON.stringify({ error: { message: `Incorrect key: ${given}. ${"It is wrong. ".repeat(25)}${KEY}`, code: KEY, type: KEY, param: KEY }, key: KEY }));
    }
    const answer = await fetch(new URL(request.url, behind), { method: request.method, headers: { "content-type": "application/json", authorization: given }, ...(request.method === "POST" ? { body: Buffer.concat(parts) } : {}) });
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "", "x-key": KEY });
    for await (const part of answer.body) response.write(part);
    response.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    state,
    baseURL: `http://127.0.0.1:${server.address().port}/v1`,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
