// A chat room as an event handler: node handler.js EMULATOR_ENDPOINT. Says as JSON what the middleware called.
import { WebPubSubEventHandler } from "@azure/web-pubsub-express";
import express from "express";

const say = (called, facts) => console.log(JSON.stringify({ called, ...facts }));

const handler = new WebPubSubEventHandler("chat", {
  path: "/eventhandler",
  allowedEndpoints: [process.argv[2]],
  handleConnect(request, response) {
    say("connect", { claims: request.claims, queries: request.queries, subprotocols: request.subprotocols });
    if (request.queries.banned) {
      response.fail(403, "you are banned");
      return;
    }
    response.setState("messages", 0);
    response.success({ userId: "guest", groups: ["room"], roles: ["webpubsub.sendToGroup.room"] });
  },
  onConnected(request) {
    say("connected", { context: request.context });
  },
  handleUserEvent(request, response) {
    say("event", { context: request.context, data: request.data, dataType: request.dataType });
    const { eventName, states } = request.context;
    if (eventName === "broken") {
      response.fail(400, "broken");
      return;
    }
    response.setState("messages", states.messages + 1);
    if (eventName === "silent") response.success();
    else if (eventName === "json") response.success(JSON.stringify({ echo: request.data }), "json");
    else response.success(`echo: ${request.data}`, "text");
  },
  onDisconnected(request) {
    say("disconnected", { context: request.context, reason: request.reason });
  },
});

const app = express();
app.use(handler.getMiddleware());
const server = app.listen(0, "127.0.0.1", () => say("listening", { port: server.address().port }));
