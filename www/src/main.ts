// The demo page: the widget in the page, and around it what is only the demo's: a head, settings
// for the endpoint, and sample documents. It must reach the widget by what every page may use.

import "qwen-agent-wasm/widget";
import type { QwenAssistantElement } from "qwen-agent-wasm/widget";
import { drawHeader } from "./header.ts";
import { forgetAll } from "./forget.ts";
import { inspector } from "./inspector.ts";
import { workOffline } from "./offline.ts";
import { loadPdfjs } from "./pdfjs.ts";
import { drawSamples } from "./samples.ts";
import { applyTo, loadSettings, rememberSettings, type Settings } from "./settings.ts";
import { settingsDialog } from "./settings-dialog.ts";
import { allowOwnWorkers } from "./trusted.ts";

void start();

async function start(): Promise<void> {
  allowOwnWorkers();
  const assistant = document.createElement("qwen-assistant");
  assistant.setAttribute("mode", "inline");
  assistant.pdfjs = loadPdfjs;
  assistant.addEventListener("qa-ready", () => {
    part("page").dataset["ready"] = "true";
  });
  let settings = await loadSettings();
  applyTo(assistant, settings);
  const save = (chosen: Settings): void => {
    settings = chosen;
    rememberSettings(chosen);
    applyTo(assistant, chosen);
    header(chosen);
  };
  const dialog = settingsDialog({ save, forget: forgetAll(assistant) });
  const inspect = inspector(assistant);
  const header = drawHeader(part("header"), { settings: () => dialog.open(settings), inspector: () => inspect.open() });
  header(settings);
  drawSamples(assistant);
  takeDrops(assistant);
  assistant.addEventListener("qa-ready", workOffline, { once: true });
  part("main").append(assistant);
}

/** A file that misses the widget would otherwise replace the page. */
function takeDrops(assistant: QwenAssistantElement): void {
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    void assistant.addFiles(event.dataTransfer?.files ?? []);
  });
}

/** A part of the frame in index.html. */
function part(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`index.html has no element with the id ${id}`);
  return found;
}
