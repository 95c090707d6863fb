// The pill buttons under the page's newest message. They go with the next message, whoever writes it.

import { element } from "./dom.js";

export class QuickReplies {
  #shownFor = null;

  /** `said` tells a screen reader what is offered; `tap(title, payload)` is called when one is chosen. */
  constructor(group, said, tap) {
    this.group = group;
    this.said = said;
    this.tap = tap;
  }

  /** `newest`: the newest message of all, on its way or on the phone. */
  show(newest) {
    const replies = newest?.sender === "page" ? (newest.quick_replies ?? []) : [];
    const shownFor = replies.length ? newest.mid : null;
    if (shownFor === this.#shownFor) return;
    this.#shownFor = shownFor;
    const holdsFocus = this.group.contains(document.activeElement);
    this.group.replaceChildren(...replies.map((reply) => this.#pill(reply)));
    this.group.hidden = !replies.length;
    this.said.textContent = replies.length ? `Suggested replies: ${replies.map(({ title }) => title).join(", ")}` : "";
    if (holdsFocus) this.group.closest("[tabindex]").focus({ preventScroll: true });
  }

  #pill({ title, payload }) {
    const pill = element("button", { type: "button", dir: "auto" }, title);
    pill.addEventListener("click", () => this.tap(title, payload));
    return pill;
  }
}
