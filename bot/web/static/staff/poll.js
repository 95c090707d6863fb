// Asks for changes every 10 seconds, while somebody looks. The browser sends the ETag; 304 comes back as the same JSON.
// Requests are short and one at a time; after a failure the next comes later, so that no server is pressed.

const EVERY = 10_000;
const LONGEST = 120_000;

export function poll(address, changed) {
  let wait = EVERY;
  let timer = setTimeout(ask, wait);

  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(ask, 1000);
  });

  async function ask() {
    if (document.hidden) return;
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-cache" });
      if (answer.status === 401 || answer.status === 404) return; // signed out, or gone
      if (!answer.ok) throw new Error("not now");
      changed(await answer.json());
      wait = EVERY;
    } catch {
      wait = Math.min(wait * 2, LONGEST);
    }
    timer = setTimeout(ask, wait);
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
