// The end of the talk: who reads there is taken along, who reads further up is told and left in peace.

const NEAR = 48; // pixels that still count as the end

export class Ending {
  #height; // of the box

  constructor(talk, composer, below, onlyYou) {
    Object.assign(this, { talk, composer, below, onlyYou });
    new ResizeObserver(() => this.#resized()).observe(composer);
    document.addEventListener("scroll", () => this.#lookAgain(), { passive: true });
    addEventListener("resize", () => this.#lookAgain(), { passive: true });
  }

  // How somebody stands to the end before lines come: whether they see it, and the box after it.
  where() {
    return { here: this.#end() - this.#floor() <= NEAR, withBox: this.#box() - innerHeight <= NEAR };
  }

  go({ withBox }, last = this.talk.list) {
    const hidden = withBox && !this.#sticks() ? this.#box() - innerHeight : endOf(last) - this.#floor();
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

  // A note at the box makes it higher: what was the last thing in view stays in view.
  #resized() {
    const height = this.composer.getBoundingClientRect().height;
    const more = height - this.#height;
    this.#height = height;
    if (!(more > 0)) return;
    if (!this.#sticks()) {
      if (this.#box() - more - innerHeight <= NEAR) this.go({ withBox: true });
      return;
    }
    const before = this.#floor() + more;
    const last = [this.onlyYou, this.talk.list].find((one) => !one.hidden && endOf(one) - before <= NEAR);
    if (last) this.go({ withBox: false }, last);
  }

  #lookAgain() {
    if (!this.below.hidden && this.where().here) this.below.hidden = true;
  }

  #end() {
    return endOf(this.talk.list);
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

function endOf(element) {
  return element.getBoundingClientRect().bottom;
}
