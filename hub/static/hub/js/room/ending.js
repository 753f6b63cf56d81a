// The end of the talk: who reads there is taken along, who reads further up is told and left in peace.

const NEAR = 48; // pixels that still count as the end

export class Ending {
  constructor(talk, composer, below) {
    this.talk = talk;
    this.composer = composer;
    this.below = below;
    document.addEventListener("scroll", () => this.#lookAgain(), { passive: true });
    addEventListener("resize", () => this.#lookAgain(), { passive: true });
  }

  // How somebody stands to the end before lines come: whether they see it, and the box after it.
  where() {
    return { here: this.#end() - this.#floor() <= NEAR, withBox: this.#box() - innerHeight <= NEAR };
  }

  go({ withBox }) {
    const hidden = withBox && !this.#sticks() ? this.#box() - innerHeight : this.#end() - this.#floor();
    if (hidden > 0) window.scrollBy({ top: hidden, behavior: "instant" });
  }

  // After lines came; `before` is what where() said.
  follow(before, first) {
    if (before.here) return this.go(before);
    if (!this.below.hidden) return;
    this.below.hash = first.id;
    this.below.hidden = false;
    this.#lookAgain();
  }

  #lookAgain() {
    if (!this.below.hidden && this.where().here) this.below.hidden = true;
  }

  #end() {
    return this.talk.list.getBoundingClientRect().bottom;
  }

  #box() {
    return this.composer.getBoundingClientRect().bottom;
  }

  #sticks() {
    return getComputedStyle(this.composer).position === "sticky";
  }

  #floor() {
    return this.#sticks() ? Math.min(innerHeight, this.composer.getBoundingClientRect().top) : innerHeight;
  }
}
