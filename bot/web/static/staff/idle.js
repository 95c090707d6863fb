// Warns 2 minutes before the session ends for want of a sign of life. Drafts go to the server before it does: whatever
// stands in a field with data-draft-place="conversation 12" is there again after signing in.
//
// Other tabs count: a sign of life in one of them keeps all of them quiet, through a note in localStorage that holds a
// time and nothing else.

const LAST = "last-sign-of-life";

export function watchIdleTime(dialog) {
  const idle = Number(dialog.dataset.idleSeconds) * 1000;
  const warnBefore = Number(dialog.dataset.warnBefore) * 1000;
  const left = dialog.querySelector("#idle-left");
  const status = dialog.querySelector("#idle-status");
  let focusBefore = null;
  let announced = 0;
  let leaving = false;
  note();

  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    stay();
  });
  dialog.querySelector("#idle-stay").addEventListener("click", stay);
  setInterval(look, 1000);
  document.addEventListener("visibilitychange", () => document.hidden || look());

  function note() {
    try {
      localStorage.setItem(LAST, String(Date.now()));
    } catch {
      // Storage can be off. Then each tab counts for itself.
    }
    dialog.last = Date.now();
  }

  function lastSign() {
    try {
      return Math.max(dialog.last, Number(localStorage.getItem(LAST)) || 0);
    } catch {
      return dialog.last;
    }
  }

  function look() {
    const remaining = lastSign() + idle - Date.now();
    if (remaining <= 0) return void leave();
    if (remaining > warnBefore) return void close();
    if (!dialog.open) {
      focusBefore = document.activeElement;
      keepDrafts();
      dialog.showModal();
      document.dispatchEvent(new CustomEvent("session", { detail: "ends" }));
    }
    const minutes = Math.ceil(remaining / 60000);
    left.textContent = minutes > 1 ? `${minutes} minutes` : "1 minute";
    if (minutes !== announced) status.textContent = `You will be signed out in ${left.textContent}.`;
    announced = minutes;
  }

  function close() {
    if (!dialog.open) return;
    dialog.close();
    announced = 0;
    focusBefore?.focus();
  }

  async function stay() {
    const answer = await post(dialog.dataset.stay, {}).catch(() => null);
    if (answer?.ok) {
      note();
      close();
    } else if (answer) {
      leave();
    } else {
      status.textContent = "There is no connection. Try again.";
      left.textContent = "a moment, unless there is a connection again";
    }
  }

  async function leave() {
    if (leaving) return;
    leaving = true;
    document.dispatchEvent(new CustomEvent("session", { detail: "over" }));
    await keepDrafts();
    location.assign(dialog.dataset.signIn);
  }

  function keepDrafts() {
    const fields = [...document.querySelectorAll("[data-draft-place]")].filter((field) => field.value.trim());
    const sent = fields.map((field) =>
      post(dialog.dataset.draft, { draft_place: field.dataset.draftPlace, draft_text: field.value }).catch(() => null),
    );
    return Promise.all(sent);
  }

  function post(address, fields) {
    const body = new URLSearchParams({ csrf_token: dialog.dataset.token, ...fields });
    return fetch(address, { method: "POST", body, redirect: "error" });
  }
}
