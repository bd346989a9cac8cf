// Make the calls that stand in the JSON on standard input, one after the other, and print what came of each as JSON.
//
// {"connectionString", "hub", "options", "calls": [[method, argument, …]]}; a method of a group is "group/method".
// An argument {"$bytes": [1, 2]} stands for an ArrayBuffer. Without calls, the names of all methods are printed.

import { text } from "node:stream/consumers";
import { WebPubSubServiceClient } from "@azure/web-pubsub";

const { connectionString, hub, options, calls } = JSON.parse(await text(process.stdin));
const client = new WebPubSubServiceClient(connectionString, hub, {
  allowInsecureConnection: true,
  retryOptions: { maxRetries: 0 },
  ...options,
});

function methods(object) {
  return Object.getOwnPropertyNames(Object.getPrototypeOf(object)).filter((name) => name !== "constructor");
}

function argument(given) {
  return given?.$bytes ? new Uint8Array(given.$bytes).buffer : given;
}

async function call([method, ...given]) {
  const [group, name] = method.includes("/") ? method.split("/") : [null, method];
  const object = group === null ? client : client.group(group);
  const result = await object[name](...given.map(argument));
  if (!result?.byPage) return result ?? null;
  const pages = [];
  for await (const page of result.byPage()) pages.push(page);
  return pages;
}

async function outcome(one) {
  try {
    return { value: await call(one) };
  } catch (error) {
    return { error: { name: error.name, status: error.statusCode ?? null, code: error.code ?? null, message: error.message } };
  }
}

const outcomes = [];
for (const one of calls ?? []) outcomes.push(await outcome(one));
console.log(JSON.stringify(calls ? outcomes : [...methods(client), ...methods(client.group("g")).map((name) => `group/${name}`)]));
