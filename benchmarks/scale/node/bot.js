// The Facebook adapter for Node with the smallest bot there is: one fixed reply, nothing understood, nothing stored.
// Arguments: port, app secret, host of the stand-in for Meta's API. The adapter speaks https only; the stand-in does not.
"use strict";
const [port, secret, graph] = process.argv.slice(2);

const plain = require("request");
const path = require.resolve("request");
require.cache[path].exports = (options, done) => plain({ ...options, uri: options.uri.replace("https:", "http:") }, done);

const express = require("express");
const { FacebookAdapter } = require("botbuilder-adapter-facebook");

const adapter = new FacebookAdapter({
  verify_token: "verify", app_secret: secret, access_token: "token", api_host: graph, api_version: "v26.0",
});
const app = express();
app.use(express.json({ verify: (request, _response, raw) => { request.rawBody = raw; } }));
app.get("/healthz", (_request, response) => response.end("ok"));
app.post("/webhook", (request, response) => {
  adapter
    .processActivity(request, response, async (context) => {
      if (context.activity.type === "message") await context.sendActivity("We have your message.");
    })
    .catch(() => response.status(500).end());
});
app.listen(Number(port), "127.0.0.1");
