// What a supervisor does with a call under way: hear it, speak into it, have it recorded, end it.
import { part } from "../api.js";
import { useSession } from "../live/use.js";
import { act } from "../parts/act.js";
import { Ask, Field } from "../parts/dialog.js";
import { html } from "../parts/html.js";
import { useState } from "../vendor/hooks.js";
import { t } from "../words/words.js";

const MODES = ["listen", "whisper", "barge"];
const KEY = "vmq-supervisor";

export function CallActions({ callId, offer }) {
  const session = useSession();
  const [asksFor, setAsksFor] = useState("");
  const path = `/calls/${part(callId)}`;
  const me = session.agent ? { supervisor: session.agent, telephone: "" } : known(session);
  const mine = offer.supervisors[me?.supervisor];
  const supervise = (mode, who = me) => (who ? act(`${path}/supervise`, { mode, ...who }) : setAsksFor(mode));
  const take = ({ supervisor, telephone }) => {
    localStorage.setItem(KEY, JSON.stringify({ supervisor, telephone }));
    supervise(asksFor, { supervisor, telephone });
  };
  return html`
    <h3>${t("call.supervise")}</h3>
    ${Object.entries(offer.supervisors).map(([name, mode]) => html`<p key=${name} class="soft">${t(`call.is.${mode}`, { name })}</p>`)}
    <p class="buttons start">
      ${MODES.map((mode) => html`<button key=${mode} aria-pressed=${mine === mode} onClick=${() => supervise(mode)}>${t(`call.${mode}`)}</button>`)}
      ${mine && html`<button onClick=${() => supervise("off")}>${t("call.off")}</button>`}
      ${!session.agent && me && html`<button class="link" onClick=${() => setAsksFor("listen")}>${t("call.telephone.other")}</button>`}
    </p>
    <h3>${t("call")}</h3>
    <p class="buttons start">
      <${RecordButtons} path=${path} offer=${offer} />
      <button class="danger" onClick=${() => act(`${path}/end`)}>${t("call.end")}</button>
    </p>
    ${asksFor && html`
      <${Ask} title=${t("call.telephone.title")} submit=${t(`call.${asksFor}`)} onSubmit=${take} onClose=${() => setAsksFor("")}>
        <${Field} label=${t("call.telephone.name")}><input name="supervisor" required pattern="[A-Za-z0-9][A-Za-z0-9_.\\-]*" maxlength="64" defaultValue=${me?.supervisor ?? session.name} /><//>
        <${Field} label=${t("call.telephone")}><input name="telephone" required pattern="[A-Za-z]+/[^\\s,\\|]+" placeholder="PJSIP/1001" defaultValue=${me?.telephone ?? ""} /><//>
      <//>`}`;
}

function known(session) {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? null;
  } catch {
    return session.name ? { supervisor: session.name, telephone: "" } : null;
  }
}

/** Start, pause, resume or stop the recording, whichever can be. */
export function RecordButtons({ path, offer }) {
  const change = (name) => html`<button onClick=${() => act(`${path}/record`, { change: name })}>${t(`record.${name}`)}</button>`;
  if (!offer.recording) return change("start");
  return html`${change(offer.is_recording_paused ? "resume" : "pause")}${change("stop")}`;
}
