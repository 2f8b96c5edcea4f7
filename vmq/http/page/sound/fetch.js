// Sounds of the API as something that an <audio> can play: it can't send a token itself.
import { address, ask } from "../api.js";

/** An object URL of a sound; whoever asked gives it back with URL.revokeObjectURL. Throws a Problem or a TypeError. */
export async function soundOf(path, query) {
  return URL.createObjectURL(await (await ask(address(path, query))).blob());
}
