/**
 * The widget as a component of React: `<QwenAssistant baseURL="/api/qwen" model="qwen-plus" />`.
 *
 * A thin wrapper of the element: what is text becomes an attribute, the rest a property, events
 * become functions. On a server it gives the element's tag and nothing runs; in a page the widget
 * is loaded when the component is first shown. It knows nothing of what the element does.
 */
"use client";

import { createElement, forwardRef, useEffect, useImperativeHandle, useRef, type CSSProperties, type ForwardRefExoticComponent, type ReactNode, type RefAttributes } from "react";
import type { Assistant, AssistantOptions, Level } from "./types.js";
import type { QwenAssistantElement, QwenAssistantEvents } from "./widget/index.js";

export type { QwenAssistantElement } from "./widget/index.js";

/** What the element is told by attributes. */
interface Attributes {
  /** The model's address: a path of your own server that adds the key. @example "/api/qwen" */
  baseURL?: string;
  model?: string;
  /** The address of a prebuilt index. @example "/site.qai" */
  index?: string;
  level?: Level;
  /** The language of its words. Default: the page's. */
  locale?: string;
  theme?: "light" | "dark" | "auto";
  /** A button that opens a panel, or a part of the page. Default: `"launcher"`. */
  mode?: "launcher" | "inline";
  /** Whether the panel is open; visitors may close it. */
  open?: boolean;
  storage?: "auto" | "opfs" | "indexeddb" | "memory";
  /** The name of what is stored. */
  name?: string;
  heading?: string;
  id?: string;
  /** Where it is shown among the children of a custom element. */
  slot?: string;
  className?: string;
  style?: CSSProperties;
}

/** What the element is told by properties. They should be the same objects from one rendering to the next. */
interface Properties {
  /** An assistant of your own. */
  assistant?: Assistant | undefined;
  /** Options beyond the attributes. */
  options?: AssistantOptions | undefined;
  /** Loads pdf.js, which shows pages of PDFs. @example () => import("pdfjs-dist") */
  pdfjs?: QwenAssistantElement["pdfjs"];
  /** Questions to begin with. */
  suggestions?: readonly string[] | undefined;
}

interface Events {
  onReady?: (event: QwenAssistantEvents["qa-ready"]) => void;
  onRunStart?: (event: QwenAssistantEvents["qa-run-start"]) => void;
  onRunEnd?: (event: QwenAssistantEvents["qa-run-end"]) => void;
  onCitationClick?: (event: QwenAssistantEvents["qa-citation-click"]) => void;
  onFeedback?: (event: QwenAssistantEvents["qa-feedback"]) => void;
  onError?: (event: QwenAssistantEvents["qa-error"]) => void;
}

export interface QwenAssistantProps extends Attributes, Properties, Events {
  /** Content of its slots: `<p slot="empty">…</p>`. */
  children?: ReactNode;
}

const EVENTS = { onReady: "qa-ready", onRunStart: "qa-run-start", onRunEnd: "qa-run-end", onCitationClick: "qa-citation-click", onFeedback: "qa-feedback", onError: "qa-error" } as const;
const PROPERTIES = ["assistant", "options", "pdfjs", "suggestions"] as const;

/** The element `<qwen-assistant>`. */
export const QwenAssistant: ForwardRefExoticComponent<QwenAssistantProps & RefAttributes<QwenAssistantElement>> = forwardRef<QwenAssistantElement, QwenAssistantProps>(function QwenAssistant(props, ref) {
  const element = useRef<QwenAssistantElement>(null);
  useImperativeHandle(ref, () => element.current as QwenAssistantElement, []);

  // The functions of the last rendering are called, without listening anew for each.
  const latest = useRef<Events>(props);
  useEffect(() => {
    latest.current = props;
  });
  useEffect(() => {
    const target = element.current;
    const stops = Object.entries(EVENTS).map(([prop, type]) => {
      // Each function gets the events of its name, which the compiler cannot see here.
      const listener = (event: Event): void => (latest.current[prop as keyof Events] as ((event: Event) => void) | undefined)?.(event);
      target?.addEventListener(type, listener);
      return () => target?.removeEventListener(type, listener);
    });
    return () => stops.forEach((stop) => stop());
  }, []);

  useEffect(() => {
    const target = element.current;
    if (!target) return;
    for (const name of PROPERTIES) {
      const value = props[name];
      // What was never given is left alone: the element has its defaults.
      if (target[name] !== value && (value !== undefined || name in target)) Object.assign(target, { [name]: value });
    }
  }, PROPERTIES.map((name) => props[name]));

  // Last, so that the element has its properties and is heard when it starts.
  useEffect(() => {
    void import("./widget/index.js").catch((error: unknown) => {
      element.current?.dispatchEvent(new CustomEvent("qa-error", { bubbles: true, composed: true, detail: { error } }));
    });
  }, []);

  return createElement("qwen-assistant", { ref: element, ...attributesOf(props) }, props.children);
});

function attributesOf({ baseURL, open, className, model, index, level, locale, theme, mode, storage, name, heading, id, slot, style }: Attributes): Record<string, unknown> {
  const given = { "base-url": baseURL, open: open ? "" : undefined, class: className, model, index, level, locale, theme, mode, storage, name, heading, id, slot, style };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
