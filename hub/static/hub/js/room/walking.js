// Arrow keys go from message to message. The whole talk is one stop of the Tab key; Escape leads to the box.

const CONTROLS = "a[href], button, summary";

export class Walking {
  #current = null;
  #chosen = false; // somebody walked here; until then the stop is the newest message

  constructor(talk, leave) {
    this.talk = talk;
    talk.list.addEventListener("keydown", (event) => this.#pressed(event, leave));
    talk.list.addEventListener("focusin", (event) => this.#arrived(event.target.closest("[data-seq]")));
    this.renew();
  }

  // After lines came or went.
  renew() {
    const lines = this.talk.lines();
    const keep = this.#chosen && lines.find((line) => line.id === this.#current);
    const stop = keep || lines.at(-1);
    for (const line of lines) settle(line, line === stop);
    this.#current = stop?.id ?? null;
  }

  #arrived(line) {
    if (!line) return;
    this.#chosen = true;
    const before = this.talk.lines().find((one) => one.id === this.#current);
    if (before && before !== line) settle(before, false);
    this.#current = line.id;
    settle(line, true);
  }

  #pressed(event, leave) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.key === "Escape") return leave();
    const lines = this.talk.lines();
    const at = lines.indexOf(event.target.closest("[data-seq]"));
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: lines.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault(); // at either end the page stays where it is
    lines[Math.max(0, Math.min(to, lines.length - 1))].focus();
  }
}

function settle(line, isStop) {
  line.tabIndex = isStop ? 0 : -1;
  for (const control of line.querySelectorAll(CONTROLS)) {
    if (isStop) control.removeAttribute("tabindex");
    else control.tabIndex = -1;
  }
}
