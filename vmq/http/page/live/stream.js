// Reads the live stream: server-sent events over fetch, since EventSource can't send a token.
import { address, ask } from "../api.js";

/**
 * Follow the journal after `lastId` until the server ends it or `signal` aborts.
 *
 * `onOpen` is called when it stands, `onRecord` with each entry, `onReset` when the journal doesn't reach back so far.
 * Throws a Problem or a TypeError.
 */
export async function follow(lastId, { onOpen, onRecord, onReset, signal }) {
  const response = await ask(address("/events"), { headers: { "Last-Event-ID": String(lastId) }, signal });
  onOpen();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const frames = (rest + value).split("\n\n");
    rest = frames.pop();
    for (const frame of frames) {
      const { event, data } = fieldsOf(frame);
      if (event === "record") onRecord(JSON.parse(data));
      if (event === "reset") onReset();
    }
  }
}

function fieldsOf(frame) {
  const fields = {};
  for (const line of frame.split("\n")) {
    const at = line.indexOf(": ");
    if (at > 0) fields[line.slice(0, at)] = line.slice(at + 2);
  }
  return fields;
}
