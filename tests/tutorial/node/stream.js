// The tutorial's Node publisher, written anew: node stream.js NEGOTIATE-URL.
// Each chunk of standard input becomes one message, its line end included.
import WebSocket from "ws";

const { url } = await (await fetch(process.argv[2])).json();
const socket = new WebSocket(url, "json.webpubsub.azure.v1");
let ackId = 0;

socket.on("open", () => {
  console.log(`open ${socket.protocol}`);
  process.stdin.on("data", (chunk) => {
    const data = chunk.toString();
    socket.send(JSON.stringify({ type: "sendToGroup", group: "stream", dataType: "text", ackId: ++ackId, data }));
  });
});
socket.on("message", (data) => console.log(`received ${data}`));
process.stdin.on("close", () => socket.close());
