// Times in the reader's own zone and the page's language: <time datetime="…" data-local="time|date|both">.
// Without this module the server's words stay, and they name their zone or place.

const language = document.documentElement.lang || undefined;
const clock = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit", ...englishHours(language) });
const shapes = {
  time: clock,
  date: new Intl.DateTimeFormat(language, { day: "numeric", month: "long" }),
  day: new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" }),
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
  const words = say(moment, time.dataset.local || "time");
  if (time.textContent !== words) time.textContent = words;
}

function say(moment, shape) {
  if (shape === "date") return shapes.date.format(moment);
  if (shape === "both") return new Intl.ListFormat(language, { type: "unit" }).format([shapes.day.format(moment), tidy(clock.format(moment))]);
  return tidy(clock.format(moment));
}

// "7:03 PM" is shouting: the house writes 7:03 pm.
function tidy(words) {
  return words.replace(/[\u00a0\u202f ]([AP])M$/, (_, letter) => `\u00a0${letter.toLowerCase()}m`);
}

function englishHours(language) {
  return language?.startsWith("en") ? { hour12: true } : {};
}
