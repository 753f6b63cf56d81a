// How the room stands, and what waits for the people who lead it. The panels that tell it may be out of view, so each
// change is said once, and shown at the box. How things stood when the page opened is for reading.

import { plain } from "./words.js";

export class Standing {
  #state;
  #sentence;
  #held = new Set();

  // `told`: status(words), stands(state, sentence).
  constructor(root, told) {
    Object.assign(this, { say: root.dataset, told });
    this.link = root.querySelector("[data-needs]");
    this.link?.addEventListener("click", () => (this.link.hidden = true));
    for (const name of ["state", "needs-you"]) {
      const panel = root.querySelector(`[data-panel="${name}"]`);
      if (panel) this.came(name, panel, { first: true });
    }
  }

  // A panel has come from the hub, whether it is shown already or not.
  came(name, panel, { first = false } = {}) {
    if (name === "state") this.#readState(panel, first);
    if (name === "needs-you" && this.link) this.#readHeld(panel, first);
  }

  #readState(panel, first) {
    const stands = panel.querySelector("[data-state]");
    const state = stands?.dataset.state ?? "open";
    const sentence = plain(stands?.querySelector("p")?.textContent ?? "");
    if (state === this.#state && sentence === this.#sentence) return;
    const words = this.#change(this.#state, state, sentence);
    this.#state = state;
    this.#sentence = sentence;
    this.told.stands(state, sentence);
    if (!first) this.told.status(words);
  }

  #change(before, state, sentence) {
    if (state !== "open") return sentence;
    if (before === "open") return sentence || this.say.sayAtOnce;
    return [this.say.sayOpen, sentence].filter(Boolean).join(" ");
  }

  #readHeld(panel, first) {
    const held = [...panel.querySelectorAll("[data-held]")];
    const isNew = held.filter((one) => !this.#held.has(one.dataset.held));
    this.#held = new Set(held.map((one) => one.dataset.held));
    const title = plain(panel.querySelector("h2").textContent);
    this.link.textContent = title;
    if (!held.length) this.link.hidden = true;
    if (first || !isNew.length) return;
    this.link.hidden = false;
    this.told.status(isNew.length === 1 ? plain(isNew[0].querySelector("h3").textContent) : title);
  }
}
