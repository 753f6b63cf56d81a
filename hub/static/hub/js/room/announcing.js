// What a screen reader hears: each new message of somebody else once, and never words behind a cover. Many at once
// become one sentence. What is on the page when it opens is for reading, not for announcing.

import { fill, fillNodes, plain, shortened } from "./words.js";

const WITHIN = 5_000;
const MANY = 5;
const LONGEST = 400;

export class Announcing {
  #waiting = [];

  constructor(region, talk, say) {
    Object.assign(this, { region, talk, say });
  }

  add(id) {
    this.#waiting.push(id);
    if (this.#waiting.length === 1) setTimeout(() => this.#tell(), WITHIN);
  }

  #tell() {
    // As they are now: words may have been covered or taken back meanwhile.
    const lines = this.#waiting.splice(0).map((id) => this.talk.line(id)).filter((line) => line && !line.matches(".gone"));
    if (!lines.length) return;
    const sentences = lines.length < MANY ? lines.map((line) => this.#sentence(line)) : [this.#summary(lines.length)];
    this.region.replaceChildren(
      ...sentences.map((nodes) => {
        const paragraph = document.createElement("p");
        paragraph.append(...nodes);
        return paragraph;
      }),
    );
  }

  #summary(count) {
    const number = new Intl.NumberFormat(document.documentElement.lang || undefined).format(count);
    return [fill(this.say.sayNewMany, { count: number })];
  }

  #sentence(line) {
    const name = line.querySelector(".who bdi").textContent;
    const note = line.querySelector(".cover [data-note]");
    if (note) return fillNodes(this.say.sayCovered, { name: apart(name), note: apart(note.textContent) });
    const words = line.querySelector(".words");
    const said = shortened(plain(words?.textContent ?? ""), LONGEST);
    const answered = this.#answered(line);
    const values = { name: apart(name), words: apart(said, words?.lang) };
    if (!answered) return fillNodes(this.say.sayNewOne, values);
    if (this.talk.isMine(answered)) return fillNodes(this.say.sayAnsweredYou, values);
    return fillNodes(this.say.sayAnswered, { ...values, to: apart(answered.querySelector(".who bdi").textContent) });
  }

  // The message that this one answers, if it is on the page.
  #answered(line) {
    const way = line.querySelector(".reply-to")?.hash;
    return way ? this.talk.line(way.replace("#message-", "")) : null;
  }
}

function apart(text, lang) {
  const own = document.createElement("bdi");
  own.textContent = text;
  if (lang) own.lang = lang;
  return own;
}
