// Builds elements from plain values. Text always becomes text nodes: nothing here may parse
// markup, because what the page shows comes from documents and models.

type Child = Node | string | undefined | false;

export interface Attributes {
  class?: string | undefined;
  id?: string;
  /** By which a page may style it from outside: `::part(name)`. */
  part?: string;
  /** Further attributes; `undefined` and `false` leave one out, `true` makes it empty. */
  attrs?: Record<string, string | number | boolean | undefined>;
  on?: { [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => void };
}

export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (attributes.class) element.className = attributes.class;
  if (attributes.id) element.id = attributes.id;
  if (attributes.part) element.setAttribute("part", attributes.part);
  for (const [name, value] of Object.entries(attributes.attrs ?? {})) setAttribute(element, name, value);
  for (const [type, listener] of Object.entries(attributes.on ?? {})) {
    element.addEventListener(type, listener as EventListener);
  }
  element.append(...children.filter((child) => child !== undefined && child !== false));
  return element;
}

export function setAttribute(element: Element, name: string, value: string | number | boolean | undefined): void {
  if (value === undefined || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : String(value));
}

/** Writes only what differs, so that a reader's selection and a screen reader's place survive. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function button(label: string, onClick: () => void, attributes: Attributes = {}): HTMLButtonElement {
  return el(
    "button",
    { ...attributes, attrs: { type: "button", ...attributes.attrs }, on: { ...attributes.on, click: onClick } },
    label,
  );
}

/** A picture of strokes, 24 by 24, that says nothing to screen readers. */
export function icon(path: string): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [name, value] of Object.entries({ viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true", focusable: "false" })) svg.setAttribute(name, value);
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/** A button with a picture; its label is read, and shown where there is room (`.icon-text`). */
export function iconButton(path: string, label: string, onClick: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const made = button("", onClick, { ...attributes, attrs: { title: label, ...attributes.attrs } });
  made.append(icon(path), el("span", { class: "icon-text" }, label));
  return made;
}

/** What draws one item of a list. */
export interface ItemView<Item> {
  readonly element: HTMLElement;
  draw(item: Item): void;
}

/**
 * Keeps one child element per item, in the items' order, and lets each draw itself.
 * Elements are reused by key, so focus stays where it is.
 */
export class KeyedList<Item, Key extends number | string = number> {
  readonly #views = new Map<Key, ItemView<Item>>();
  readonly #parent: HTMLElement;
  readonly #create: () => ItemView<Item>;

  constructor(parent: HTMLElement, create: () => ItemView<Item>) {
    this.#parent = parent;
    this.#create = create;
  }

  draw(items: readonly Item[], keyOf: (item: Item) => Key): void {
    const wanted = new Set(items.map(keyOf));
    for (const [key, view] of this.#views) {
      if (wanted.has(key)) continue;
      view.element.remove();
      this.#views.delete(key);
    }
    items.forEach((item, index) => {
      const view = this.#viewFor(keyOf(item));
      const there = this.#parent.children[index];
      if (there !== view.element) this.#parent.insertBefore(view.element, there ?? null);
      view.draw(item);
    });
  }

  #viewFor(key: Key): ItemView<Item> {
    const known = this.#views.get(key);
    if (known) return known;
    const view = this.#create();
    this.#views.set(key, view);
    return view;
  }
}
