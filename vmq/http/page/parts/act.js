// Sends a command, and shows what the server says when it refuses. What came of it is seen in the stream.
import { command } from "../api.js";
import { t } from "../words/words.js";

const listeners = new Set();

/** Be told of each message: { text, kind: failure|done }. */
export function onMessage(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Say something to the person. */
export const say = (text, kind = "done") => listeners.forEach((listener) => listener({ text, kind }));

/** Give a command; true when it was taken in. A refusal is shown as the server said it. */
export async function act(path, body, method) {
  try {
    await command(path, body, method);
    return true;
  } catch (problem) {
    say(problem.status ? problem.message : t("problem.network"), "failure");
    return false;
  }
}
