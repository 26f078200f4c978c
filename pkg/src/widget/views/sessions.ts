// The list of kept conversations: search, open, rename, export, delete. It lies over the rest,
// takes the focus when it opens and gives it back when it closes.

import type { SessionFormat } from "../../types.js";
import { button, el, KeyedList, setText } from "../dom.js";
import type { Scope } from "../scope.js";
import type { Draw, SessionEntry, SessionsState } from "../state.js";
import type { Translate } from "../strings/translate.js";

export interface SessionsActions {
  toggle(): void;
  search(query: string): void;
  edit(editing: SessionsState["editing"]): void;
  open(id: string): void;
  rename(id: string, title: string): void;
  remove(entry: SessionEntry): void;
  export(entry: SessionEntry, format: SessionFormat): void;
  startOver(): void;
}

/** `covered` are the elements that the list lies over. */
export function sessionsView({ root, t }: Scope, actions: SessionsActions, covered: readonly HTMLElement[]): { element: HTMLElement; draw: Draw } {
  const title = el("h2", { id: "sessions-title" }, t("sessions.title"));
  const search = el("input", { id: "sessions-search", attrs: { type: "search", dir: "auto", placeholder: t("sessions.search"), "aria-label": t("sessions.search") } });
  const list = el("ul", { class: "session-list", attrs: { "aria-labelledby": "sessions-title" } });
  const rows = new KeyedList<Row, string>(list, () => new SessionRow(t, actions));
  const none = el("p", { class: "empty" });
  const startOver = button(t("sessions.new"), () => {
    actions.startOver();
    actions.toggle();
  }, { class: "button" });
  const head = el("div", { class: "source-head" }, title, button(t("sessions.close"), actions.toggle, { class: "button", id: "close-sessions" }));
  const element = el("section", { class: "sessions", id: "sessions", part: "sessions", attrs: { "aria-labelledby": "sessions-title", hidden: true } }, head, el("div", { class: "sessions-tools" }, search, startOver), none, el("div", { class: "sessions-scroll" }, list));
  let open = false;
  let editing: SessionsState["editing"];

  search.addEventListener("input", () => actions.search(search.value));
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    if (editing) actions.edit(undefined);
    else actions.toggle();
  });

  const draw: Draw = ({ sessions }) => {
    const before = { open, editing };
    open = sessions?.open ?? false;
    editing = sessions?.editing;
    element.hidden = !open;
    if (before.open !== open) {
      for (const one of covered) one.inert = open;
      if (open) search.focus();
      else root.querySelector<HTMLElement>("#open-sessions")?.focus();
    }
    if (!sessions || !open) return;
    if (search.value !== sessions.query) search.value = sessions.query;
    const held = list.contains(root.activeElement);
    const shown = sessions.list.map((entry): Row => ({ entry, current: entry.id === sessions.current, editing: editing?.id === entry.id ? editing.kind : undefined }));
    rows.draw(shown, ({ entry }) => entry.id);
    none.hidden = sessions.list.length > 0;
    setText(none, t(sessions.query.trim() === "" ? "sessions.none" : "sessions.nothing"));
    // What was pressed is gone now: the focus goes to what took its place, or stays nearby.
    if (before.editing !== editing && editing) list.querySelector<HTMLElement>("input, .session-sure button")?.focus();
    else if (held && !list.contains(root.activeElement)) (list.querySelector<HTMLElement>("button") ?? search).focus();
  };
  return { element, draw };
}

/** What a row shows. */
interface Row {
  entry: SessionEntry;
  current: boolean;
  editing: "rename" | "remove" | undefined;
}

class SessionRow {
  readonly element = el("li", { class: "session" });
  readonly #t: Translate;
  readonly #actions: SessionsActions;
  #drawn = "";

  constructor(t: Translate, actions: SessionsActions) {
    this.#t = t;
    this.#actions = actions;
  }

  draw({ entry, current, editing }: Row): void {
    const key = JSON.stringify([entry, current, editing]);
    if (key === this.#drawn) return;
    this.#drawn = key;
    const name = entry.title || this.#t("sessions.untitled");
    if (editing === "rename") this.element.replaceChildren(this.#naming(entry, name));
    else if (editing === "remove") this.element.replaceChildren(this.#asking(entry, name));
    else this.element.replaceChildren(...this.#row(entry, name, current));
  }

  #row(entry: SessionEntry, name: string, current: boolean): HTMLElement[] {
    const t = this.#t;
    const { edit, open, export: save } = this.#actions;
    const facts = [t.date(entry.changed), t("sessions.questions", { count: entry.turns }), ...(current ? [t("sessions.current")] : [])];
    const tool = (words: string, label: string, act: () => void): HTMLElement => button(words, act, { class: "button button-quiet", attrs: { "aria-label": label } });
    return [
      button(name, () => open(entry.id), { class: "session-open", attrs: { dir: "auto", "aria-current": current && "true" } }),
      el("p", { class: "document-line" }, facts.join(" · ")),
      el(
        "div",
        { class: "session-tools" },
        tool(t("sessions.rename"), t("sessions.rename.name", { name }), () => edit({ id: entry.id, kind: "rename" })),
        tool(t("sessions.export.markdown"), t("sessions.export.markdown.name", { name }), () => save(entry, "markdown")),
        tool(t("sessions.export.json"), t("sessions.export.json.name", { name }), () => save(entry, "json")),
        tool(t("sessions.remove"), t("sessions.remove.name", { name }), () => edit({ id: entry.id, kind: "remove" })),
      ),
    ];
  }

  #naming(entry: SessionEntry, name: string): HTMLElement {
    const t = this.#t;
    const box = el("input", { attrs: { type: "text", dir: "auto", "aria-label": t("sessions.name") } });
    box.value = name;
    const form = el(
      "form",
      { class: "session-sure" },
      box,
      el("button", { class: "button button-quiet", attrs: { type: "submit" } }, t("sessions.save")),
      button(t("sessions.cancel"), () => this.#actions.edit(undefined), { class: "button button-quiet" }),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#actions.rename(entry.id, box.value);
    });
    return form;
  }

  #asking(entry: SessionEntry, name: string): HTMLElement {
    const t = this.#t;
    return el(
      "div",
      { class: "session-sure" },
      el("p", { attrs: { dir: "auto" } }, t("sessions.remove.sure", { name })),
      button(t("sessions.remove"), () => this.#actions.remove(entry), { class: "button button-quiet button-stop" }),
      button(t("sessions.cancel"), () => this.#actions.edit(undefined), { class: "button button-quiet" }),
    );
  }
}
