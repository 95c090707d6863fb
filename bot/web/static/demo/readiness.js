// The line at the top: what the service still waits for after a start, and whether the demo can be reached.

const LOOK_EVERY = 2_000; // milliseconds

// `/readyz` names what is wrong; a newcomer wants to know what is being waited for.
const WAITING_FOR = {
  "the database has not been migrated": "the database to be set up",
  "the database cannot be used": "the database to come back",
  "no worker is running": "the worker to start",
  "the NLU server does not read messages yet": "the language model to load",
};

export class Readiness {
  #starting = "";
  #reachable = true;
  #watching = false;

  constructor(line) {
    this.line = line;
    this.#watch();
  }

  /** Tell how the last look at the conversation went. */
  reached(yes) {
    if (yes && !this.#reachable) this.#watch();
    this.#reachable = yes;
    this.#show();
  }

  async #watch() {
    if (this.#watching) return;
    this.#watching = true;
    while (await this.#isStarting()) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
    this.#watching = false;
  }

  async #isStarting() {
    try {
      const answer = await fetch("/readyz");
      const { ready, waiting_for: problems } = await answer.json();
      this.#starting = ready ? "" : `Starting: waiting for ${list(problems.map((one) => WAITING_FOR[one] ?? one))}. `;
    } catch {
      return true;
    }
    this.#show();
    return this.#starting !== "";
  }

  #show() {
    const starting = this.#starting && `${this.#starting}You can write already.`;
    const text = this.#reachable ? starting : "Cannot reach the demo, trying again.";
    if (this.line.textContent !== text) this.line.textContent = text;
  }
}

function list(words) {
  return new Intl.ListFormat("en-GB").format(words);
}
