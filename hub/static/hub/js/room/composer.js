// The box. What is in it is never lost: it is kept with every key, and words that could not be sent come back to it.

export class Composer {
  #state = "open";
  #why = ""; // the sentence of a room that is not open
  #ofState = false; // the refusal on the page came from how the room stands
  #stopped = false;

  constructor(form, { keeping, replying, send }) {
    Object.assign(this, { form, keeping, replying, send });
    this.body = form.elements.body;
    this.cover = form.elements.cover;
    this.button = form.querySelector("[data-send]");
    this.refusal = form.querySelector("[data-say]");
    this.stands = form.querySelector("[data-stands]");
    this.#restore();
    form.addEventListener("input", () => this.keep());
    form.addEventListener("submit", (event) => this.#submitted(event));
    form.addEventListener("keydown", (event) => this.#pressed(event));
    replying.changed = () => this.keep();
  }

  get isEmpty() {
    return !this.body.value.trim() && !this.cover.value.trim();
  }

  // Open, paused or closed. The button keeps its label; pressing it says why nothing goes out.
  setState(state, why) {
    this.#state = state;
    this.#why = why;
    if (state === "open" && this.#ofState) this.say("");
    this.#showStanding();
    if (state === "open") this.button.removeAttribute("aria-disabled");
    else this.button.setAttribute("aria-disabled", "true");
  }

  say(words, { ofState = false } = {}) {
    this.refusal.querySelector("p").textContent = words;
    this.refusal.hidden = !words;
    this.#ofState = ofState;
    this.#showStanding();
  }

  // Puts words into the box, behind what is there already.
  putBack({ body, cover, reply_to }) {
    this.body.value = [this.body.value.trimEnd(), body].filter(Boolean).join("\n\n");
    this.cover.value = [...new Set([this.cover.value.trim(), cover])].filter(Boolean).join("; ");
    if (this.cover.value) this.cover.closest("details").open = true;
    if (reply_to && !this.replying.to) this.replying.begin(reply_to);
    this.keep();
  }

  keep() {
    if (!this.#stopped) this.keeping.write("draft", this.#words());
  }

  #words() {
    return { body: this.body.value, cover: this.cover.value, reply_to: this.replying.to };
  }

  // One sentence is enough: where the refusal says it already, this one rests.
  #showStanding() {
    this.stands.querySelector("p").textContent = this.#why;
    this.stands.hidden = this.#state === "open" || this.#ofState;
  }

  // What the server put into the box is newer than what was kept here.
  #restore() {
    const kept = this.keeping.read("draft", null);
    if (kept && this.isEmpty) {
      const { reply_to, ...words } = kept;
      this.putBack({ ...words, reply_to: this.replying.to ? "" : reply_to });
    }
  }

  #submitted(event) {
    event.preventDefault();
    if (this.#state !== "open") return this.say(this.#why, { ofState: true });
    const words = this.#words();
    this.say("");
    this.body.value = this.cover.value = "";
    this.cover.closest("details").open = false;
    this.replying.end();
    this.keep();
    this.send(words);
  }

  #pressed(event) {
    if (event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (!event.repeat) this.form.requestSubmit();
    }
    if (event.key === "Escape" && this.replying.to) {
      this.replying.end();
      this.body.focus();
    }
  }
}
