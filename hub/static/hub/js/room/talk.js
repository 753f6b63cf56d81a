// The talk itself: every line in its place by `seq`, replaced when its `revision` grows, gone when it is gone.

import { keepOpen } from "./opening.js";
import { fromServer } from "./words.js";

export class Talk {
  constructor(list, { me, you, youNote }) {
    this.list = list;
    this.me = me;
    this.you = you;
    this.youNote = youNote;
    // What is older than this page began with stays on its own pages: here it would stand without its neighbours.
    this.begins = Number(this.lines()[0]?.dataset.seq ?? 1);
    this.lines().forEach((line) => this.#sayYou(line));
  }

  lines() {
    return [...this.list.querySelectorAll(":scope > [data-seq]")];
  }

  // Answers with the line and whether nobody has seen it here before, or with nothing if there was nothing to do.
  place({ id, seq, revision, html }) {
    const known = this.line(id);
    if (known ? Number(known.dataset.revision) >= revision : seq < this.begins) return null;
    const line = fromServer(html).querySelector("li");
    this.#sayYou(line);
    if (known) return { line: this.#replace(known, line), isNew: false };
    const lines = this.lines();
    const isNew = seq > Number(lines.at(-1)?.dataset.seq ?? 0);
    const before = lines.findLast((one) => Number(one.dataset.seq) < seq);
    if (before) before.after(line);
    else this.list.prepend(line);
    return { line, isNew };
  }

  drop(id) {
    const line = this.line(id);
    if (!line) return;
    const next = line.nextElementSibling ?? line.previousElementSibling;
    const focused = line.contains(document.activeElement);
    line.remove();
    if (focused) next?.focus({ preventScroll: true });
  }

  line(id) {
    return document.getElementById(`message-${id}`);
  }

  isMine(line) {
    return line.dataset.author === this.me;
  }

  #sayYou(line) {
    if (!this.isMine(line)) return;
    line.classList.add("mine");
    line.querySelector(".who bdi").textContent = this.you;
    const noted = line.querySelector("[data-noted]");
    if (noted) noted.textContent = this.youNote;
  }

  #replace(old, line) {
    keepOpen(old, line);
    if (old.hasAttribute("tabindex")) line.tabIndex = old.tabIndex;
    const focused = old.contains(document.activeElement) ? whereIn(old, document.activeElement) : null;
    old.replaceWith(line);
    if (focused) (line.querySelector(focused) ?? line).focus({ preventScroll: true });
    return line;
  }
}

// Finds the same control in another rendering of the line.
function whereIn(line, element) {
  if (element === line) return ":scope";
  if (element.matches("summary")) return "summary";
  const href = element.getAttribute("href");
  return href ? `a[href="${CSS.escape(href)}"]` : ":scope";
}
