// Wires the page: state, assistant, actions and views. It must contain no behaviour of its own.

import { createAssistant, type Assistant } from "qwen-agent-wasm";
import { announce } from "./announcer.ts";
import { CostPreview } from "./costs.ts";
import { DocumentActions } from "./documents.ts";
import { part } from "./dom.ts";
import { workOffline } from "./offline.ts";
import { problemFrom, spoken } from "./problems.ts";
import { QuestionActions } from "./questions.ts";
import { samples } from "./samples.ts";
import { loadSettings, rememberSettings } from "./settings.ts";
import { SourceActions } from "./sources.ts";
import { Store } from "./state.ts";
import { allowOwnWorkers } from "./trusted.ts";
import { conversationView } from "./views/conversation.ts";
import { headerView } from "./views/header.ts";
import { libraryView } from "./views/library.ts";
import { pasteDialog } from "./views/paste-dialog.ts";
import { settingsDialog } from "./views/settings-dialog.ts";
import { sourceView } from "./views/source.ts";

void start();

async function start(): Promise<void> {
  allowOwnWorkers();
  const store = new Store({
    ready: { kind: "starting" },
    documents: [],
    turns: [],
    suggestions: [],
    level: "auto",
    cost: "",
    source: undefined,
    settings: await loadSettings(),
  });
  // The page forgets documents when it is left; so it does what was read in them.
  const assistant = createAssistant({ storage: { readings: "memory" } });
  drawPage(store, assistant);
  await reportStart(store, assistant);
  workOffline();
}

function drawPage(store: Store, assistant: Promise<Assistant>): void {
  const documents = new DocumentActions(store, assistant);
  const questions = new QuestionActions(store, assistant);
  const costs = new CostPreview(store, assistant);
  const sources = new SourceActions(store, assistant);
  const settings = settingsDialog((chosen) => {
    rememberSettings(chosen);
    store.change((state) => (state.settings = chosen));
    announce("Settings saved.");
  });
  const paste = pasteDialog((text) => documents.addText(text));

  store.view(headerView(() => settings.open(store.state.settings)));
  store.view(
    libraryView(
      {
        addFiles: (files) => documents.addFiles(files),
        addText: (text) => documents.addText(text),
        addSample: (sample) => documents.addSample(sample),
        openPaste: () => paste.open(),
        cancel: (key) => documents.cancel(key),
        remove: (key) => void documents.remove(key),
      },
      samples,
    ),
  );
  store.view(
    conversationView({
      ask: (question) => questions.ask(question),
      typed: (question) => costs.typed(question),
      stop: () => questions.stop(),
      setLevel: (level) => questions.setLevel(level),
      startOver: () => questions.startOver(),
      openCitation: (citation) => sources.openCitation(citation),
      openPassage: (passage) => sources.openPassage(passage),
    }),
  );
  store.view(sourceView({ close: () => sources.close(), turnTo: (page) => sources.turnTo(page) }));
}

async function reportStart(store: Store, assistant: Promise<Assistant>): Promise<void> {
  try {
    await assistant;
    store.change((state) => (state.ready = { kind: "ready" }));
    part("page").dataset["ready"] = "true";
  } catch (error) {
    const problem = problemFrom(error);
    store.change((state) => (state.ready = { kind: "failed", problem }));
    announce(spoken(problem));
  }
}
