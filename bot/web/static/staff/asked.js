// Labelling by keyboard, inside a group only: a letter typed anywhere else does nothing. And how far the grouping is.
import { poll } from "./poll.js";

const cards = [...document.querySelectorAll(".asked-card")];

document.addEventListener("keydown", (event) => {
  const card = event.target.closest?.(".asked-card");
  if (!card || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("select, textarea, input:not([type=checkbox])")) return;
  if (event.key === "j" || event.key === "k") {
    enter(cards[cards.indexOf(card) + (event.key === "j" ? 1 : -1)]);
    return;
  }
  const wanted = card.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!wanted) return;
  event.preventDefault();
  wanted.focus();
  if (wanted.type === "submit") wanted.click();
});

function enter(card) {
  card?.querySelector("[data-key], a")?.focus();
}

// After a label the page comes back with an anchor that no element has: the keyboard goes on with the first group.
if (location.hash === "#next") enter(cards[0]);

const progress = document.getElementById("asked-progress");
if (progress) {
  poll(progress.dataset.progress, ({ working }) => {
    const ended = progress.textContent && !working;
    progress.textContent = ended ? "The groups are new. Open the page again to see them." : working;
  });
}
