// Answering one message: which one, and the chip above the box that says so.

import { fill, plain, shortened } from "./words.js";

const LONGEST = 90;

export class Replying {
  changed = () => {};

  constructor(root, talk, say) {
    Object.assign(this, { talk, say });
    this.field = root.querySelector("[name=reply_to]");
    this.place = root.querySelector("[data-reply-to]");
    this.chip = root.querySelector("[data-reply-chip]");
    this.box = root.querySelector("[name=body]");
    root.addEventListener("click", (event) => this.#clicked(event));
  }

  get to() {
    return this.field.value;
  }

  begin(id) {
    this.field.value = id;
    const chip = this.chip.content.cloneNode(true);
    chip.querySelector("a").hash = `message-${id}`;
    chip.querySelector("span").textContent = this.#sentence(this.talk.line(id));
    this.place.replaceChildren(chip);
    this.changed();
  }

  end() {
    this.field.value = "";
    this.place.replaceChildren();
    this.changed();
  }

  #sentence(line) {
    const words = line?.querySelector(".words, .cover");
    if (!words) return this.say.sayAnswerEarlier;
    const name = line.querySelector(".who bdi").textContent;
    const note = words.querySelector("[data-note]")?.textContent;
    if (note) return fill(this.say.sayAnswerCovered, { name, note });
    return fill(this.say.sayAnswer, { name, words: shortened(plain(words.textContent), LONGEST) });
  }

  #clicked(event) {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return; // a new tab, for example
    const reply = event.target.closest("[data-reply]");
    if (!reply && !event.target.closest("[data-no-reply]")) return;
    event.preventDefault();
    if (reply) this.begin(reply.dataset.reply);
    else this.end();
    this.box.focus();
  }
}
