// <live-room>: a room that renews itself. Without this module the same page works by loading it again.
// This element only joins the parts in room/; what each may do is said there. HTTP writes, the socket only tells.

import { Announcing } from "./room/announcing.js";
import { Connection } from "./room/connection.js";
import { Ending } from "./room/ending.js";
import { Feed } from "./room/feed.js";
import { Keeping } from "./room/keeping.js";
import { Panels } from "./room/panels.js";
import { Replying } from "./room/replying.js";
import { Sending } from "./room/sending.js";
import { Standing } from "./room/standing.js";
import { Talk } from "./room/talk.js";
import { Walking } from "./room/walking.js";
import { watchTheDoors, watchTheNetwork } from "./room/world.js";

class LiveRoom extends HTMLElement {
  #wasLost = false;

  connectedCallback() {
    const { room, me, sayYou, sayYouNote } = this.dataset;
    this.keeping = new Keeping(room, me);
    this.talk = new Talk(this.#find("log"), { me, you: sayYou, youNote: sayYouNote });
    this.walking = new Walking(this.talk, () => this.querySelector("[name=body]").focus());
    this.replying = new Replying(this, this.talk, this.dataset);
    this.#find("walk-hint").hidden = false;
    watchTheDoors(() => this.#wipe());
    // Older pages stay as they are, and their form is a plain one.
    if (!this.hasAttribute("data-looking-back")) this.#live();
  }

  #live() {
    const { feed, messages, revision } = this.dataset;
    this.announcing = new Announcing(this.#find("announce"), this.talk, this.dataset);
    this.connection = new Connection(this, this.dataset);
    this.ending = new Ending(this.talk, this.#find("composer"), this.#find("below"), this.#find("only-you"));
    const socketless = document.documentElement.dataset.pictures === "off";
    this.feed = new Feed({ feed, messages, after: Number(revision), socketless }, this);
    this.#arrive();
    this.sending = new Sending(this, {
      talk: this.talk, keeping: this.keeping, replying: this.replying,
      shown: (add) => this.#takeAlong(add),
      held: (add) => this.#takeAlong(add, this.#find("only-you")),
      sent: (answer) => this.#hasHeard(answer),
      status: (words) => this.connection.say(words),
      reached: () => this.#wasLost && this.feed.reached(),
      lost: () => this.feed.doubt(),
      over: (answer) => this.feed.end(answer),
    });
    this.standing = new Standing(this, {
      status: (words) => this.connection.say(words),
      stands: (state, why) => this.sending.composer.setState(state, why),
    });
    this.panels = new Panels(this, (name, panel) => this.standing.came(name, panel));
    this.feed.start();
    watchTheNetwork(this.feed);
  }

  // --- What the feed tells ---------------------------------------------------------------------------------------------

  frame({ upsert, gone, panels = {} }) {
    this.connection.live(); // said before what the frame has to say, such as that words were sent
    const before = this.ending.where();
    const news = upsert.map((one) => this.#place(one)).filter(Boolean);
    for (const id of gone) {
      this.talk.drop(id);
      this.sending.over(id);
    }
    this.panels.show(panels);
    this.walking.renew();
    if (news.length) this.ending.follow(before, news[0]);
  }

  #place(one) {
    const placed = this.talk.place(one);
    this.sending.over(one.id);
    if (!placed) return null;
    this.sending.seen(placed.line);
    this.#find("empty")?.remove();
    if (!placed.isNew) return null;
    if (!this.talk.isMine(placed.line)) this.announcing.add(one.id);
    return placed.line;
  }

  live() {
    this.connection.live();
    if (this.#wasLost) this.sending.outbox.nudge();
    this.#wasLost = false;
  }

  lost() {
    this.#wasLost = true;
    this.connection.lost();
  }

  over(answer) {
    this.connection.over(answer);
  }

  // This person's part in the room changed: the page was made for another part.
  reload() {
    this.sending.composer.keep();
    location.reload();
  }

  // --- The page itself -------------------------------------------------------------------------------------------------

  #find(name) {
    return this.querySelector(`[data-${name}]`);
  }

  // Whether a message that was taken has been told already; if not, and nobody would tell, look.
  #hasHeard({ revision }) {
    if (revision <= this.feed.after) return true;
    this.feed.askIfDeaf();
    return false;
  }

  #takeAlong(add, last) {
    const before = this.ending.where();
    add();
    if (before.here) this.ending.go(before, last);
  }

  // Begin where the talk is now, unless an address, the browser or something urgent says otherwise.
  #arrive() {
    const [{ type } = {}] = performance.getEntriesByType("navigation");
    if (!location.hash && type === "navigate" && !this.#find("held")) this.ending.go({ withBox: true });
  }

  #wipe() {
    this.feed?.stop();
    this.sending?.outbox.stop();
    this.keeping.wipe();
  }
}

customElements.define("live-room", LiveRoom);
