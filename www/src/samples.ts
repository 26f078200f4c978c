// The documents that come with the page, and questions they can answer. Their texts lie in
// public/documents and are loaded only when somebody asks for one.

import type { QwenAssistantElement } from "qwen-agent-wasm/widget";
import { button, el } from "./dom.ts";

interface Sample {
  label: string;
  /** The language of the label, for screen readers. */
  language: string;
  path: string;
  name: string;
  questions: readonly string[];
}

const samples: readonly Sample[] = [
  {
    label: "Volunteer handbook",
    language: "en",
    path: "./documents/volunteer-handbook.txt",
    name: "volunteer-handbook.txt",
    questions: ["How long does a loan last?", "What is the fee for a late return?", "Who may borrow a chainsaw?"],
  },
  {
    label: "图书馆手册",
    language: "zh",
    path: "./documents/library-handbook-zh.txt",
    name: "library-handbook-zh.txt",
    questions: ["每张借书证可以借几册图书?", "图书遗失了怎么赔偿?", "图书馆周一开放吗?"],
  },
  {
    label: "Declaration of Human Rights (PDF)",
    language: "en",
    path: "./documents/rights-en.pdf",
    name: "rights-en.pdf",
    questions: ["What does the declaration say about arbitrary arrest?", "Who has the right to education?", "May I leave my country?"],
  },
  {
    label: "الإعلان العالمي لحقوق الإنسان (PDF)",
    language: "ar",
    path: "./documents/rights-ar.pdf",
    name: "rights-ar.pdf",
    questions: ["ماذا يقول الإعلان عن التعليم؟", "هل يحق لي مغادرة بلدي؟"],
  },
  {
    label: "मानव अधिकारों की घोषणा (PDF)",
    language: "hi",
    path: "./documents/rights-hi.pdf",
    name: "rights-hi.pdf",
    questions: ["शिक्षा का अधिकार किसे है?", "क्या मैं अपना देश छोड़ सकता हूँ?"],
  },
];

/** Puts a button for each sample where the widget has nothing else to show. */
export function drawSamples(assistant: QwenAssistantElement): void {
  const buttons = samples.map((sample) => button(sample.label, () => void add(sample, assistant), { class: "button", attrs: { lang: sample.language } }));
  assistant.append(
    el(
      "div",
      { class: "samples", attrs: { slot: "empty" } },
      el("p", { class: "samples-label", id: "samples-label" }, "Try with a sample"),
      el("div", { class: "samples-buttons", attrs: { role: "group", "aria-labelledby": "samples-label" } }, ...buttons),
    ),
  );
}

async function add(sample: Sample, assistant: QwenAssistantElement): Promise<void> {
  assistant.suggestions = sample.questions;
  const response = await fetch(sample.path);
  await assistant.addFiles([new File([await response.blob()], sample.name)]);
}
