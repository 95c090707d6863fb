// What a patient can do, in three forms: what the stand-in takes (`act`), what shows at once (`shown`), plain words (`what`).

const FILES = { image: "photo", audio: "voice note" };

export function text(words) {
  return { act: { text: words }, shown: { kind: "text", text: words }, what: "text message" };
}

export function quickReply(title, payload) {
  const shown = { kind: "quick_reply", text: title };
  return { act: { quick_reply: payload, text: title }, shown, what: "tap on a suggested reply" };
}

export function postback(title, payload, what = "tap on a button") {
  return { act: { postback: payload, title }, shown: { kind: "postback", text: title }, what };
}

export function sticker() {
  return { act: { sticker: true }, shown: { kind: "sticker" }, what: "thumbs up sticker" };
}

/** `type` is Meta's word: image or audio. */
export function file(type) {
  return { act: { attachment: type }, shown: { kind: "attachment", attachments: [type] }, what: FILES[type] };
}

export function edit(mid, words) {
  return { act: { edit: { mid, text: words } }, what: "changed message" };
}

export function unsend(mid) {
  return { act: { unsend: mid }, what: "unsent message" };
}

/** A link in a post: the first time it comes with the tap on Get started, later by itself, as at Meta. */
export function arriveFromPost(getStarted, isFirst) {
  const referral = { ref: "post-cervical-screening", source: "SHORTLINK" };
  if (!isFirst || !getStarted) return { act: { referral }, what: "arrival from a post" };
  const start = postback("Get started", getStarted, "Get started, from a post");
  return { ...start, act: { ...start.act, referral } };
}
