// Which endpoint answers, and what of it is remembered. The key lives in memory only: it must
// never reach sessionStorage, the page's address or a log.

import type { QwenAssistantElement } from "qwen-agent-wasm/widget";

export interface Settings {
  preset: PresetId;
  baseUrl: string;
  model: string;
  apiKey: string;
}

export interface Preset {
  id: PresetId;
  label: string;
  baseUrl: string;
  /** What a person should know before choosing it. */
  hint: string;
}

export type PresetId =
  | "none"
  | "proxy"
  | "ollama"
  | "lmstudio"
  | "llamacpp"
  | "vllm"
  | "dashscope"
  | "dashscope-intl"
  | "custom";

/** Below this page's own address; the server decides where it leads. */
const PROXY_PATH = "api/qwen";

const STORAGE_KEY = "qwen-agent-demo.endpoint";

export const presets: readonly Preset[] = [
  { id: "none", label: "No model: quotes only", baseUrl: "", hint: "Answers are sentences quoted from your documents. Nothing leaves this page." },
  { id: "proxy", label: "This page’s proxy", baseUrl: PROXY_PATH, hint: "The server of this page passes questions on and keeps the key." },
  { id: "ollama", label: "Ollama on this computer", baseUrl: "http://localhost:11434/v1", hint: "Pages from other addresses must be allowed in OLLAMA_ORIGINS." },
  { id: "lmstudio", label: "LM Studio on this computer", baseUrl: "http://localhost:1234/v1", hint: "Turn on CORS in LM Studio’s server settings." },
  { id: "llamacpp", label: "llama.cpp on this computer", baseUrl: "http://localhost:8080/v1", hint: "The model’s name may be anything; llama-server serves the one it has loaded." },
  { id: "vllm", label: "vLLM on this computer", baseUrl: "http://localhost:8000/v1", hint: "Use the name under which vLLM serves the model." },
  { id: "dashscope", label: "DashScope (China)", baseUrl: "https://dashscope.aliyuncs.com/compatible-mode/v1", hint: "Needs a key of this region. Whether browsers may call it directly depends on the account; the proxy always works." },
  { id: "dashscope-intl", label: "DashScope (international)", baseUrl: "https://dashscope-intl.aliyuncs.com/compatible-mode/v1", hint: "Needs a key of this region. Whether browsers may call it directly depends on the account; the proxy always works." },
  { id: "custom", label: "Another endpoint", baseUrl: "", hint: "Any OpenAI-compatible address, up to and without /chat/completions." },
];

export function presetOf(id: PresetId): Preset {
  return presets.find((preset) => preset.id === id) ?? { id: "custom", label: "", baseUrl: "", hint: "" };
}

export function isPresetId(text: string): text is PresetId {
  return presets.some((preset) => preset.id === text);
}

export function hasModel(settings: Settings): boolean {
  return settings.preset !== "none" && settings.baseUrl !== "" && settings.model !== "";
}

/** Tells the widget where to ask. The key was typed by the person at this browser, for this visit. */
export function applyTo(assistant: QwenAssistantElement, settings: Settings): void {
  const { baseUrl, model, apiKey } = settings;
  const on = hasModel(settings);
  for (const [name, value] of [["base-url", baseUrl], ["model", model]] as const) {
    if (on) assistant.setAttribute(name, value);
    else assistant.removeAttribute(name);
  }
  assistant.options = on && apiKey !== "" ? { endpoint: { baseURL: baseUrl, model, apiKey, dangerouslyAllowBrowser: true } } : {};
}

/** What was chosen earlier in this tab, else what the page's server offers, else no model. */
export async function loadSettings(): Promise<Settings> {
  return remembered() ?? (await offered()) ?? { preset: "none", baseUrl: "", model: "", apiKey: "" };
}

export function rememberSettings({ preset, baseUrl, model }: Settings): void {
  try {
    sessionStorage.setItem(STORAGE_KEY, JSON.stringify({ preset, baseUrl, model }));
  } catch {
    // Storage may be forbidden; then the choice lasts until the page is left.
  }
}

function remembered(): Settings | undefined {
  try {
    return settingsFrom(JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? "null"));
  } catch {
    return undefined;
  }
}

function settingsFrom(value: unknown): Settings | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { preset, baseUrl, model } = value as Record<string, unknown>;
  if (typeof preset !== "string" || !isPresetId(preset)) return undefined;
  if (typeof baseUrl !== "string" || typeof model !== "string") return undefined;
  return { preset, baseUrl, model, apiKey: "" };
}

/** The server that served the page says whether it proxies an endpoint. */
async function offered(): Promise<Settings | undefined> {
  try {
    const response = await fetch("./config.json");
    const config: unknown = await response.json();
    if (typeof config !== "object" || config === null) return undefined;
    const { proxy, model } = config as Record<string, unknown>;
    if (proxy !== true) return undefined;
    return { preset: "proxy", baseUrl: PROXY_PATH, model: typeof model === "string" ? model : "", apiKey: "" };
  } catch {
    return undefined;
  }
}
