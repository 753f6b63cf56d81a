// How changes come in: through a socket; where none can be had, by asking every few seconds. Nothing is posted here.
// What was missed is told by the last revision that was applied, so a lost connection loses nothing.

import { Asking } from "./asking.js";
import { openSocket } from "./socket.js";
import { wait } from "./words.js";

const ASK_EVERY = 5_000;
const ASK_SELDOM = 20_000; // with little bandwidth there is no socket at all
const HERE_EVERY = 60_000;
const OVER = 4000; // closing codes are this and the status that HTTP has for it

export class Feed {
  #hear;
  #asking;
  #socket = null;
  #again = 0; // timer until the next try
  #attempt = 0;
  #stopped = true;
  #doubted = false; // a socket may look open and be dead
  #saidHere = -Infinity;

  // `hear`: frame(body), live(), lost(), over({status, say}), reload().
  constructor({ feed, messages, after, socketless }, hear) {
    Object.assign(this, { feed, after, socketless });
    this.#hear = hear;
    this.#asking = new Asking(messages, socketless ? ASK_SELDOM : ASK_EVERY, {
      isDeaf: () => !this.#stopped && !this.#isOpen,
      after: () => this.after,
      apply: (body) => this.#apply(body),
      over: (answer) => this.end(answer),
      live: () => this.reached(),
      failed: () => this.#failed(),
    });
  }

  get #isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  start() {
    this.#stopped = false;
    this.#try();
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#again);
    this.#asking.stop();
    this.#drop();
  }

  // Something suggests that it would work now: the network is back, or somebody looks at the page again.
  retry() {
    if (this.#stopped || (this.#isOpen && !this.#doubted)) return;
    this.#attempt = 0;
    this.restart();
  }

  restart() {
    if (this.#stopped) return;
    this.#drop();
    this.#try();
  }

  // The network went, or something could not be sent.
  doubt() {
    if (this.#stopped) return;
    this.#doubted = true;
    this.#hear.lost();
  }

  // Nothing more will come: the hub said so.
  end(answer) {
    if (this.#stopped) return;
    this.stop();
    this.#hear.over(answer);
  }

  // Says that somebody looks at the page, at most once a minute. The only thing that ever goes out.
  here() {
    if (!this.#isOpen || performance.now() - this.#saidHere < HERE_EVERY) return;
    this.#saidHere = performance.now();
    this.#socket.send(JSON.stringify({ op: "here" }));
  }

  // After sending words: look whether they have arrived, if no socket would tell.
  askIfDeaf() {
    if (!this.#stopped && !this.#isOpen) this.#asking.now();
  }

  #try() {
    clearTimeout(this.#again);
    if (this.socketless) return void this.#asking.now();
    const socket = openSocket(`${this.feed}?after=${this.after}`, {
      opened: () => socket === this.#socket && this.#asking.stop(),
      heard: (frame) => socket === this.#socket && this.#heard(frame),
      closed: (code, wasOpen) => socket === this.#socket && this.#closed(code, wasOpen),
    });
    this.#socket = socket;
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  async #closed(code, wasOpen) {
    this.#socket = null;
    if (code >= 4400 && code < 4500) return this.end({ status: code - OVER, ...(await this.#asking.why()) });
    if (wasOpen) this.#hear.lost();
    // A closed door and a fallen server look the same from here; an answer over HTTP tells them apart.
    else if (!this.#asking.isKeptUp) await this.#asking.now();
    if (!this.#stopped && !this.#socket) this.#tryLater();
  }

  #failed() {
    this.#hear.lost();
    if (this.socketless) this.#tryLater();
  }

  #tryLater() {
    clearTimeout(this.#again);
    this.#again = setTimeout(() => this.restart(), wait(this.#attempt++));
  }

  #heard(frame) {
    if (frame.op === "reload") this.#hear.reload();
    if (frame.op === "reconnect") this.#again = setTimeout(() => this.restart(), frame.in * 1000 * (0.5 + Math.random()));
    if (frame.op) return;
    this.#apply(frame);
    this.reached();
  }

  #apply(body) {
    if (this.#stopped) return;
    this.#hear.frame(body);
    this.after = Math.max(this.after, body.revision);
  }

  // The hub has answered, here or elsewhere.
  reached() {
    if (this.#stopped) return;
    this.#doubted = false;
    if (this.#isOpen || this.socketless) this.#attempt = 0;
    this.#hear.live();
  }
}
