// One socket, from its handshake to its end. What comes in is read here; what it means is the feed's business.

const HANDSHAKE = 10_000;

// `told`: opened(), heard(frame), closed(code, wasOpen).
export function openSocket(path, told) {
  const address = new URL(path, location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(address);
  let wasOpen = false;
  const late = setTimeout(() => socket.close(), HANDSHAKE);
  socket.onopen = () => {
    wasOpen = true;
    clearTimeout(late);
    told.opened();
  };
  socket.onmessage = (event) => told.heard(JSON.parse(event.data));
  socket.onclose = (event) => {
    clearTimeout(late);
    told.closed(event.code, wasOpen);
  };
  return socket;
}
