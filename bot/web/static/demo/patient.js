// Which patient this tab is, and which webhooks went out for them: kept for the tab, so that a reload changes nothing.

const PATIENT = "demo-patient";
const WEBHOOKS = "demo-webhooks";
const MOST_WEBHOOKS = 200;

/** The id of this tab's patient, made at random on first use. */
export function currentPatient() {
  return sessionStorage.getItem(PATIENT) ?? newPatient();
}

/** Forget the patient and become another. */
export function newPatient() {
  const digits = crypto.getRandomValues(new Uint8Array(15));
  const psid = "7" + Array.from(digits, (byte) => byte % 10).join("");
  sessionStorage.setItem(PATIENT, psid);
  sessionStorage.removeItem(WEBHOOKS);
  return psid;
}

/** The webhooks of this patient, oldest first: `{at, what, status, mid}`. */
export function webhooks() {
  return JSON.parse(sessionStorage.getItem(WEBHOOKS) ?? "[]");
}

export function addWebhook(webhook) {
  sessionStorage.setItem(WEBHOOKS, JSON.stringify([...webhooks(), webhook].slice(-MOST_WEBHOOKS)));
}
