// "What Meta saw": the webhooks that the stand-in posted, and the Graph calls that it got, for this patient.

import { element } from "./dom.js";
import { webhooks } from "./patient.js";
import { Unreachable } from "./stand_in.js";

const LOOK_EVERY = 1_500; // milliseconds
const MOST_ROWS = 100;
const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const ACTIONS = { typing_on: "typing dots on", typing_off: "typing dots off", mark_seen: "mark as read" };

export class MetaPanel {
  #calls = [];
  #newest = 0; // id of the newest call known
  #face = "";

  /** `parts`: rows, empty, table, waiting. `patient()` gives the id of the patient at this moment. */
  constructor(parts, standIn, patient) {
    this.parts = parts;
    this.standIn = standIn;
    this.patient = patient;
    this.#run();
  }

  async #run() {
    for (;;) {
      if (!document.hidden) await this.#look().catch((error) => this.#startOver(error));
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
    }
  }

  /** After a restart the stand-in may have begun a new file, in which ids start again. */
  #startOver(error) {
    if (!(error instanceof Unreachable)) throw error;
    this.#calls = [];
    this.#newest = 0;
  }

  async #look() {
    const { calls, webhooks: counts } = await this.standIn.callsAfter(this.#newest);
    this.#newest = calls.at(-1)?.id ?? this.#newest;
    this.#calls.push(...calls.map(({ id, at, method, path, psid, status, code, subcode, body }) => (
      { id, at, psid, what: whatCall(method, path, body), status, code, subcode }
    )));
    this.#show(counts);
  }

  #show(counts) {
    const psid = this.patient();
    const calls = this.#calls.filter((call) => call.psid === null || call.psid === psid).map(callRow);
    const rows = [...calls, ...webhooks().map(webhookRow)].sort((one, other) => other.at - one.at).slice(0, MOST_ROWS);
    this.parts.waiting.textContent = `${counts.waiting} webhooks wait for the service to take them.`;
    this.parts.waiting.hidden = counts.waiting === 0;
    const face = JSON.stringify(rows);
    if (face === this.#face) return;
    this.#face = face;
    this.parts.rows.replaceChildren(...rows.map(tableRow));
    this.parts.table.hidden = !rows.length;
    this.parts.empty.hidden = rows.length > 0;
  }
}

function whatCall(method, path, body) {
  const name = path.split("/").at(-1);
  if (name !== "messages") return `Graph API: ${method === "GET" ? "read" : "set"} ${name.replaceAll("_", " ")}`;
  if (body?.sender_action) return `Send API: ${ACTIONS[body.sender_action] ?? "unknown action"}`;
  const replies = body?.message?.quick_replies?.length ?? 0;
  return `Send API: message${replies ? ` with ${replies} suggested ${replies === 1 ? "reply" : "replies"}` : ""}`;
}

function callRow({ at, what, status, code, subcode }) {
  const error = code === null ? "" : [code, subcode].filter((number) => number !== null).join("/");
  return { at, from: "From the service", what, ok: status === 200, result: `${status} ${status === 200 ? "taken" : "refused"}`, error };
}

function webhookRow({ at, what, status }) {
  const result = status === null ? "No answer, sent again later" : `${status} ${status === 200 ? "taken" : "sent again later"}`;
  return { at, from: "To the service", what: `Webhook: ${what}`, ok: status === 200, result, error: "" };
}

function tableRow({ at, from, what, ok, result, error }) {
  return element(
    "tr",
    { className: from === "To the service" ? "webhook" : "call" },
    element("td", {}, clock.format(at * 1000)),
    element("td", {}, element("span", { className: "from" }, from), what),
    element("td", { className: ok ? "ok" : "failed" }, result),
    element("td", {}, error || "none"),
  );
}
