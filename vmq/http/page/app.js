// Begins the page: words, session, live store, and then the shell with the room that the address names.
import { loadSession } from "./session.js";
import { Shell } from "./shell.js";
import { Store } from "./live/store.js";
import { TokenForm } from "./token.js";
import { html } from "./parts/html.js";
import { render } from "./vendor/preact.js";
import { loadWords } from "./words/words.js";

const page = document.getElementById("page");

async function begin() {
  const session = await loadSession();
  const store = new Store();
  render(html`<${Shell} store=${store} session=${session} />`, page);
  store.run();
}

/** Until the server is there and knows who asks. */
async function beginOrAsk() {
  try {
    await begin();
  } catch (problem) {
    render(html`<${TokenForm} problem=${problem} onToken=${beginOrAsk} />`, page);
  }
}

await loadWords();
beginOrAsk();
