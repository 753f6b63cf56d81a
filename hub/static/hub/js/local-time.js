// Times in the reader's own zone and the page's language: <time datetime="…" data-local="time|date|both">.
// Without this module the server's words stay, and they name their zone or place.

const page = document.documentElement.lang;
const language = page === "en" ? "en-GB" : page || undefined; // the house writes 14 May, not May 14
const clock = { hour: "numeric", minute: "2-digit", ...(page.startsWith("en") && { hour12: true }) };
const day = { day: "numeric", month: "long" };
const shapes = {
  time: new Intl.DateTimeFormat(language, clock),
  date: new Intl.DateTimeFormat(language, day),
  both: new Intl.DateTimeFormat(language, { weekday: "long", ...day, ...clock }),
};

rewriteAll(document);
new MutationObserver((changes) => {
  for (const change of changes) for (const node of change.addedNodes) if (node.nodeType === Node.ELEMENT_NODE) rewriteAll(node);
}).observe(document.body, { childList: true, subtree: true });

function rewriteAll(root) {
  if (root.matches?.("time[data-local]")) rewrite(root);
  for (const time of root.querySelectorAll("time[data-local]")) rewrite(time);
}

function rewrite(time) {
  const moment = new Date(time.dateTime);
  if (Number.isNaN(moment.getTime())) return;
  const words = (shapes[time.dataset.local] ?? shapes.time).format(moment);
  if (time.textContent !== words) time.textContent = words;
}
