// What one widget of a page has to itself, and its views and actions share: its shadow root, its
// words, its live region, its settings. Nothing of it may live in a module, since a page may have
// two widgets.

import type { Assistant } from "../types.js";
import type { Announcer } from "./announcer.js";
import type { Settings } from "./settings.js";
import type { Translate } from "./strings/translate.js";

export interface Scope {
  readonly host: HTMLElement;
  readonly root: ShadowRoot;
  /** Those of the language at this moment. */
  t: Translate;
  settings: Settings;
  readonly announcer: Announcer;
  readonly assistant: Promise<Assistant>;
  /** Settles when the site's index is open, or could not be opened; then the widget has said why. */
  opening: Promise<void>;
  /** Fires an event of the element; false if a listener has prevented what follows. */
  emit(type: string, detail: unknown): boolean;
}
