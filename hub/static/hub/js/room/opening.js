// Covers and lists that a person opened or closed stay so when the server sends them anew.

// Gives the details in `fresh` the state they have in `old`. A cover opens again only over the very same words.
export function keepOpen(old, fresh) {
  const before = new Map([...old.querySelectorAll("details")].map((details, at) => [keyOf(details, at), details]));
  [...fresh.querySelectorAll("details")].forEach((details, at) => {
    const known = before.get(keyOf(details, at));
    if (!known) return;
    if (!details.matches(".cover")) details.open = known.open;
    else if (known.open) details.open = inside(known) === inside(details);
  });
}

function keyOf(details, at) {
  return details.closest("[data-held]")?.dataset.held ?? `number ${at}`;
}

function inside(cover) {
  return cover.querySelector(".inside")?.innerHTML;
}
