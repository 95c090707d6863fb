// Asks for changes every 10 seconds, or as often as the caller says, while somebody looks or wants to be told. The
// browser sends the ETag; 304 comes back as the same JSON. Requests are short, and after a failure the next comes later,
// so that no server is pressed.
import { isTelling, tellOf } from "./notify.js";

const EVERY = 10_000;
const LONGEST = 120_000;

export function poll(address, changed, every = EVERY) {
  let wait = every;
  let timer = setTimeout(ask, wait);

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) askIn(1000);
  });

  function askIn(milliseconds) {
    clearTimeout(timer);
    timer = setTimeout(ask, milliseconds);
  }

  async function ask() {
    if (document.hidden && !isTelling()) return; // until it is seen again
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-cache" });
      if (answer.status === 401) document.dispatchEvent(new CustomEvent("session", { detail: "over" }));
      if (answer.status === 401 || answer.status === 404) return; // signed out, or gone
      if (!answer.ok) throw new Error("not now");
      const found = await answer.json();
      tellOf(found.waiting);
      changed(found);
      wait = every;
    } catch {
      wait = Math.min(wait * 2, LONGEST);
    }
    askIn(wait);
  }
}

// Says what is new, with a link that shows it. Nothing on the page moves by itself.
export function tell(place, words) {
  if (place.dataset.said === words) return;
  place.dataset.said = words;
  place.textContent = words ? `${words} ` : "";
  if (!words) return;
  const link = document.createElement("a");
  link.href = place.dataset.show;
  link.textContent = "Show";
  place.append(link);
}
