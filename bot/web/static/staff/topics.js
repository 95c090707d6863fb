// Says what is like the example that is being typed, after a short pause. Without this script the button checks.
const PAUSE = 400;

const form = document.getElementById("add");
const text = document.getElementById("text");
const place = document.getElementById("checked");
let timer = 0;
let asked = 0;

text.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE);
});

async function ask() {
  const mine = ++asked;
  if (!text.value.trim()) {
    place.replaceChildren();
    return;
  }
  const answer = await fetch(form.dataset.similar, { method: "POST", body: new FormData(form) }).catch(() => null);
  if (mine !== asked) return; // something else was typed meanwhile
  if (!answer || !answer.ok) {
    place.textContent = "This could not be checked now.";
    return;
  }
  const { html } = await answer.json();
  place.innerHTML = html; // escaped on the server
}
