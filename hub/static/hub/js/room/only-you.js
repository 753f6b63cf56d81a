// What only the writer sees: words that wait for the people who lead the room.

export class OnlyYou {
  constructor(section, template, messages) {
    Object.assign(this, { section, template, messages });
  }

  add({ id, say }, { body }) {
    if (this.#entry(id)) return;
    const entry = this.template.content.cloneNode(true).firstElementChild;
    entry.dataset.waiting = id;
    entry.querySelector("[data-why]").textContent = say;
    entry.querySelector("blockquote").textContent = body;
    entry.querySelector("a").href = `${this.messages}${id}/`;
    this.section.append(entry);
    this.section.hidden = false;
  }

  // It has its place in the talk now, or is gone.
  drop(id) {
    this.#entry(id)?.remove();
    this.section.hidden = !this.section.querySelector("[data-waiting]");
  }

  #entry(id) {
    return this.section.querySelector(`[data-waiting="${Number(id)}"]`);
  }
}
