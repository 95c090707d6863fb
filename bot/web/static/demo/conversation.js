// One patient's conversation: asks the stand-in again and again what the phone shows, and sends what the patient does.

import { Refused, Unreachable } from "./stand_in.js";

const LOOK_EVERY = 700; // milliseconds, while the page is seen
const LOOK_EVERY_WHEN_HIDDEN = 5_000;
const LOOK_EVERY_WHEN_UNREACHABLE = 2_000;

export class Conversation {
  messages = null; // as the stand-in tells them, each with a `key` that never changes; null: not known yet
  pending = []; // sent from here and not on the phone yet, in order: {key, act, shown, what, at, mid, state}
  phone = {}; // typing, seen_at, ...
  #keys = new Map(); // mid -> key
  #stopped = false;
  #sending = false;
  #made = 0;
  #wake = () => {};

  /** `listener`: changed(), reached(yes), refused(reason), webhook({at, what, status, mid}). */
  constructor(standIn, psid, listener) {
    this.standIn = standIn;
    this.psid = psid;
    this.listener = listener;
    this.#run();
  }

  stop() {
    this.#stopped = true;
    this.#wake();
  }

  get isEmpty() {
    return this.messages?.length === 0 && !this.pending.some((one) => one.shown);
  }

  /** Do one of `acts.js` as soon as everything before it is done. It shows at once and is never lost. */
  does({ act, shown, what }) {
    this.#made += 1;
    this.pending.push({ key: `own-${this.#made}`, act, shown, what, at: Date.now() / 1000, state: "sending" });
    this.listener.changed();
    this.#send();
  }

  lookNow() {
    this.#wake();
  }

  async #run() {
    while (!this.#stopped) {
      const reached = await this.#look();
      if (this.#stopped) return;
      this.listener.reached(reached);
      if (reached) this.#send();
      await this.#pause(reached ? (document.hidden ? LOOK_EVERY_WHEN_HIDDEN : LOOK_EVERY) : LOOK_EVERY_WHEN_UNREACHABLE);
    }
  }

  #pause(milliseconds) {
    return new Promise((resolve) => {
      this.#wake = resolve;
      setTimeout(resolve, milliseconds);
    });
  }

  async #look() {
    let phone;
    try {
      phone = await this.standIn.transcript(this.psid);
    } catch {
      return false;
    }
    if (this.#stopped) return true;
    this.#recognise(phone.messages);
    this.messages = phone.messages.map((message) => ({ ...message, key: this.#keys.get(message.mid) ?? message.mid }));
    this.pending = this.pending.filter((one) => !(one.mid && one.shown && this.#has(one.mid)));
    this.phone = phone;
    this.listener.changed();
    return true;
  }

  /** The message being sent may stand on the phone before its answer comes, or although the answer got lost. */
  #recognise(messages) {
    const known = new Set([...(this.messages ?? messages), ...this.pending].map((one) => one.mid));
    const own = messages.find((message) => message.sender === "patient" && !known.has(message.mid));
    const next = this.#nextToSend();
    if (own && next?.shown && !next.mid) this.#name(next, own.mid);
  }

  #name(one, mid) {
    one.mid = mid;
    this.#keys.set(mid, one.key);
  }

  #has(mid) {
    return this.messages.some((message) => message.mid === mid);
  }

  async #send() {
    if (this.#sending || this.#stopped) return;
    this.#sending = true;
    while (this.#nextToSend() && (await this.#sendOne(this.#nextToSend())));
    this.#sending = false;
  }

  #nextToSend() {
    return this.#stopped ? undefined : this.pending.find((one) => !one.done);
  }

  /** False: the stand-in cannot be reached, so everything waits for the next look that succeeds. */
  async #sendOne(one) {
    one.state = "sending";
    const answer = this.standIn.act(this.psid, one.act);
    setTimeout(() => this.lookNow(), 60); // it stands on the phone before the service has taken the webhook
    try {
      const { mid, status } = await answer;
      if (this.#stopped) return false;
      if (mid && one.shown) this.#name(one, mid);
      this.listener.webhook({ at: one.at, what: one.what, status, mid });
      this.#finish(one);
    } catch (error) {
      if (this.#stopped) return false;
      if (error instanceof Unreachable) {
        one.state = "waiting";
        this.listener.changed();
        return false;
      }
      if (!(error instanceof Refused)) throw error;
      this.#drop(one);
      this.listener.refused(error.message);
    }
    this.lookNow();
    return true;
  }

  #finish(one) {
    one.done = true;
    if (!one.shown || (this.messages && this.#has(one.mid))) this.#drop(one);
  }

  #drop(one) {
    this.pending = this.pending.filter((other) => other !== one);
    this.listener.changed();
  }
}
