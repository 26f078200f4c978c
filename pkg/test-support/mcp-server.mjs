// A real MCP server on loopback: the official SDK's, with a few tools, and a switch for what may
// happen to it. And a bare HTTP server for what the official one would never do.
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { McpServer, createMcpHandler } from "@modelcontextprotocol/server";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";

const object = (properties = {}) => ({ type: "object", properties });

const FIRST = [
  { name: "add", description: "Adds two numbers.", inputSchema: { ...object({ a: { type: "number" }, b: { type: "number" } }), required: ["a", "b"] }, annotations: { readOnlyHint: true } },
  { name: "echo.text/v1", title: "Echo", inputSchema: object({ text: { type: "string" } }) },
  { name: "echo_text_v1", description: "Its name becomes another's.", inputSchema: object() },
];
const SECOND = [
  { name: "fails", description: "Fails.", inputSchema: object() },
  { name: "throws", description: "Throws.", inputSchema: object() },
  { name: "many", description: "Several kinds of content.", inputSchema: object() },
  { name: "structured", description: "Only structured content.", inputSchema: object() },
  { name: "waits", description: "Waits until it is cancelled.", inputSchema: object() },
  { name: "drops", description: "Closes its stream before it answers.", inputSchema: object() },
  { name: "pings", description: "Asks the client something before it answers.", inputSchema: object() },
];

const CORS = [
  ["Access-Control-Allow-Origin", "*"],
  ["Access-Control-Allow-Methods", "GET, POST, DELETE"],
  ["Access-Control-Allow-Headers", "Content-Type, Mcp-Session-Id, MCP-Protocol-Version, Last-Event-ID"],
  ["Access-Control-Expose-Headers", "Mcp-Session-Id"],
];

/** Starts it. `json`: answers are JSON, not streams. `stateless`: without sessions. `cors`: for pages of any origin. */
export async function startMcp(t, { json = false, stateless = false, cors = false } = {}) {
  const state = { requests: [], cancelled: 0, waiting: 0, extra: [], answers: [], sessions: new Map() };
  const server = await listen(t, async (request, response) => {
    if (cors) for (const [name, value] of CORS) response.setHeader(name, value);
    if (request.method === "OPTIONS") return response.writeHead(204).end();
    state.requests.push({ method: request.method, headers: request.headers });
    const id = request.headers["mcp-session-id"];
    if (id !== undefined && !state.sessions.has(id)) return response.writeHead(404).end();
    const transport = state.sessions.get(id)?.transport ?? (await connected(state, { json, stateless }));
    await transport.handleRequest(request, response);
  });
  return {
    ...server,
    state,
    /** As if it had been restarted. */
    forgetSessions: () => state.sessions.clear(),
    /** Adds a tool and tells all clients that listen. */
    async announce(tool) {
      state.extra.push(tool);
      for (const { server } of state.sessions.values()) await server.sendToolListChanged();
    },
  };
}

async function connected(state, { json, stateless }) {
  const server = new Server({ name: "test", version: "1" }, { capabilities: { tools: { listChanged: true } } });
  server.setRequestHandler(ListToolsRequestSchema, ({ params }) => (params?.cursor === "next" ? { tools: [...SECOND, ...state.extra] } : { tools: FIRST, nextCursor: "next" }));
  server.setRequestHandler(CallToolRequestSchema, (request, extra) => call(state, server, request.params, extra));
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: stateless ? undefined : randomUUID,
    enableJsonResponse: json,
    eventStore: memoryEvents(),
    retryInterval: 10,
    onsessioninitialized: (id) => void state.sessions.set(id, { transport, server }),
    onsessionclosed: (id) => void state.sessions.delete(id),
  });
  await server.connect(transport);
  return transport;
}

async function call(state, server, { name, arguments: args }, { signal, closeSSEStream }) {
  const text = (text) => ({ content: [{ type: "text", text }] });
  switch (name) {
    case "add": return text(String(args.a + args.b));
    case "echo.text/v1": return text(args.text);
    case "fails": return { isError: true, ...text("the disk is full") };
    case "throws": throw new Error("a fault inside");
    case "structured": return { content: [], structuredContent: { n: 1 } };
    case "many": return {
      content: [
        { type: "text", text: "one" },
        { type: "image", mimeType: "image/png", data: "AAAA" },
        { type: "resource", resource: { uri: "file:///a.txt", text: "inside" } },
        { type: "resource_link", uri: "https://example.com/b", name: "b" },
      ],
    };
    case "waits":
      state.waiting += 1;
      return new Promise((resolve) => signal.addEventListener("abort", () => {
        state.cancelled += 1;
        resolve(text("cancelled"));
      }));
    case "drops":
      closeSSEStream();
      await new Promise((resolve) => setTimeout(resolve, 50));
      return text("answered later");
    case "pings":
      await server.ping();
      await server.listRoots().catch(({ code }) => state.answers.push(code));
      return text("pong");
    default: return text(`called ${name}`);
  }
}

/** What was sent, so that a client can come back for it. */
function memoryEvents() {
  const events = [];
  return {
    storeEvent: async (stream, message) => `${stream}|${events.push({ stream, message })}`,
    async replayEventsAfter(last, { send }) {
      const [stream, after] = last.split("|");
      for (const [index, event] of events.entries()) {
        if (index >= Number(after) && event.stream === stream && event.message.jsonrpc) await send(`${stream}|${index + 1}`, event.message);
      }
      return stream;
    },
  };
}

/** The official server of the version without sessions. `legacy`: how it treats clients with sessions. */
export async function startModernMcp(t, legacy) {
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: "modern", version: "1" });
    server.registerTool("add", { description: "Adds.", inputSchema: z.object({ a: z.number(), b: z.number() }) }, ({ a, b }) => ({ content: [{ type: "text", text: String(a + b) }] }));
    return server;
  }, { legacy });
  return listen(t, async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const body = parts.length > 0 ? Buffer.concat(parts) : undefined;
    const answer = await handler.fetch(new Request(`http://${request.headers.host}${request.url}`, { method: request.method, headers: request.headers, body }));
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(Buffer.from(await answer.arrayBuffer()));
  });
}

/** A server that answers as the test says. `seen` are the messages, parsed. */
export async function startScripted(t, answer) {
  const seen = [];
  const server = await listen(t, async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const text = Buffer.concat(parts).toString("utf8");
    const message = text ? JSON.parse(text) : undefined;
    seen.push({ method: request.method, headers: request.headers, message });
    await answer({ request, response, message, seen });
  });
  return { ...server, seen };
}

/** The reply to `initialize`, and to everything else what is given. */
export function greeting(message, response, { version = "2025-06-18", headers = {} } = {}) {
  if (message?.method === "initialize") {
    const result = { protocolVersion: version, capabilities: { tools: {} }, serverInfo: { name: "scripted", version: "1" } };
    response.writeHead(200, { "Content-Type": "application/json", ...headers }).end(JSON.stringify({ jsonrpc: "2.0", id: message.id, result }));
    return true;
  }
  if (message !== undefined && !("id" in message)) {
    response.writeHead(202).end();
    return true;
  }
  return false;
}

async function listen(t, handle) {
  const server = createServer((request, response) => {
    handle(request, response).catch((error) => response.headersSent ? response.destroy() : response.writeHead(500).end(String(error)));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${server.address().port}/mcp` };
}
