// Talks to the stand-in for Meta. The patient's id travels in bodies only, never in an address.

const ANSWER_WITHIN = 15_000; // milliseconds; an act waits until the service took its webhook, 5 seconds at most

/** The stand-in did not answer: it may be starting again. */
export class Unreachable extends Error {}

/** A phone cannot do that; the message says why. */
export class Refused extends Error {}

export class StandIn {
  constructor(address, pageId) {
    this.address = address;
    this.pageId = pageId;
  }

  /** Do `act` as the patient. Gives `{mid, status}`: the webhook's HTTP status, null if the service did not answer. */
  act(psid, act) {
    return this.#ask("patient", { page_id: this.pageId, psid, ...act });
  }

  /** What the phone shows: `{messages, typing, seen_at, ...}`, times in seconds since 1970. */
  transcript(psid) {
    return this.#ask("messages", { page_id: this.pageId, psid });
  }

  /** The Graph calls that came after the one with this id: `{calls, webhooks}`. */
  callsAfter(id) {
    return this.#ask(`calls?after=${id}`);
  }

  async #ask(path, body) {
    const options = body && {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    };
    let answer, content;
    try {
      answer = await fetch(`${this.address}/${path}`, { ...options, signal: AbortSignal.timeout(ANSWER_WITHIN) });
      content = await answer.json();
    } catch {
      throw new Unreachable();
    }
    if (answer.status === 400) throw new Refused(content.error);
    if (!answer.ok) throw new Unreachable();
    return content;
  }
}
