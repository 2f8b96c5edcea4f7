// What was: figures of queues as charts, of agents as a table, and every call; all from the reports.
import { AgentsReport } from "./agents.js";
import { CallsReport } from "./calls.js";
import { CsvLink } from "./csv.js";
import { QueuesReport } from "./queues.js";
import { useQueues } from "../floor/choose.js";
import { useLive } from "../live/use.js";
import { html } from "../parts/html.js";
import { roomAddress } from "../where.js";
import { t } from "../words/words.js";

const REPORTS = { queues: QueuesReport, agents: AgentsReport, calls: CallsReport };
const INTERVALS = ["15m", "30m", "1h", "1d"];

export function HistoryRoom({ where }) {
  const queues = useQueues();
  const agents = useLive((state) => state.floor.agents);
  const report = where.rest[0] in REPORTS ? where.rest[0] : "queues";
  const asked = { from: "today", to: "", interval: "1h", queue: "", agent: "", ...Object.fromEntries(where.query) };
  const go = (name, changes = {}) => roomAddress("history", [name], { ...asked, ...changes });
  const set = (name) => (event) => {
    location.hash = go(report, { [name]: event.target.value });
  };
  const question = { from: asked.from, to: asked.to && dayAfter(asked.to), queue: asked.queue, agent: asked.agent };
  const timed = report === "calls" ? question : { ...question, interval: asked.interval };
  const Report = REPORTS[report];
  return html`
    <div class="history">
      <form class="filters" onSubmit=${(event) => event.preventDefault()}>
        <label>${t("from")} <input type="date" value=${asked.from === "today" ? "" : asked.from} onChange=${(event) => { location.hash = go(report, { from: event.target.value || "today" }); }} />
          ${asked.from === "today" && html`<span class="soft"> ${t("today")}</span>`}</label>
        <label>${t("to")} <input type="date" value=${asked.to} onChange=${set("to")} /></label>
        ${report !== "calls" && html`<label>${t("interval")} <select value=${asked.interval} onChange=${set("interval")}>
          ${INTERVALS.map((name) => html`<option key=${name} value=${name}>${t(`interval.${name}`)}</option>`)}</select></label>`}
        ${report !== "agents" && html`<label>${t("queue")} <select value=${asked.queue} onChange=${set("queue")}>
          <option value="">${t("queues.all")}</option>${queues.map(({ name }) => html`<option key=${name} value=${name}>${name}</option>`)}</select></label>`}
        ${report !== "queues" && html`<label>${t("agent")} <select value=${asked.agent} onChange=${set("agent")}>
          <option value="">${t("agents.all")}</option>${[...agents.keys()].map((name) => html`<option key=${name} value=${name}>${name}</option>`)}</select></label>`}
      </form>
      <nav class="tabs" aria-label=${t("reports")}>
        ${Object.keys(REPORTS).map((name) => html`<a key=${name} href=${go(name)} aria-current=${name === report ? "page" : null}>${t(`report.${name}`)}</a>`)}
        <${CsvLink} report=${report} question=${timed} />
      </nav>
      <${Report} key=${`${report}${JSON.stringify(timed)}`} question=${timed} />
    </div>`;
}

/** The first moment that isn't in a day any more: "to" is meant with its day. */
function dayAfter(day) {
  const next = new Date(`${day}T12:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return next.toISOString().slice(0, 10);
}
