// What happens around the page: the network comes back, somebody looks again, somebody leaves.

const LONG_AWAY = 60_000; // after this, a socket that looks open may be dead

export function watchTheNetwork(feed) {
  let hiddenAt = null;
  addEventListener("online", () => feed.retry());
  addEventListener("offline", () => feed.doubt());
  addEventListener("pagehide", () => feed.stop());
  addEventListener("pageshow", (event) => event.persisted && feed.start());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") {
      hiddenAt = performance.now();
      return;
    }
    const away = hiddenAt === null ? 0 : performance.now() - hiddenAt;
    if (away > LONG_AWAY) feed.restart();
    else feed.retry();
    feed.here();
  });
}

// Leaving quickly and signing out leave nothing behind on this device. Stepping out of the room keeps what is in the box.
export function watchTheDoors(wipe) {
  document.addEventListener("hub:leaving", wipe);
  document.addEventListener("submit", (event) => {
    if (event.target.matches('[action="/sign-out/"]')) wipe();
  });
}
