/**
 * Registers `<qwen-assistant>`, where there are elements to register.
 *
 * The element is a launcher that opens a panel, or with `mode="inline"` the panel itself in the
 * page. What it takes and tells is in `docs/widget.md`.
 *
 * @example
 * ```html
 * <script type="module">import "qwen-agent-wasm/widget";</script>
 * <qwen-assistant base-url="/api/qwen" model="qwen-plus"></qwen-assistant>
 * ```
 */

import { QwenAssistantElement, type QwenAssistantEvents } from "./element.js";

export { QwenAssistantElement };
export type { QwenAssistantEvents };

const NAME = "qwen-assistant";

if (typeof customElements !== "undefined" && !customElements.get(NAME)) customElements.define(NAME, QwenAssistantElement);

declare global {
  interface HTMLElementTagNameMap {
    "qwen-assistant": QwenAssistantElement;
  }
  interface HTMLElementEventMap extends QwenAssistantEvents {}
}
