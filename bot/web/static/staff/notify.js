// Tells by the browser's notifications that somebody waits, where somebody asked for it on this computer. They hold
// numbers and the word urgent, never what a patient wrote: others may see the screen. The choice stays in this browser,
// and so does what was told last: a second tab, or the next page, does not tell it again.

const CHOICE = "inbox-tells";
const TOLD = "inbox-told-"; // and the practice
const SESSION = {
  ends: "You will be signed out of the inbox soon. Open it to stay signed in.",
  over: "You are signed out of the inbox. Sign in to be told who waits.",
};
const WORDS = {
  on: "This computer tells you when someone waits, while the inbox is open and you are signed in.",
  off: "This computer no longer tells you.",
  denied: "Your browser does not allow notifications from this page. Allow them in its settings, then press the button again.",
  default: "Your browser got no answer from you. Press the button again and choose to allow notifications.",
  none: "This browser cannot show notifications from this page. Leave the inbox open to see who waits.",
  forgets: "This browser keeps nothing for this page, so it cannot remember your choice.",
};

export function isTelling() {
  return recall(CHOICE) === "yes" && window.Notification?.permission === "granted";
}

// `waiting`: the practice's id, how many wait, how many of them urgently, and since when the newest does, in seconds.
// What is polled outside of the inbox has none.
export function tellOf(waiting) {
  if (!waiting || !isTelling()) return;
  const key = TOLD + waiting.practice;
  const before = JSON.parse(recall(key) || "null");
  keep(key, JSON.stringify({ newest: waiting.newest, urgent: waiting.urgent }));
  if (!before || (waiting.newest <= before.newest && waiting.urgent <= before.urgent)) return;
  const many = waiting.count === 1 ? "1 conversation waits" : `${waiting.count} conversations wait`;
  const title = waiting.urgent ? "Urgent: someone waits in the inbox" : "Someone waits in the inbox";
  show(title, waiting.urgent ? `${many}, ${waiting.urgent} urgent.` : `${many}.`, waiting.urgent > 0);
}

// The button that turns it on and off. Without scripts it is not there.
export function offer(place) {
  const button = place.querySelector("button");
  const status = place.querySelector("[role=status]");
  const wanted = recall(CHOICE) === "yes";
  place.hidden = false;
  button.hidden = !window.Notification;
  draw(button.hidden ? "none" : isTelling() ? "on" : wanted ? Notification.permission : "");
  button.addEventListener("click", async () => draw(isTelling() ? turnOff() : await turnOn()));

  function draw(state) {
    button.textContent = isTelling() ? button.dataset.stop : button.dataset.start;
    status.textContent = WORDS[state] ?? "";
  }
}

function turnOff() {
  keep(CHOICE, "");
  return "off";
}

async function turnOn() {
  const permission = await Notification.requestPermission();
  if (permission !== "granted") return permission;
  if (!show("This is how you are told", "When someone waits in the inbox.", false)) return "none";
  keep(CHOICE, "yes");
  return isTelling() ? "on" : "forgets";
}

document.addEventListener("session", ({ detail }) => {
  if (isTelling() && !document.hasFocus()) show("The inbox", SESSION[detail], detail === "over");
});

// Phones refuse by an exception. A tag, so that there is one at a time, whatever the number of tabs.
function show(title, body, stays) {
  try {
    const shown = new Notification(title, { body, tag: "inbox", renotify: true, requireInteraction: stays });
    shown.onclick = () => {
      window.focus();
      shown.close();
    };
    return true;
  } catch {
    return false;
  }
}

// Storage can be off.
function recall(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Then `isTelling` stays false, and the button says so.
  }
}
