// Queues by interval: calls, waits and the service level as charts, and the same as a table.
import { Chart } from "./chart.js";
import { Nothing, useReport } from "./load.js";
import { duration } from "../live/clock.js";
import { html } from "../parts/html.js";
import { useMemo } from "../vendor/hooks.js";
import { dateOf, percent, t } from "../words/words.js";

export function QueuesReport({ question }) {
  const { agent, ...ofQueues } = question;
  const state = useReport("queues", ofQueues);
  const sums = useMemo(() => summed(state.rows ?? []), [state.rows]);
  const times = useMemo(() => sums.map(({ at }) => at), [sums]);
  const charts = useMemo(() => chartsOf(sums), [sums]);
  if (!state.rows?.length) return html`<${Nothing} state=${state} />`;
  return html`
    ${charts.map(({ title, series, format }) => html`<${Chart} key=${title} title=${t(title)} times=${times} step=${STEPS[question.interval]} series=${series} format=${format} />`)}
    <div class="scroll"><table>
      <thead><tr><th scope="col">${t("interval")}</th><th scope="col">${t("queue")}</th>
        ${COLUMNS.map(([name]) => html`<th key=${name} scope="col" class="number">${t(`column.${name}`)}</th>`)}</tr></thead>
      <tbody>${state.rows.filter(({ offered, answered, talk_s }) => offered || answered || talk_s).map((row) => html`
        <tr key=${row.queue + row.begin}><td>${dateOf(Date.parse(row.begin) / 1000)}</td><th scope="row">${row.queue}</th>
          ${COLUMNS.map(([name, show]) => html`<td key=${name} class="number">${show(row[name])}</td>`)}</tr>`)}</tbody>
    </table></div>`;
}

const seconds = (value) => (value === null ? "–" : duration(value));
const STEPS = { "15m": 900, "30m": 1800, "1h": 3600, "1d": 86_400 };
const COLUMNS = [
  ["offered", String], ["answered", String], ["abandoned", String], ["service_level", percent],
  ["answered_wait_avg_s", seconds], ["answered_wait_max_s", seconds], ["talk_avg_s", seconds], ["talk_s", seconds],
];

/** Several queues' rows of one interval as one. */
function summed(rows) {
  const sums = new Map();
  for (const row of rows) {
    const at = Date.parse(row.begin) / 1000;
    const sum = sums.get(at) ?? { at, offered: 0, answered: 0, abandoned: 0, in_level: 0, wait_s: 0, max_s: 0 };
    sum.offered += row.offered;
    sum.answered += row.answered;
    sum.abandoned += row.abandoned;
    sum.in_level += (row.service_level ?? 0) * row.answered;
    sum.wait_s += (row.answered_wait_avg_s ?? 0) * row.answered;
    sum.max_s = Math.max(sum.max_s, row.answered_wait_max_s);
    sums.set(at, sum);
  }
  return [...sums.values()].sort((one, other) => one.at - other.at);
}

function chartsOf(sums) {
  const of = (name) => sums.map((sum) => sum[name]);
  const mean = (name) => sums.map((sum) => (sum.answered ? sum[name] / sum.answered : null));
  return [
    {
      title: "chart.calls",
      format: (value) => String(Math.round(value)),
      series: [
        { label: t("column.offered"), values: of("offered"), color: "--bar", kind: "bars" },
        { label: t("column.answered"), values: of("answered"), color: "--good", kind: "line" },
        { label: t("column.abandoned"), values: of("abandoned"), color: "--bad", kind: "line" },
      ],
    },
    {
      title: "chart.waits",
      format: duration,
      series: [
        { label: t("column.answered_wait_max_s"), values: of("max_s"), color: "--bar", kind: "bars" },
        { label: t("column.answered_wait_avg_s"), values: mean("wait_s"), color: "--accent", kind: "line" },
      ],
    },
    {
      title: "chart.level",
      format: (value) => `${Math.round(value)} %`,
      series: [{ label: t("column.service_level"), values: mean("in_level").map((share) => share && share * 100), color: "--good", kind: "line" }],
    },
  ];
}
