// The bubbles. A node stays the same as long as its message does, so a screen reader hears each message once.

import { element, hidden, icon, withLinks } from "./dom.js";

const NEAR_THE_END = 80; // CSS pixels

export class MessageList {
  #shown = new Map(); // key -> {node, face, ...}
  #followsEnd = true;

  /** `parts`: the elements log, scroller and newest. */
  constructor(parts, pageName) {
    this.parts = parts;
    this.pageName = pageName;
    parts.scroller.addEventListener("scroll", () => this.#scrolled());
    parts.newest.addEventListener("click", () => {
      this.showEnd();
      parts.scroller.focus();
    });
    new ResizeObserver(() => this.#followsEnd && this.#shown.size && this.showEnd()).observe(parts.scroller);
  }

  /** Measured, because a scroll is told of only with the next picture on the screen. */
  isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.parts.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_THE_END;
  }

  /** Show exactly these rows of `timeline.js`; `followed`: whether the end was in sight before anything changed. */
  show(rows, followed) {
    const hadRows = this.#shown.size > 0;
    const added = rows.filter((row) => !this.#shown.has(row.key));
    this.#removeAllBut(new Set(rows.map((row) => row.key)));
    let place = this.parts.log.firstElementChild;
    for (const row of rows) {
      const { node } = this.#upToDate(row);
      if (node === place) place = place.nextElementSibling;
      else this.parts.log.insertBefore(node, place);
    }
    this.parts.log.ariaBusy = "false";
    if (!rows.length) this.#showStart(hadRows);
    else if (followed || !hadRows || added.some((row) => row.sender === "patient")) this.showEnd();
    else if (added.some((row) => row.sender === "page")) this.parts.newest.hidden = false;
  }

  showEnd() {
    this.parts.scroller.scrollTop = this.parts.scroller.scrollHeight;
    this.#followsEnd = true;
    this.parts.newest.hidden = true;
  }

  #showStart(isNew) {
    this.parts.newest.hidden = true;
    if (isNew) this.parts.scroller.scrollTop = 0;
  }

  #scrolled() {
    this.#followsEnd = this.isAtEnd();
    if (this.#followsEnd) this.parts.newest.hidden = true;
  }

  #removeAllBut(keys) {
    for (const [key, { node }] of this.#shown) {
      if (keys.has(key)) continue;
      node.remove();
      this.#shown.delete(key);
    }
  }

  #upToDate(row) {
    const shown = this.#shown.get(row.key) ?? this.#make(row);
    const face = JSON.stringify(row);
    if (shown.face === face) return shown;
    shown.face = face;
    if (!row.divider) this.#fill(shown, row);
    return shown;
  }

  #make(row) {
    const shown = row.divider
      ? { node: element("p", { className: "divider" }, row.divider) }
      : { node: element("div"), bubble: element("div"), under: element("p", { className: "under", ariaLive: "off" }) };
    if (!row.divider) shown.node.append(shown.bubble, shown.under);
    this.#shown.set(row.key, shown);
    return shown;
  }

  #fill(shown, row) {
    shown.node.className = ["message", row.sender, row.first && "first", row.last && "last"].filter(Boolean).join(" ");
    shown.node.dataset.letter = row.sender === "page" ? this.pageName.slice(0, 1) : "";
    shown.under.textContent = row.under;
    shown.under.hidden = !row.under;
    const content = JSON.stringify(row.content);
    if (shown.content === content) return;
    shown.content = content;
    shown.bubble.className = `bubble is-${row.content.kind}`;
    const speaker = row.sender === "page" ? this.pageName : "You";
    shown.bubble.replaceChildren(hidden(`${speaker}: `), ...inBubble(row.content));
  }
}

function inBubble({ kind, text, attachments }) {
  if (kind === "unsent") return [element("p", { className: "text" }, "Message unsent")];
  if (kind === "sticker") return [icon("thumb"), hidden("thumbs up")];
  const words = text ? [element("p", { className: "text", dir: "auto" }, ...withLinks(text))] : [];
  return [...(attachments ?? []).filter((type) => type !== "template").map(file), ...words];
}

function file(type) {
  if (type === "image") return element("p", { className: "file photo" }, icon("photo"), "Sample photo");
  if (type === "audio") return element("p", { className: "file voice" }, icon("voice"), "Sample voice note");
  return element("p", { className: "file" }, "File");
}
