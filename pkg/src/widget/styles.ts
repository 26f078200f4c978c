// The widget's style sheets but the launcher's, in the order in which they count.

import answer from "./styles/answer.css.js";
import base from "./styles/base.css.js";
import composer from "./styles/composer.css.js";
import conversation from "./styles/conversation.css.js";
import dialog from "./styles/dialog.css.js";
import layout from "./styles/layout.css.js";
import library from "./styles/library.css.js";
import sessions from "./styles/sessions.css.js";
import source from "./styles/source.css.js";

/** A sheet of its own for each widget, since a sheet belongs to one document. */
export function panelSheet(): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync([base, library, conversation, answer, composer, source, sessions, dialog, layout].join("\n"));
  return sheet;
}
