// The list of the inbox: numbers are kept up to date, and a line says when the list is no longer what it was.
import { offer } from "./notify.js";
import { poll, tell } from "./poll.js";

const place = document.getElementById("inbox-news");
const lines = new Map([...document.querySelectorAll("[data-id]")].map((one) => [one.dataset.id, one.dataset.mark]));

offer(document.getElementById("tell-me"));
if (place) {
  poll(place.dataset.changes, ({ counts, marks }) => {
    for (const badge of document.querySelectorAll("[data-count]")) badge.textContent = counts[badge.dataset.count];
    if (!("compare" in place.dataset)) return; // a search, or a page after the first
    const fresh = Object.keys(marks).filter((id) => !lines.has(id)).length;
    const changed = Object.keys(marks).filter((id) => lines.has(id) && lines.get(id) !== marks[id]).length;
    const gone = [...lines.keys()].filter((id) => !(id in marks)).length;
    tell(place, news(fresh, changed + gone));
  });
}

function news(fresh, changed) {
  const parts = [];
  if (fresh) parts.push(fresh === 1 ? "1 new conversation" : `${fresh} new conversations`);
  if (changed) parts.push(changed === 1 ? "1 has changed" : `${changed} have changed`);
  return parts.length ? `${parts.join(", ")}.` : "";
}
