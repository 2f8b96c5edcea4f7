// Begins a call: one's own telephone rings first, and dials the number when it is answered.
import { part } from "../api.js";
import { useLive, useSession } from "../live/use.js";
import { useState } from "../vendor/hooks.js";
import { t } from "../words/words.js";
import { act, say } from "./act.js";
import { Ask, Field } from "./dialog.js";
import { html } from "./html.js";

const KEY = "vmq-telephone";

/** A number to type, dialled from this agent's telephone. Nothing where calls can't be begun. */
export function DialForm({ agent }) {
  const canDial = useLive((state) => state.floor.can_dial);
  if (!canDial) return null;
  const dial = async (event) => {
    event.preventDefault();
    const form = event.target;
    if (await act(`/agents/${part(agent.name)}/dial`, { to: new FormData(form).get("to").trim() })) form.reset();
  };
  return html`
    <form class="row" onSubmit=${dial}>
      <label>${t("dial.to")} <input name="to" type="tel" required pattern="[+0-9*#\\(\\) .\\/\\-]+" maxlength="60" autocomplete="off" /></label>
      <button>${t("dial")}</button></form>`;
}

/** A button that calls this number from one's own telephone; who is no agent says once which that is. */
export function DialButton({ number }) {
  const session = useSession();
  const canDial = useLive((state) => state.floor.can_dial);
  const [isAsking, setIsAsking] = useState(false);
  if (!canDial || !number || !(session.agent || session.can("supervise"))) return null;
  const told = (isTaken) => isTaken && say(t("dial.rings"));
  const dial = async (telephone) => {
    if (session.agent) return told(await act(`/agents/${part(session.agent)}/dial`, { to: number }));
    if (!telephone) return setIsAsking(true);
    localStorage.setItem(KEY, telephone);
    return told(await act("/calls", { telephone, to: number }));
  };
  return html`
    <button onClick=${() => dial(localStorage.getItem(KEY))}>${t("dial.back")}</button>
    ${isAsking && html`
      <${Ask} title=${t("call.telephone.title")} submit=${t("dial")} onSubmit=${({ telephone }) => dial(telephone)} onClose=${() => setIsAsking(false)}>
        <${Field} label=${t("call.telephone")}><input name="telephone" required pattern="[A-Za-z]+/[^\\s,\\|]+" placeholder="PJSIP/1001" /><//>
      <//>`}`;
}
