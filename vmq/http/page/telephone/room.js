// The stand-in's telephones: choose one, and it is yours in this tab; and what there is to dial.
import { leave, useCurrentLine, useLine } from "./dock.js";
import { StandInLine } from "./stand_in.js";
import { useSession } from "../live/use.js";
import { say } from "../parts/act.js";
import { html } from "../parts/html.js";
import { t, tOr } from "../words/words.js";

export default function TelephoneRoom() {
  const { stand_in: telephones, what_to_dial: numbers } = useSession().telephone;
  const line = useCurrentLine();
  return html`
    <div class="telephones">
      <section class="card" aria-labelledby="telephones-title"><h1 id="telephones-title">${t("telephones")}</h1>
        <p class="soft">${t("telephones.how")}</p>
        <ul class="choose">
          ${telephones.map((each) => html`
            <li key=${each.number}><b>${each.number}</b> <span>${each.name}</span> <span class="soft">${each.agents.length > 0 && t("telephones.agent", { agent: each.agents.join(", ") })}</span>
              ${line?.number === each.number
                ? html`<button onClick=${leave}>${t("telephones.leave")}</button>`
                : html`<button aria-label=${t("telephones.use.this", { number: each.number })} onClick=${() => use(each)}>${t("telephones.use")}</button>`}</li>`)}
        </ul></section>
      <section class="card" aria-labelledby="dial-title"><h2 id="dial-title">${t("telephones.dial")}</h2>
        <dl class="facts">${Object.entries(numbers).map(([number, text]) => html`
          <div key=${number}><dt>${number}</dt><dd>${tOr(`dial.${number}`, text)}</dd></div>`)}</dl></section>
    </div>`;
}

/** Sit down at a telephone of the stand-in. */
export async function use({ number, name }) {
  try {
    await useLine(new StandInLine(number, name));
  } catch (problem) {
    say(problem.status ? problem.message : t("problem.network"), "failure");
  }
}
