// How everything is: what vmq depends on, and what `vmq doctor` finds when it looks at Asterisk and the mail server.
import { ask, get } from "../api.js";
import { html } from "../parts/html.js";
import { Icon } from "../parts/icon.js";
import { useEffect, useState } from "../vendor/hooks.js";
import { t } from "../words/words.js";
import { wordsOf } from "./load.js";

export function HealthPage() {
  const [parts, setParts] = useState(null);
  const [found, setFound] = useState(null);
  const [isLooking, setIsLooking] = useState(false);
  const [problem, setProblem] = useState(null);
  const look = async () => {
    setIsLooking(true);
    setProblem(null);
    try {
      setFound((await get("/doctor")).items);
    } catch (refusal) {
      setProblem(refusal);
    }
    setIsLooking(false);
  };
  useEffect(() => {
    ready().then(setParts, setProblem);
  }, []);
  return html`
    <section class="card" aria-labelledby="parts-title"><h2 id="parts-title">${t("health.parts")}</h2>
      <ul class="findings">${Object.entries(parts ?? {}).map(([name, { is_ok, text }]) => html`
        <${Point} key=${name} point=${name} isOk=${is_ok} seen=${text || t("health.ok")} />`)}</ul></section>
    <section class="card" aria-labelledby="doctor-title"><h2 id="doctor-title">${t("health.doctor")}</h2>
      <p class="soft">${t("health.doctor.what")}</p>
      <p class="buttons start"><button class="main" disabled=${isLooking} onClick=${look}>${t(isLooking ? "health.looking" : "health.look")}</button></p>
      ${problem && html`<p role="alert" class="is-bad">${wordsOf(problem)}</p>`}
      ${found?.length === 0 && html`<p>${t("health.nothing")}</p>`}
      <ul class="findings" aria-live="polite">${(found ?? []).map((each, at) => html`
        <${Point} key=${at} point=${each.point} isOk=${each.is_ok} seen=${each.seen} mend=${each.mend} />`)}</ul></section>`;
}

/** Not ready is an answer, too. */
async function ready() {
  const found = await ask("/readyz").then((answer) => answer.json(), (problem) => {
    if (problem.body?.parts) return problem.body;
    throw problem;
  });
  return found.parts;
}

const Point = ({ point, isOk, seen, mend = "" }) => html`
  <li class=${isOk ? "" : "is-wrong"}><${Icon} name=${isOk ? "good" : "bad"} />
    <span><b>${point}</b>${!isOk && html` <span class="tag">${t("health.wrong")}</span>`}: ${seen}${mend && html`<br />${t("health.mend")}: ${mend}`}</span></li>`;
