// From the box to the talk: what happens on the page while words are under way, and with every answer to them. How far
// they have come is said once each, without the words themselves.

import { Composer } from "./composer.js";
import { OnlyYou } from "./only-you.js";
import { Outbox } from "./outbox.js";
import { Pending } from "./pending.js";

const SIGNED_OUT = 401;
const GONE = 404;
const PAUSED = 409;

export class Sending {
  #said = new Map(); // ticket: what was said last about it

  // `told`: shown(add) a line, held(add) an entry, sent(answer) whether the talk has it already, status(words),
  // reached() the hub, lost(), over({status, say}).
  constructor(root, { talk, keeping, replying, ...told }) {
    const form = root.querySelector("[data-composer]");
    const find = (name) => root.querySelector(`[data-${name}]`);
    this.say = root.dataset;
    this.told = told;
    this.pending = new Pending(talk.list, find("pending-line"), this.say);
    this.onlyYou = new OnlyYou(find("only-you"), find("only-you-entry"), this.say.messages);
    const token = form.elements.csrfmiddlewaretoken.value;
    this.outbox = new Outbox({ address: this.say.messages, me: this.say.me, token, keeping }, this);
    this.composer = new Composer(form, {
      keeping, replying, send: (words) => this.outbox.send(words),
    });
    for (const line of talk.lines()) this.seen(line); // words of an earlier life of this page that did get through
    this.outbox.resume();
  }

  // The hub has these words: whichever of its two answers came first, nothing is shown twice.
  seen(line) {
    const { ticket } = line.dataset;
    if (!ticket) return;
    this.pending.drop(ticket);
    if (!this.outbox.has(ticket)) return;
    this.outbox.settle(ticket);
    this.#tell(ticket, this.say.saySent);
  }

  // A message has its place in the talk, or is gone: what stood for it privately goes.
  over(id) {
    this.pending.dropTaken(id);
    this.onlyYou.drop(id);
  }

  // --- What the outbox tells -------------------------------------------------------------------------------------------

  added(item) {
    if (item.parked) return this.#offerBack(item);
    this.told.shown(() => this.pending.show(item));
    this.#tell(item.client_id, this.say.saySending);
  }

  waits(item, status) {
    this.pending.waits(item);
    this.#tell(item.client_id, this.say.sayWaiting);
    if (!status) this.told.lost();
  }

  answered(item, answer) {
    this.told.reached();
    if (answer.state === "held") return this.#held(item, answer);
    this.#tell(item.client_id, this.say.saySent);
    if (answer.state === "posted" && !this.told.sent(answer)) this.pending.taken(item.client_id, answer.id);
    else this.pending.drop(item.client_id);
  }

  #held(item, answer) {
    this.told.held(() => {
      this.pending.drop(item.client_id);
      this.onlyYou.add(answer, item);
    });
    this.#tell(item.client_id, answer.say);
  }

  // The refusal is an alert, so it is heard without the status saying it too.
  refused(item, say, status) {
    this.told.reached();
    this.#tell(item.client_id, "");
    const words = status === GONE ? this.say.sayGone : say || this.say.sayFailed;
    this.composer.say(words, { ofState: status === PAUSED });
    if (status === SIGNED_OUT || status === GONE) this.told.over({ status, say });
    if (this.composer.isEmpty) {
      this.pending.drop(item.client_id);
      this.composer.putBack(item);
    } else {
      this.outbox.park(item);
      this.#offerBack(item);
    }
  }

  #tell(ticket, words) {
    if (this.#said.get(ticket) === words) return;
    this.#said.set(ticket, words);
    this.told.status(words);
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
