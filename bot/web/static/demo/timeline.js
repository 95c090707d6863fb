// From messages to the rows that a phone shows: who, what, grouped how, with which time and status. No DOM here.

const NEW_DIVIDER_AFTER = 15 * 60; // seconds
const SAME_GROUP_WITHIN = 2 * 60;

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" });

/** `at` in seconds since 1970 -> "14:03". */
export function clockTime(at) {
  return clock.format(at * 1000);
}

function dayAndTime(at, now) {
  const name = day.format(at * 1000);
  const isToday = name === day.format(now * 1000);
  const isYesterday = name === day.format((now - 24 * 3600) * 1000);
  return `${isToday ? "Today" : isYesterday ? "Yesterday" : name}, ${clockTime(at)}`;
}

/**
 * The rows, oldest first: dividers `{key, divider}` and messages `{key, sender, content, first, last, under}`.
 * `delivered` says of a mid whether the service took its webhook.
 */
export function timeline({ messages, pending, phone }, delivered, now) {
  const all = [...messages, ...pending.filter((one) => one.shown).map(onItsWay)];
  const lastOwn = all.findLast((message) => message.sender === "patient" && !message.unsent);
  return all.flatMap((message, place) => {
    const before = all[place - 1];
    const after = all[place + 1];
    const opens = !before || message.at - before.at > NEW_DIVIDER_AFTER;
    const last = !isSameGroup(message, after);
    const row = {
      key: message.key,
      sender: message.sender,
      content: contentOf(message),
      first: opens || !isSameGroup(before, message),
      last,
      under: underneath(message, last, message === lastOwn && statusOf(message, all.at(-1), phone, delivered)),
    };
    return opens ? [{ key: `before-${message.key}`, divider: dayAndTime(message.at, now) }, row] : [row];
  });
}

function onItsWay(one) {
  return { ...one.shown, key: one.key, sender: "patient", at: one.at, state: one.state };
}

function isSameGroup(one, next) {
  return Boolean(one && next) && one.sender === next.sender && next.at - one.at <= SAME_GROUP_WITHIN;
}

function contentOf({ kind, text, attachments, unsent }) {
  return unsent ? { kind: "unsent" } : { kind, text, attachments };
}

function underneath(message, last, status) {
  const edited = message.edits > 0 && !message.unsent && "Changed";
  return [edited, (last || status) && clockTime(message.at), status].filter(Boolean).join(" · ");
}

function statusOf(message, newest, phone, delivered) {
  if (message.state) return message.state === "waiting" ? "Not sent yet, trying again" : "Sending";
  if (phone.seen_at !== null && phone.seen_at >= message.at) return "✓✓ Read";
  return newest !== message || delivered(message.mid) ? "✓✓ Delivered" : "✓ Sent";
}
