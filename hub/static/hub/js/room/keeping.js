// What this tab keeps for one person in one room: the draft, and what is not sent yet. It goes with the tab, on
// signing out and on leaving quickly. Nothing that other people wrote is ever kept.

const PREFIX = "hub.room.";

export class Keeping {
  #ours;
  #closed = false;
  #beside = new Map(); // where the browser keeps nothing, the page still does

  constructor(room, member) {
    this.#ours = `${PREFIX}${member}.`;
    this.prefix = `${this.#ours}${room}.`;
    forget((key) => !key.startsWith(this.#ours)); // the words of whoever used this tab before
  }

  read(name, otherwise) {
    try {
      const kept = sessionStorage.getItem(this.prefix + name) ?? this.#beside.get(name);
      return kept ? JSON.parse(kept) : otherwise;
    } catch {
      return otherwise;
    }
  }

  write(name, value) {
    if (this.#closed) return;
    const text = JSON.stringify(value);
    this.#beside.set(name, text);
    try {
      sessionStorage.setItem(this.prefix + name, text);
    } catch {
      // Full or forbidden: it lives as long as the page.
    }
  }

  // Somebody leaves: nothing stays, and nothing that is still under way is written any more.
  wipe() {
    this.#closed = true;
    this.#beside.clear();
    forget(() => true);
  }
}

function forget(which) {
  try {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX) && which(key)) sessionStorage.removeItem(key);
  } catch {
    // Nothing is kept where keeping is forbidden.
  }
}
