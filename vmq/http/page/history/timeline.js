// A call on a time line: how long he waited and talked, and each offer under it, where it began and how it ended.
import { duration } from "../live/clock.js";
import { html } from "../parts/html.js";
import { t, timeOf, tOr } from "../words/words.js";

export function Timeline({ call }) {
  const begin = call.entered_at;
  const end = Math.max(call.ended_at, call.connected_at + call.talk_s, begin + call.wait_s, ...call.offers.map((offer) => offer.at + offer.ring_s), begin + 1);
  const bar = (from, seconds) => ({ left: `${(100 * (from - begin)) / (end - begin)}%`, width: `max(3px, ${(100 * seconds) / (end - begin)}%)` });
  const lanes = [
    { name: t("caller.wait"), kind: "waiting", from: begin, seconds: call.wait_s, says: duration(call.wait_s) },
    ...call.offers.map((offer) => ({
      name: offer.agent,
      kind: offer.outcome === "answered" ? "answered" : "failed",
      from: offer.at,
      seconds: offer.ring_s,
      says: `${timeOf(offer.at)} · ${t("timeline.rang", { s: duration(offer.ring_s) })} · ${tOr(`offer.${offer.outcome || "rings"}`, offer.outcome)}`,
    })),
    ...(call.connected_at ? [{ name: t("caller.talk"), kind: "talking", from: call.connected_at, seconds: call.talk_s, says: duration(call.talk_s) }] : []),
  ];
  return html`
    <ol class="timeline">
      ${lanes.map((lane, at) => html`
        <li key=${at}><span class="lane-name">${lane.name}</span>
          <span class="lane" aria-hidden="true"><span class=${`bar is-${lane.kind}`} style=${bar(lane.from, lane.seconds)}></span></span>
          <span class="lane-says">${lane.says}</span></li>`)}
    </ol>`;
}
