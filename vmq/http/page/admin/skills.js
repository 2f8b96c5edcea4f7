// Who can what: agents and their skills as one table. A level is changed in its cell, and reviewed like every change.
import { address, ask, part } from "../api.js";
import { html } from "../parts/html.js";
import { say } from "../parts/act.js";
import { useState } from "../vendor/hooks.js";
import { t } from "../words/words.js";
import { previewed, Review } from "./diff.js";
import { useGet, Waiting, wordsOf } from "./load.js";

export function SkillsPage() {
  const { data, problem, again } = useGet("/config/agents", {}, ["RulesReloaded"]);
  const [added, setAdded] = useState([]);
  const [change, setChange] = useState(null);
  if (!data) return html`<${Waiting} problem=${problem} />`;
  const skills = [...new Set([...data.items.flatMap((agent) => Object.keys(agent.skills)), ...added])].sort();
  const set = async (agent, skill, level) => {
    try {
      const answer = await ask(address(`/config/agents/${part(agent.name)}`));
      const settings = await answer.json();
      const { [skill]: _, ...others } = settings.skills;
      const wanted = { plural: "agents", name: agent.name, etag: answer.headers.get("etag") ?? "", settings: { ...settings, skills: level === "" ? others : { ...others, [skill]: Number(level) } } };
      const found = await previewed(wanted);
      if (found.problem) throw found.problem;
      setChange({ ...wanted, diff: found.diff });
    } catch (refusal) {
      say(wordsOf(refusal), "failure");
    }
  };
  const add = (event) => {
    event.preventDefault();
    setAdded([...added, new FormData(event.target).get("skill").trim()]);
    event.target.reset();
  };
  return html`
    <section class="pane tall" aria-label=${t("admin.skills")}><div class="scroll"><table>
      <thead><tr><th scope="col">${t("agent")}</th>${skills.map((skill) => html`<th key=${skill} scope="col">${skill}</th>`)}</tr></thead>
      <tbody>${data.items.map((agent) => html`
        <tr key=${agent.name}><th scope="row">${agent.full_name || agent.name}</th>
          ${skills.map((skill) => html`<td key=${`${skill} ${agent.skills[skill]}`}><input type="number" min="0" max="100" defaultValue=${agent.skills[skill] ?? ""}
            aria-label=${`${agent.name}, ${skill}`} onChange=${(event) => set(agent, skill, event.target.value)} /></td>`)}</tr>`)}</tbody>
    </table></div></section>
    <form class="row" onSubmit=${add}><label>${t("skills.new")} <input name="skill" required pattern="[A-Za-z_][A-Za-z0-9_\\-]*" maxlength="64" /></label><button>${t("add")}</button></form>
    ${change && html`<${Review} change=${change} onClose=${() => setChange(null)} onSaved=${again} />`}`;
}
