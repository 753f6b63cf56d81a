// Sentences with named places, elements from the server's own HTML, and tickets.

// "%(name)s wrote: %(words)s" with its places filled, as text.
export function fill(sentence, values) {
  return sentence.replace(/%\((\w+)\)s/g, (whole, name) => values[name] ?? whole);
}

// The same as nodes: each value may be text or an element, so that somebody's words keep their language and direction.
export function fillNodes(sentence, values) {
  return sentence.split(/%\((\w+)\)s/).map((part, at) => (at % 2 ? (values[part] ?? "") : part));
}

// Only for HTML that the hub itself rendered and sent.
export function fromServer(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

export function plain(text) {
  return text.replace(/\s+/g, " ").trim();
}

export function shortened(text, limit) {
  const letters = [...text];
  return letters.length > limit ? `${letters.slice(0, limit).join("").trimEnd()}…` : text;
}

// One for each sending; the same one again is the same message. `randomUUID` exists only over https and on this machine.
export function newTicket() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// A wait with full jitter, so that a thousand readers do not come back in the same moment.
export function wait(attempt, { base = 500, cap = 30_000 } = {}) {
  return Math.random() * Math.min(cap, base * 2 ** Math.min(attempt, 16));
}
