// Finds what a person sees, by role and name, also inside open shadow roots. Its one function is
// sent to the page as source: it must use nothing of this file but itself.

/** What the page's side of a test works with. */
export function pierce() {
  const ROLES = {
    button: "button, [role=button], input[type=submit], input[type=button]",
    textbox: "textarea, [role=textbox], input:not([type]), input[type=text], input[type=url], input[type=search], input[type=password]",
    combobox: "select, [role=combobox]",
    file: "input[type=file]",
    mark: "mark",
  };

  /** All elements, those in shadow roots where their hosts stand. */
  function* everything(root = document) {
    for (const element of root.querySelectorAll("*")) {
      yield element;
      if (element.shadowRoot) yield* everything(element.shadowRoot);
    }
  }

  const squeezed = (text) => (text ?? "").replace(/\s+/g, " ").trim();

  function nameOf(element) {
    const said = element.getAttribute("aria-label");
    if (said) return squeezed(said);
    const by = element.getAttribute("aria-labelledby");
    if (by) return squeezed(by.split(/\s+/).map((id) => element.getRootNode().getElementById(id)?.textContent).join(" "));
    // A label may hold its field, and the field's own text is no part of the name.
    const words = (label) => [...label.childNodes].filter((node) => !node.contains?.(element)).map((node) => node.textContent).join(" ");
    if (element.labels?.length > 0) return squeezed([...element.labels].map(words).join(" "));
    return squeezed(element.textContent) || element.getAttribute("placeholder") || "";
  }

  const isVisible = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && element.checkVisibility({ visibilityProperty: true });
  };

  const fits = (text, pattern) => (typeof pattern === "string" ? text === pattern : new RegExp(pattern.source, pattern.flags).test(text));

  /** The elements of a role, and of a name if one is given, in the page's order; of a file input nobody sees anything. */
  function all(role, name) {
    const found = [];
    for (const element of everything()) {
      if (!element.matches(ROLES[role]) || (role !== "file" && !isVisible(element))) continue;
      if (!name || fits(nameOf(element), name)) found.push(element);
    }
    return found;
  }

  /** The visible words of the page, in one line. */
  function words() {
    const parts = [document.body.innerText];
    for (const element of everything()) {
      if (!element.shadowRoot) continue;
      for (const child of element.shadowRoot.children) if (child.localName !== "style" && isVisible(child)) parts.push(child.innerText);
    }
    return squeezed(parts.join(" "));
  }

  return { all, everything, fits, nameOf, words };
}
