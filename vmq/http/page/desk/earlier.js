// Earlier calls of this number, newest first.
import { get } from "../api.js";
import { html } from "../parts/html.js";
import { useEffect, useState } from "../vendor/hooks.js";
import { dateOf, t, tOr } from "../words/words.js";
import { duration } from "../live/clock.js";

const SHOWN = 5;

export function Earlier({ number, callId }) {
  const [calls, setCalls] = useState(null);
  useEffect(() => {
    let isWanted = Boolean(number);
    setCalls(null);
    if (isWanted) {
      get("/reports/earlier", { number, limit: SHOWN + 1 }).then(
        ({ rows }) => isWanted && setCalls(rows.filter((row) => row.call_id !== callId).slice(0, SHOWN)),
        () => {},
      );
    }
    return () => {
      isWanted = false;
    };
  }, [number, callId]);
  if (!calls) return null;
  return html`
    <h3>${t("earlier")}</h3>
    ${calls.length === 0 && html`<p class="soft">${t("earlier.none")}</p>`}
    <ul class="earlier">
      ${calls.map((call) => html`
        <li key=${call.id}><time>${dateOf(call.entered_at)}</time> <span>${call.queue}</span>
          <span>${tOr(`outcome.${call.outcome}`, call.outcome)}${call.agent && ` · ${call.agent}`}${call.talk_s ? ` · ${duration(call.talk_s)}` : ""}</span>
          ${call.disposition && html`<b>${call.disposition}</b>`} ${call.note && html`<span class="soft">${call.note}</span>`}</li>`)}
    </ul>`;
}
