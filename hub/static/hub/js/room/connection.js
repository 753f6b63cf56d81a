// Says whether the page is in touch with the hub: quietly, once, and not for a short gap.

const GAP = 1_500;
const SIGNED_OUT = 401;
const GONE = 404;

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

  // `status` and `say` are the hub's answer; without one the page only knows that it is left out.
  over({ status, say }) {
    this.root.removeAttribute("data-live");
    clearTimeout(this.#timer);
    this.note.hidden = true;
    const words = status === GONE ? this.sentences.sayGone : say || this.sentences.sayOver;
    this.end.querySelector("p").textContent = words;
    const way = { [SIGNED_OUT]: "sign-in", [GONE]: "inbox" }[status] ?? "again";
    for (const one of ["sign-in", "inbox", "again"]) this.end.querySelector(`[data-${one}]`).hidden = one !== way;
    this.end.hidden = false;
    this.say(words);
  }
}
