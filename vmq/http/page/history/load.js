// Asks for a report, and says how that went: rows, loading, or what the server said.
import { get } from "../api.js";
import { html } from "../parts/html.js";
import { useEffect, useState } from "../vendor/hooks.js";
import { t } from "../words/words.js";

const MOST = 1000; // rows or intervals that a page shows

/** { rows, next, problem, more } of a report; `more` asks for the part that follows. */
export function useReport(report, question, limit = MOST) {
  const [state, setState] = useState({ rows: null, next: null, problem: null });
  const load = (after, before) => get(`/reports/${report}`, { ...question, limit, after }).then(
    ({ rows, next }) => setState({ rows: [...before, ...rows], next, problem: null }),
    (problem) => setState({ rows: before, next: null, problem }),
  );
  useEffect(() => {
    load(0, []);
  }, []);
  return { ...state, more: () => load(state.next, state.rows) };
}

/** What stands in place of a report that has nothing to show (yet). */
export function Nothing({ state }) {
  if (state.problem) return html`<p role="alert" class="empty">${state.problem.message}</p>`;
  return html`<p class="empty">${t(state.rows ? "history.none" : "history.loading")}</p>`;
}
