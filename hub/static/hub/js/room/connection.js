// Says whether the page is in touch with the hub: quietly, once, and not for a short gap.

const GAP = 2_000;

export class Connection {
  #timer = 0;
  #said = false;

  constructor(root, sentences) {
    this.root = root;
    this.status = root.querySelector("[data-status]");
    this.note = root.querySelector("[data-offline]");
    this.end = root.querySelector("[data-over]");
    this.sentences = sentences;
  }

  say(words) {
    this.status.textContent = words;
  }

  lost() {
    this.root.removeAttribute("data-live");
    if (this.#timer || this.#said) return;
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      this.#said = true;
      this.note.hidden = false;
      this.say(this.sentences.sayOffline);
    }, GAP);
  }

  live() {
    this.root.setAttribute("data-live", "");
    clearTimeout(this.#timer);
    this.#timer = 0;
    if (!this.#said) return;
    this.#said = false;
    this.note.hidden = true;
    this.say(this.sentences.sayOnline);
  }

  over(signedOut) {
    this.root.removeAttribute("data-live");
    clearTimeout(this.#timer);
    this.note.hidden = true;
    this.end.querySelector("[data-sign-in]").hidden = !signedOut;
    this.end.querySelector("[data-again]").hidden = signedOut;
    this.end.hidden = false;
    this.say(this.sentences.sayOver);
  }
}
