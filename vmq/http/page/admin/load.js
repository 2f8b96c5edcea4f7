// What the API says, asked for when a page needs it and again when that changed; and what it says when it refuses.
import { get } from "../api.js";
import { useStore } from "../live/use.js";
import { say } from "../parts/act.js";
import { html } from "../parts/html.js";
import { useEffect, useState } from "../vendor/hooks.js";
import { t } from "../words/words.js";

/** { data, problem, again } of an address; `kinds` are the journal's records after which it is asked anew. */
export function useGet(path, query = {}, kinds = []) {
  const store = useStore();
  const [state, setState] = useState({ data: null, problem: null });
  const asked = JSON.stringify([path, query]);
  const again = () => get(path, query).then((data) => setState({ data, problem: null }), (problem) => setState({ data: null, problem }));
  useEffect(() => {
    let isWanted = true;
    setState({ data: null, problem: null });
    get(path, query).then((data) => isWanted && setState({ data, problem: null }), (problem) => isWanted && setState({ data: null, problem }));
    const stop = store.observe(({ kind }) => kinds.includes(kind) && again());
    return () => {
      isWanted = false;
      stop();
    };
  }, [asked]);
  return { ...state, again };
}

/** What stands in place of data that isn't there (yet). */
export function Waiting({ problem }) {
  if (problem) return html`<p role="alert" class="empty">${wordsOf(problem)}</p>`;
  return html`<p class="empty">${t("history.loading")}</p>`;
}

/** What the server said, or that it said nothing. */
export const wordsOf = (problem) => (problem.status ? problem.message : t("problem.network"));

/** Do it; true when it worked. What doesn't is said. */
export async function tried(work, done = "") {
  try {
    await work();
    if (done) say(done);
    return true;
  } catch (problem) {
    say(wordsOf(problem), "failure");
    return false;
  }
}
