// Lines that the hub has not taken yet, at the end of the talk: on their way, waiting for the network, or refused.

export class Pending {
  constructor(list, template, say) {
    Object.assign(this, { list, template, say });
  }

  show(item) {
    const line = this.template.content.cloneNode(true).querySelector("li");
    line.dataset.ticketPending = item.client_id;
    line.querySelector(".words").textContent = item.body;
    const note = line.querySelector("[data-own-note]");
    note.hidden = !item.cover;
    note.querySelector("bdi").textContent = item.cover;
    this.list.append(line);
    this.#how(line, this.say.saySending);
  }

  waits(item) {
    const line = this.#line(item.client_id);
    if (line) this.#how(line, this.say.sayWaiting);
  }

  // Taken by the hub: the line goes when the real one comes.
  taken(ticket, id) {
    const line = this.#line(ticket);
    if (line) line.dataset.taken = id;
  }

  // Not taken: the words stay here with a button that puts them back into the box.
  refused(item, back) {
    this.drop(item.client_id);
    this.show(item);
    const line = this.#line(item.client_id);
    line.classList.replace("pending", "failed");
    this.#how(line, this.say.sayRefused);
    line.querySelector("[data-put-back-row]").hidden = false;
    line.querySelector("[data-put-back]").addEventListener("click", back);
  }

  drop(ticket) {
    if (ticket) this.#line(ticket)?.remove();
  }

  dropTaken(id) {
    this.list.querySelector(`[data-taken="${Number(id)}"]`)?.remove();
  }

  #line(ticket) {
    return this.list.querySelector(`[data-ticket-pending="${CSS.escape(ticket)}"]`);
  }

  #how(line, words) {
    line.querySelector("[data-how]").textContent = words;
  }
}
