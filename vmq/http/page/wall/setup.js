// Choosing the wallboard's queues and thresholds; they go into the address.
import { LIMITS } from "./limits.js";
import { useQueues } from "../floor/choose.js";
import { html } from "../parts/html.js";
import { roomAddress } from "../where.js";
import { t } from "../words/words.js";

export function Setup({ query, limits }) {
  const queues = useQueues();
  const chosen = (query.queues ?? "").split(",").filter(Boolean);
  const save = (event) => {
    event.preventDefault();
    const fields = new FormData(event.target);
    const names = fields.getAll("queues");
    const pairs = Object.keys(LIMITS).map((name) => [name, `${fields.get(`${name}.warn`)},${fields.get(`${name}.bad`)}`]);
    const { queues: _, ...others } = query;
    location.hash = roomAddress("wall", [], { ...others, ...Object.fromEntries(pairs), queues: names.length === queues.length ? "" : names.join(",") });
  };
  return html`
    <details class="card setup"><summary>${t("wall.setup")}</summary>
      <form onSubmit=${save}>
        <fieldset><legend>${t("queues")}</legend>
          ${queues.map(({ name }) => html`
            <label key=${name}><input type="checkbox" name="queues" value=${name} defaultChecked=${!chosen.length || chosen.includes(name)} /> ${name}</label>`)}
        </fieldset>
        ${Object.keys(LIMITS).map((name) => html`
          <fieldset key=${name}><legend>${t(`limit.${name}`)}</legend>
            ${["warn", "bad"].map((grade) => html`
              <label key=${grade}>${t(`grade.${grade}`)} <input name=${`${name}.${grade}`} type="number" min="0" step="any" required defaultValue=${limits[name][grade]} /></label>`)}
          </fieldset>`)}
        <p><button class="main">${t("set")}</button></p>
      </form></details>`;
}
