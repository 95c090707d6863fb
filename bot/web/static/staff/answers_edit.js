// Writing an answer: shows it as Messenger would, and what the style check says, while somebody types.
// The words go in the body of a POST, never in an address. Without this script a button does the same.

const WAIT = 500; // after the last key
const form = document.getElementById("work");
const text = form.querySelector("textarea#text");
const news = document.getElementById("preview-news");
const part = Object.fromEntries([...form.querySelectorAll("[data-part]")].map((one) => [one.dataset.part, one]));
let timer = 0;
let asked = 0;

form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, WAIT);
});

for (const button of form.querySelectorAll("[data-insert]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    text.setRangeText(button.dataset.insert, text.selectionStart, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.focus();
  });
}

async function ask() {
  const mine = ++asked;
  try {
    const body = new URLSearchParams(new FormData(form));
    body.delete("draft_place"); // a look is not what is kept
    const answer = await fetch(form.dataset.preview, { method: "POST", body, redirect: "error" });
    if (!answer.ok) throw new Error("not now");
    const found = await answer.json();
    if (mine === asked) show(found);
  } catch {
    if (mine === asked) say("The preview cannot be shown now. What you type is still here.");
  }
}

function show(found) {
  const bubbles = found.question ? [bubble("The patient asks: ", found.question, "answers-bubble--patient")] : [];
  for (const one of found.parts) bubbles.push(bubble("The bot answers: ", one));
  if (!found.parts.length) bubbles.push(bubble("", "Nothing is written yet.", "answers-bubble--empty"));
  part.phone.replaceChildren(...bubbles);
  part.limits.textContent = found.limits;
  part.reading.textContent = found.reading;
  part.verdict.textContent = found.verdict;
  part.findings.replaceChildren(
    ...found.refused.map((one) => finding(`Messenger would refuse it: ${one}`, true)),
    ...found.errors.map((one) => finding(one, true)),
    ...found.warnings.map((one) => finding(one, false)),
  );
  say(`Style check: ${found.verdict}`);
}

function say(words) {
  if (news.textContent !== words) news.textContent = words;
}

function bubble(who, words, kind = "") {
  const shown = document.createElement("p");
  shown.className = `answers-bubble ${kind}`.trim();
  shown.dir = "auto";
  const hidden = document.createElement("span");
  hidden.className = "nhsuk-u-visually-hidden";
  hidden.textContent = who;
  shown.append(hidden, words);
  return shown;
}

function finding(words, isError) {
  const shown = document.createElement("li");
  shown.className = isError ? "answers-finding answers-finding--error" : "answers-finding";
  shown.textContent = words;
  return shown;
}
