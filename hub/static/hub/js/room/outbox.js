// Words on their way. One at a time, in order, each with its own ticket; what did not get through goes again with the
// same ticket when the hub can be reached, so nothing is lost and nothing is said twice. Survives a reload of the page.

import { newTicket, wait } from "./words.js";

const ANSWER = 15_000;
const TOO_MANY = 429;
const LATER = [408, 425, TOO_MANY];
const SLOWEST = 15_000;

export class Outbox {
  #items;
  #busy = false;
  #timer = 0;
  #attempt = 0;
  #patient = false; // the hub said when to come back
  #stopped = false;

  // `tell`: added(item), waits(item, status), answered(item, answer), refused(item, say, status).
  constructor({ address, me, token, keeping }, tell) {
    Object.assign(this, { address, me, token, keeping, tell });
    this.#items = keeping.read("outbox", []);
  }

  // What an earlier life of this page left behind.
  resume() {
    for (const item of this.#items) this.tell.added(item);
    this.#next();
  }

  send({ body, cover, reply_to }) {
    const item = { client_id: newTicket(), body, cover, reply_to };
    this.#items.push(item);
    this.#keep();
    this.tell.added(item);
    this.#next();
  }

  // The hub can probably be reached now.
  nudge() {
    if (!this.#patient) this.#goOn();
  }

  // Refused words stay here too, so that a reload does not lose them, until somebody takes them back.
  park(item) {
    this.#items.push({ ...item, parked: true });
    this.#keep();
  }

  has(ticket) {
    return this.#items.some((item) => item.client_id === ticket);
  }

  settle(ticket) {
    this.#items = this.#items.filter((item) => item.client_id !== ticket);
    this.#keep();
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #goOn() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#patient = false;
    this.#next();
  }

  #keep() {
    this.keeping.write("outbox", this.#items);
  }

  async #next() {
    const item = this.#items.find((one) => !one.parked);
    if (!item || this.#busy || this.#timer || this.#stopped) return;
    this.#busy = true;
    const { status, answer, after } = await this.#post(item);
    this.#busy = false;
    if (this.#stopped) return;
    if (!this.has(item.client_id)) return this.#next(); // it was seen in the talk meanwhile
    if (!status || status >= 500 || LATER.includes(status)) return this.#waitFor(item, status, after);
    this.#attempt = 0;
    this.settle(item.client_id);
    if (status < 300) this.tell.answered(item, answer);
    else this.tell.refused(item, answer.say, status);
    this.#next();
  }

  #waitFor(item, status, after) {
    this.tell.waits(item, status);
    this.#patient = status === TOO_MANY;
    const pause = after ? after * 1000 : wait(this.#attempt++, { cap: SLOWEST });
    this.#timer = setTimeout(() => this.#goOn(), pause);
  }

  async #post(item) {
    const said = await this.#try(item);
    return said.answer.state === "stale" && (await this.#renew()) ? this.#try(item) : said;
  }

  // Somebody signed in again in another tab: the token of this page grew old, its words did not. A page made for
  // another member gives us none, or the words would go out under their name.
  async #renew() {
    try {
      const response = await fetch(this.address.replace(/messages\/$/, ""), { signal: AbortSignal.timeout(ANSWER) });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const isOurs = page.querySelector("live-room")?.dataset.me === this.me;
      this.token = (isOurs && page.querySelector("[data-composer] [name=csrfmiddlewaretoken]")?.value) || this.token;
      return isOurs;
    } catch {
      return false;
    }
  }

  async #try(item) {
    const { parked, ...fields } = item;
    const form = new URLSearchParams({ csrfmiddlewaretoken: this.token, ...fields });
    try {
      const response = await fetch(this.address, {
        method: "POST", body: form, headers: { Accept: "application/json" }, signal: AbortSignal.timeout(ANSWER),
      });
      const answer = await response.json().catch(() => ({}));
      // A page instead of an answer came from something between us and the hub.
      const status = response.ok && !answer.state ? 0 : response.status;
      return { status, answer, after: Number(response.headers.get("Retry-After")) || 0 };
    } catch {
      return { status: 0, answer: {}, after: 0 };
    }
  }
}
