// The panels beside the talk, replaced as a whole when they change, but never under somebody's hands.

import { keepOpen } from "./opening.js";
import { fromServer } from "./words.js";

export class Panels {
  #shown = new Map();
  #later = new Map(); // came while somebody's focus was inside

  // `came(name, panel)` hears of every panel at once, also of one that is shown later.
  constructor(root, came) {
    this.root = root;
    this.came = came;
    root.addEventListener("focusout", () => queueMicrotask(() => this.#catchUp()));
  }

  show(panels) {
    for (const [name, html] of Object.entries(panels)) this.#showOne(name, html);
  }

  #showOne(name, html) {
    const fresh = fromServer(html);
    this.came(name, fresh);
    const panel = this.root.querySelector(`[data-panel="${CSS.escape(name)}"]`);
    if (!panel || this.#shown.get(name) === html) return this.#later.delete(name);
    if (isInside(panel, document.activeElement)) return this.#later.set(name, html);
    this.#later.delete(name);
    this.#shown.set(name, html);
    keepOpen(panel, fresh);
    panel.replaceChildren(fresh);
  }

  #catchUp() {
    for (const [name, html] of this.#later) this.#showOne(name, html);
  }
}

// Who was led to the panel as a whole has no hand on anything in it.
function isInside(panel, element) {
  return element !== panel && panel.contains(element);
}
