// Drives @azure/web-pubsub-client: a call per line of standard input, outcomes and events as lines of standard output.
// Arguments: the client URL, the subprotocol's name if it is not the SDK's own choice, and options of the SDK as JSON.

import { createInterface } from "node:readline";
import { WebPubSubClient, WebPubSubJsonProtocol } from "@azure/web-pubsub-client";

const [url, subprotocol, options] = process.argv.slice(2);
const protocol = subprotocol ? { protocol: WebPubSubJsonProtocol() } : {};
const client = new WebPubSubClient(url, { ...protocol, ...JSON.parse(options ?? "{}") });
const streams = new Map();
let subscription = null;

function say(line) {
  console.log(JSON.stringify(line));
}

function bytes(text) {
  const buffer = Buffer.from(text, "base64");
  return buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.length);
}

function content(data, dataType) {
  return dataType === "binary" ? bytes(data) : data;
}

function shown(message) {
  const data = message.data instanceof ArrayBuffer ? Buffer.from(message.data).toString("base64") : message.data;
  const { group, fromUserId, dataType, sequenceId } = message;
  return { group, fromUserId, dataType, data, sequenceId };
}

const listeners = {
  connected: ({ connectionId, userId }) => say({ event: "connected", connectionId, userId }),
  disconnected: ({ connectionId, message }) => say({ event: "disconnected", connectionId, message: message?.message }),
  stopped: () => say({ event: "stopped" }),
  "group-message": ({ message }) => say({ event: "group-message", ...shown(message) }),
  "server-message": ({ message }) => say({ event: "server-message", ...shown(message) }),
  "rejoin-group-failed": ({ group }) => say({ event: "rejoin-group-failed", group }),
};
for (const [name, listener] of Object.entries(listeners)) client.on(name, listener);

const calls = {
  methods: () => Object.getOwnPropertyNames(WebPubSubClient.prototype).filter((name) => !/^(_|constructor$)/.test(name)),
  on: (name) => client.on(name, listeners[name]),
  off: (name) => client.off(name, listeners[name]),
  start: () => client.start(),
  stop: () => client.stop(),
  joinGroup: (group) => client.joinGroup(group),
  leaveGroup: (group) => client.leaveGroup(group),
  sendToGroup: (group, data, dataType, options) =>
    client.sendToGroup(group, content(data, dataType), dataType, options),
  sendEvent: (name, data, dataType, options) => client.sendEvent(name, content(data, dataType), dataType, options),
  invokeEvent: (name, data, dataType) => client.invokeEvent(name, content(data, dataType), dataType),
  watchStreams: () => {
    subscription = client.onGroupStream(async (stream) => {
      const { streamId, groupName } = stream;
      const data = [];
      try {
        for await (const message of stream) data.push(message.data);
        say({ event: "stream-completed", streamId, groupName, data });
      } catch (error) {
        say({ event: "stream-failed", streamId, groupName, data, error });
      }
    });
  },
  ignoreStreams: () => subscription.close(),
  openStream: async (group, options) => {
    const stream = await client.openGroupStream(group, options);
    stream.onError((error) => say({ event: "stream-error", streamId: stream.streamId, name: error.name }));
    streams.set(stream.streamId, stream);
    return stream.streamId;
  },
  write: (streamId, data, dataType) => streams.get(streamId).write(content(data, dataType), dataType),
  end: (streamId) => streams.get(streamId).end(),
  abort: (streamId, error) => streams.get(streamId).abort(error),
};

function failure(error) {
  const { name, message, errorDetail } = error;
  return { name, message, detail: errorDetail?.name };
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, call, args } = JSON.parse(line);
  Promise.resolve()
    .then(() => calls[call](...args))
    .then(
      (value) => say({ id, value: value ?? null }),
      (error) => say({ id, error: failure(error) }),
    );
}
process.exit(0);
