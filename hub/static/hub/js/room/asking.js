// Catching up over HTTP: once, or every few seconds while no socket can be had.

const ANSWER = 15_000;
const OVER = [401, 403, 404]; // signed out, not allowed, not a member: asking again would change nothing

export class Asking {
  #next = 0;
  #under = null;

  // `told`: isDeaf() (no socket tells), after(), apply(body), over({status, say}), live(), failed().
  constructor(messages, every, told) {
    this.messages = messages;
    this.every = every;
    this.told = told;
  }

  get isKeptUp() {
    return this.#next !== 0;
  }

  stop() {
    clearTimeout(this.#next);
    this.#next = 0;
  }

  // One at a time. Whether there was an answer; while there is one and no socket, asking goes on by itself.
  now() {
    this.#under ??= this.#ask().finally(() => (this.#under = null));
    return this.#under;
  }

  // Why the page is left out, in the hub's own words if they can be had.
  async why() {
    try {
      const response = await this.#fetch();
      return OVER.includes(response.status) ? await answerOf(response) : {};
    } catch {
      return {};
    }
  }

  #fetch() {
    return fetch(`${this.messages}?after=${this.told.after()}&panels=yes`, {
      headers: { Accept: "application/json" }, cache: "no-store", signal: AbortSignal.timeout(ANSWER),
    });
  }

  async #ask() {
    this.stop();
    try {
      let body;
      do {
        const response = await this.#fetch();
        if (OVER.includes(response.status)) {
          this.told.over(await answerOf(response));
          return false;
        }
        if (!response.ok) throw new Error(response.status);
        body = await response.json();
        this.told.apply(body);
      } while (body.more);
    } catch {
      if (this.told.isDeaf()) this.told.failed();
      return false;
    }
    if (this.told.isDeaf()) this.#next = setTimeout(() => this.now(), this.every * (0.8 + 0.4 * Math.random()));
    this.told.live();
    return true;
  }
}

async function answerOf(response) {
  const { say } = await response.json().catch(() => ({}));
  return { status: response.status, say };
}
