/**
 * JSON-RPC as MCP uses it: the shapes of messages, and the narrowing of what a server sends.
 *
 * Nothing of a server is trusted: whatever has not the shape is no message.
 */

export interface RpcRequest {
  jsonrpc: "2.0";
  id: number;
  method: string;
  params?: object;
}

export type RpcNotification = Omit<RpcRequest, "id">;

export type RpcOutgoing = RpcRequest | RpcNotification | RpcAnswer;

/** An answer of ours to a request of the server. */
export type RpcAnswer = { jsonrpc: "2.0"; id: string | number } & ({ result: object } | { error: { code: number; message: string } });

/** What a server sends. */
export type RpcIncoming =
  | { kind: "result"; id: unknown; result: Record<string, unknown> }
  | { kind: "error"; id: unknown; code: number; message: string }
  | { kind: "request"; id: string | number; method: string }
  | { kind: "notification"; method: string };

export const METHOD_NOT_FOUND = -32601;

/** The messages in a parsed body; servers of the first version send several in an array. */
export function incoming(data: unknown): RpcIncoming[] {
  const list: unknown[] = Array.isArray(data) ? data : [data];
  return list.map(one).filter((message) => message !== undefined);
}

function one(data: unknown): RpcIncoming | undefined {
  if (!isRecord(data) || data["jsonrpc"] !== "2.0") return undefined;
  const { id, method, result, error } = data;
  if (typeof method === "string") {
    return typeof id === "string" || typeof id === "number" ? { kind: "request", id, method } : { kind: "notification", method };
  }
  if (isRecord(error)) return { kind: "error", id, code: Number(error["code"]) || 0, message: String(error["message"] ?? "") };
  return isRecord(result) ? { kind: "result", id, result } : undefined;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
