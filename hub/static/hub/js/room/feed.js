// How changes come in: through a socket; where none can be had, by asking every few seconds. Nothing is posted here.
// What was missed is told by the last revision that was applied, so a lost connection loses nothing.

import { Asking } from "./asking.js";
import { wait } from "./words.js";

const HANDSHAKE = 10_000;
const ASK_EVERY = 5_000;
const ASK_SELDOM = 20_000; // with little bandwidth there is no socket at all
const HERE_EVERY = 60_000;
const SIGNED_OUT = 4401;

export class Feed {
  #hear;
  #asking;
  #socket = null;
  #again = 0; // timer until the next try
  #attempt = 0;
  #stopped = true;
  #saidHere = -Infinity;

  // `hear`: frame(body), live(), lost(), over(signedOut), reload().
  constructor({ feed, messages, after, socketless }, hear) {
    Object.assign(this, { feed, after, socketless });
    this.#hear = hear;
    this.#asking = new Asking(messages, socketless ? ASK_SELDOM : ASK_EVERY, {
      isDeaf: () => !this.#stopped && !this.#isOpen,
      after: () => this.after,
      apply: (body) => this.#apply(body),
      over: (signedOut) => this.#over(signedOut),
      live: () => this.#live(),
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
    if (this.#stopped || this.#isOpen) return;
    this.#attempt = 0;
    this.restart();
  }

  restart() {
    if (this.#stopped) return;
    this.#drop();
    this.#try();
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
    const address = new URL(`${this.feed}?after=${this.after}`, location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(address);
    this.#socket = socket;
    let opened = false;
    const late = setTimeout(() => socket.close(), HANDSHAKE);
    socket.onopen = () => {
      opened = true;
      clearTimeout(late);
      if (socket === this.#socket) this.#asking.stop();
    };
    socket.onmessage = (event) => socket === this.#socket && this.#heard(JSON.parse(event.data));
    socket.onclose = (event) => {
      clearTimeout(late);
      if (socket === this.#socket) this.#closed(event.code, opened);
    };
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  async #closed(code, opened) {
    this.#socket = null;
    if (code >= 4400 && code < 4500) return this.#over(code === SIGNED_OUT);
    if (opened) this.#hear.lost();
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
    this.#live();
  }

  #apply(body) {
    if (this.#stopped) return;
    this.#hear.frame(body);
    this.after = Math.max(this.after, body.revision);
  }

  #live() {
    if (this.#stopped) return;
    if (this.#isOpen || this.socketless) this.#attempt = 0;
    this.#hear.live();
  }

  #over(signedOut) {
    if (this.#stopped) return;
    this.stop();
    this.#hear.over(signedOut);
  }
}
