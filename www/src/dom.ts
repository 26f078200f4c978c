// Builds the elements of the demo page from plain values. The widget has its own.

type Child = Node | string | undefined | false;

export interface Attributes {
  class?: string;
  id?: string;
  /** Further attributes; `undefined` and `false` leave one out, `true` makes it empty. */
  attrs?: Record<string, string | number | boolean | undefined>;
}

export function el<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (attributes.class) element.className = attributes.class;
  if (attributes.id) element.id = attributes.id;
  for (const [name, value] of Object.entries(attributes.attrs ?? {})) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== undefined && child !== false));
  return element;
}

/** Writes only what differs, so that a screen reader's place survives. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function button(label: string, onClick: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const made = el("button", { ...attributes, attrs: { type: "button", ...attributes.attrs } }, label);
  made.addEventListener("click", onClick);
  return made;
}
