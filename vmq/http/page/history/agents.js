// Agents by interval: what each did with his time, as a table.
import { Nothing, useReport } from "./load.js";
import { duration } from "../live/clock.js";
import { html } from "../parts/html.js";
import { dateOf, percent, t } from "../words/words.js";

const seconds = (value) => (value === null ? "–" : duration(value));
const COLUMNS = [
  ["completed", String], ["missed", String], ["refused", String], ["logged_in_s", seconds], ["talk_s", seconds],
  ["hold_s", seconds], ["wrap_up_s", seconds], ["paused_s", seconds], ["idle_s", seconds], ["occupancy", percent], ["handling_avg_s", seconds],
];

export function AgentsReport({ question }) {
  const { queue, ...ofAgents } = question;
  const state = useReport("agents", ofAgents);
  const rows = (state.rows ?? []).filter((row) => row.logged_in_s || row.offers);
  if (!rows.length) return html`<${Nothing} state=${state} />`;
  return html`
    <div class="scroll"><table>
      <thead><tr><th scope="col">${t("interval")}</th><th scope="col">${t("agent")}</th>
        ${COLUMNS.map(([name]) => html`<th key=${name} scope="col" class="number">${t(`column.${name}`)}</th>`)}</tr></thead>
      <tbody>${rows.map((row) => html`
        <tr key=${row.agent + row.begin}><td>${dateOf(Date.parse(row.begin) / 1000)}</td><th scope="row">${row.agent}</th>
          ${COLUMNS.map(([name, show]) => html`<td key=${name} class="number">${show(row[name])}</td>`)}</tr>`)}</tbody>
    </table></div>`;
}
