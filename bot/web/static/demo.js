// The demo's chat window: puts the parts together. Each part is a file in `demo/`.

import * as acts from "./demo/acts.js";
import { Composer } from "./demo/composer.js";
import { Conversation } from "./demo/conversation.js";
import { MessageList } from "./demo/message_list.js";
import { MetaPanel } from "./demo/meta_panel.js";
import { addWebhook, currentPatient, newPatient, webhooks } from "./demo/patient.js";
import { QuickReplies } from "./demo/quick_replies.js";
import { Readiness } from "./demo/readiness.js";
import { StandIn } from "./demo/stand_in.js";
import { timeline } from "./demo/timeline.js";

const find = (id) => document.getElementById(id);
const { standIn: address, pageId, pageName } = find("demo").dataset;
const standIn = new StandIn(address, pageId);
const getStarted = find("get-started")?.dataset.payload;
const more = find("more");

const list = new MessageList({ log: find("messages"), scroller: find("scroller"), newest: find("newest") }, pageName);
const quickReplies = new QuickReplies(find("quick-replies"), find("replies-said"), (title, payload) => {
  does(acts.quickReply(title, payload));
});
const readiness = new Readiness(find("status"));
const composer = new Composer(
  {
    form: find("composer"),
    field: find("text"),
    send: find("send"),
    sticker: find("sticker"),
    moreButton: find("more-button"),
    more,
    editing: find("editing"),
    stopEditing: find("stop-editing"),
  },
  {
    sendText: (words) => does(acts.text(words)),
    sendEdit: (message, words) => does(acts.edit(message.mid, words)),
    sendSticker: () => does(acts.sticker()),
  },
);

let conversation = converse(currentPatient());

function converse(psid) {
  return new Conversation(standIn, psid, {
    changed: () => show(),
    reached: (yes) => readiness.reached(yes),
    refused: (reason) => notice(`That did not work: ${reason}.`),
    webhook: (webhook) => {
      addWebhook(webhook);
      show();
    },
  });
}

function does(what) {
  notice("");
  conversation.does(what);
}

function show() {
  const { messages, pending, phone } = conversation;
  if (messages === null) return;
  const newest = pending.findLast((one) => one.shown) ?? messages.at(-1);
  const taken = new Set(webhooks().filter(({ status }) => status === 200).map(({ mid }) => mid));
  const followed = list.isAtEnd();
  find("start-choices").hidden = !conversation.isEmpty;
  find("typing").hidden = !phone.typing;
  quickReplies.show(newest);
  list.show(timeline({ messages, pending, phone }, (mid) => taken.has(mid), Date.now() / 1000), followed);
}

function notice(text) {
  find("notice").textContent = text;
}

function lastOwn(isFit) {
  return (conversation.messages ?? []).findLast((one) => one.sender === "patient" && !one.unsent && isFit(one));
}

const MORE = {
  photo: () => does(acts.file("image")),
  voice: () => does(acts.file("audio")),
  edit: () => {
    const message = lastOwn((one) => one.kind === "text");
    if (message) composer.edit(message);
    else notice("There is no typed message to change yet.");
  },
  unsend: () => {
    const message = lastOwn(() => true);
    if (message) does(acts.unsend(message.mid));
    else notice("There is no message to unsend yet.");
  },
  referral: () => {
    does(acts.arriveFromPost(getStarted, conversation.isEmpty));
    notice("You came from the surgery’s post about cervical screening.");
  },
};

more.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (!button) return;
  composer.showMore(false);
  find("scroller").focus({ preventScroll: true });
  if (button.dataset.act) MORE[button.dataset.act]();
  else does(acts.postback(button.dataset.title, button.dataset.payload, "tap in the page’s menu"));
});

find("start-choices").addEventListener("click", ({ target }) => {
  const { title, payload } = target.closest("button")?.dataset ?? {};
  if (!payload) return;
  find("scroller").focus({ preventScroll: true });
  does(acts.postback(title, payload, payload === getStarted ? "Get started" : "tap on a first question"));
});

find("start-again").addEventListener("click", () => {
  conversation.stop();
  composer.clear();
  conversation = converse(newPatient());
  list.show([], true);
  quickReplies.show(undefined);
  find("typing").hidden = true;
  find("scroller").focus({ preventScroll: true });
  notice("You are a new patient now.");
});

document.addEventListener("visibilitychange", () => conversation.lookNow());
new MetaPanel(
  { rows: find("calls"), empty: find("no-calls"), table: find("calls-scroller"), waiting: find("webhooks-waiting") },
  standIn,
  currentPatient,
);
find("chat").hidden = false;
find("meta").hidden = false;
