// The panels beside the talk, replaced as a whole when they change, but never under somebody's hands.

import { keepOpen } from "./opening.js";
import { fromServer } from "./words.js";

export class Panels {
  #shown = new Map();
  #later = new Map(); // came while somebody's focus was inside

  constructor(root, changed) {
    this.root = root;
    this.changed = changed;
    root.addEventListener("focusout", () => queueMicrotask(() => this.#catchUp()));
  }

  show(panels) {
    for (const [name, html] of Object.entries(panels)) this.#showOne(name, html);
  }

  #showOne(name, html) {
    const panel = this.root.querySelector(`[data-panel="${CSS.escape(name)}"]`);
    if (!panel || this.#shown.get(name) === html) return this.#later.delete(name);
    if (panel.contains(document.activeElement)) return this.#later.set(name, html);
    this.#later.delete(name);
    this.#shown.set(name, html);
    const fresh = fromServer(html);
    keepOpen(panel, fresh);
    panel.replaceChildren(fresh);
    this.changed(name, panel);
  }

  #catchUp() {
    for (const [name, html] of this.#later) this.#showOne(name, html);
  }
}
