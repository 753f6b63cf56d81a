// Leaving quickly: the link in the lintel, and Shift three times. Without this module the link is an ordinary link.

const PRESSES = 3;
const WITHIN_MS = 2000;

const link = document.querySelector("[data-quick-exit]");
if (link) listen(link);

function listen(link) {
  const status = addStatus();
  let presses = [];
  let alone = false; // Shift held for a capital letter is not a press

  link.addEventListener("click", (event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    leave(link, status);
  });

  document.addEventListener("keydown", (event) => {
    alone = event.key === "Shift" && (alone || !event.repeat);
    if (event.key === "Shift") return;
    presses = [];
    status.textContent = "";
  });

  document.addEventListener("keyup", (event) => {
    if (event.key !== "Shift" || !alone) return;
    alone = false;
    presses = [...presses.filter((at) => event.timeStamp - at < WITHIN_MS), event.timeStamp];
    if (presses.length >= PRESSES) leave(link, status);
    else status.textContent = presses.length === 1 ? link.dataset.once : link.dataset.twice;
  });

  // The Back button may bring this page back from memory: it must not stay blank for the person who wants it.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.documentElement.hidden = false;
  });
}

// The page is blank before the next one answers, and `replace` takes this address out of the Back button.
function leave(link, status) {
  status.textContent = link.dataset.leaving;
  document.dispatchEvent(new CustomEvent("hub:leaving"));
  document.documentElement.hidden = true;
  document.title = "";
  window.location.replace(link.href);
}

function addStatus() {
  const status = document.createElement("p");
  status.className = "hide";
  status.setAttribute("role", "status");
  document.body.append(status);
  return status;
}
