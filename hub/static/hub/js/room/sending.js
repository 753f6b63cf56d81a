// From the box to the talk: what happens on the page while words are under way, and with every answer to them.

import { Composer } from "./composer.js";
import { OnlyYou } from "./only-you.js";
import { Outbox } from "./outbox.js";
import { Pending } from "./pending.js";

export class Sending {
  // `told`: shown() after a line was added, sent(answer) whether the talk has it already, status(words), closed() why.
  constructor(root, { talk, keeping, replying, ...told }) {
    const form = root.querySelector("[data-composer]");
    const find = (name) => root.querySelector(`[data-${name}]`);
    this.say = root.dataset;
    this.told = told;
    this.pending = new Pending(talk.list, find("pending-line"), this.say);
    this.onlyYou = new OnlyYou(find("only-you"), find("only-you-entry"), this.say.messages);
    const token = form.elements.csrfmiddlewaretoken.value;
    this.outbox = new Outbox({ address: this.say.messages, token, keeping }, this);
    this.composer = new Composer(form, {
      keeping, replying, send: (words) => this.outbox.send(words), state: told.closed,
    });
    for (const line of talk.lines()) this.seen(line); // words of an earlier life of this page that did get through
    this.outbox.resume();
  }

  // The hub has these words: whichever of its two answers came first, nothing is shown twice.
  seen(line) {
    const { ticket } = line.dataset;
    if (!ticket) return;
    this.pending.drop(ticket);
    if (this.outbox.has(ticket)) this.outbox.settle(ticket);
  }

  // A message has its place in the talk, or is gone: what stood for it privately goes.
  over(id) {
    this.pending.dropTaken(id);
    this.onlyYou.drop(id);
  }

  // --- What the outbox tells -------------------------------------------------------------------------------------------

  added(item) {
    if (item.parked) this.#offerBack(item);
    else this.told.shown(() => this.pending.show(item));
  }

  waits(item) {
    this.pending.waits(item);
  }

  answered(item, answer) {
    if (answer.state === "posted" && !this.told.sent(answer)) return this.pending.taken(item.client_id, answer.id);
    this.pending.drop(item.client_id);
    if (answer.state !== "held") return;
    this.onlyYou.add(answer, item);
    this.told.status(answer.say);
  }

  refused(item, say) {
    this.composer.say(say || this.say.sayFailed);
    if (this.composer.isEmpty) {
      this.pending.drop(item.client_id);
      this.composer.putBack(item);
    } else {
      this.outbox.park(item);
      this.#offerBack(item);
    }
  }

  #offerBack(item) {
    this.pending.refused(item, () => {
      this.pending.drop(item.client_id);
      this.outbox.settle(item.client_id);
      this.composer.putBack(item);
      this.composer.body.focus();
    });
  }
}
