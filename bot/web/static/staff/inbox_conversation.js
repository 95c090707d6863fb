// One conversation: says when something new was said, shows what became of replies, inserts texts without a new page.
import { poll, tell } from "./poll.js";

const place = document.getElementById("inbox-news");
const reply = document.querySelector("textarea#text");

if (place) {
  poll(place.dataset.changes, ({ new: count, claim, states }) => {
    for (const [id, words] of Object.entries(states)) showState(id, words);
    const words = count === 1 ? "1 new message." : count ? `${count} new messages.` : "";
    tell(place, words || (String(claim) === place.dataset.claim ? "" : "A colleague has this conversation now."));
  });
  place.addEventListener("click", (event) => {
    if (!event.target.closest("a")) return;
    event.preventDefault();
    showKeepingDrafts();
  });
}

// What is typed goes along, and is there again on the page that shows what is new.
function showKeepingDrafts() {
  const form = document.getElementById("work");
  form.action = `${place.dataset.show}/draft`;
  form.submit();
}

function showState(id, words) {
  const shown = document.querySelector(`[data-state="${id}"]`);
  if (!shown || shown.textContent === words || shown.textContent.startsWith(`${words}:`)) return;
  shown.textContent = words;
}

for (const button of document.querySelectorAll("[data-insert]")) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const text = button.parentElement.querySelector(".inbox-suggestion__text").textContent;
    reply.value = [reply.value.trim(), text].filter(Boolean).join("\n\n");
    if (button.dataset.version) document.getElementById("answer-version").value = button.dataset.version;
    reply.dispatchEvent(new Event("input", { bubbles: true }));
    reply.focus();
    reply.scrollTop = reply.scrollHeight;
  });
}
