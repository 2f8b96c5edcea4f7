// Sends a message on, with words of one's own before it if one likes.
import { address, ask } from "../api.js";
import { say } from "../parts/act.js";
import { Field } from "../parts/dialog.js";
import { html } from "../parts/html.js";
import { Recorder } from "../sound/recorder.js";
import { useEffect, useRef, useState } from "../vendor/hooks.js";
import { t } from "../words/words.js";

export function Forward({ path, onClose }) {
  const dialog = useRef();
  const [wav, setWav] = useState(null);
  const [problem, setProblem] = useState("");
  useEffect(() => dialog.current.showModal(), []);
  const send = async (event) => {
    event.preventDefault();
    const fields = new FormData(event.target);
    const query = new URLSearchParams();
    fields.get("to").split(/[\s,;]+/).filter(Boolean).forEach((number) => query.append("to", number));
    if (fields.get("urgent")) query.set("is_urgent", "true");
    if (fields.get("receipt")) query.set("wants_receipt", "true");
    try {
      const options = wav ? { body: wav, headers: { "Content-Type": "audio/wav" } } : {};
      const answer = await (await ask(`${address(`${path}/forward`)}?${query}`, { method: "POST", ...options })).json();
      say(t("forward.sent", { n: answer.sent }));
      dialog.current.close();
    } catch (refusal) {
      setProblem(refusal.status ? refusal.message : t("problem.network"));
    }
  };
  return html`
    <dialog ref=${dialog} onClose=${onClose} aria-labelledby="forward-title">
      <form onSubmit=${send}>
        <h2 id="forward-title">${t("message.forward")}</h2>
        <${Field} label=${t("forward.to")}><input name="to" required pattern="[0-9*#+A-Za-z_.,; \\-]+" autofocus autocomplete="off" /><//>
        <p class="row"><label><input type="checkbox" name="urgent" /> ${t("message.is_urgent")}</label>
          <label><input type="checkbox" name="receipt" /> ${t("message.wants_receipt")}</label></p>
        <p class="soft">${t("forward.introduction")}</p>
        <${Recorder} onTake=${setWav} hasFile=${false} />
        ${problem && html`<p role="alert" class="is-bad">${problem}</p>`}
        <p class="buttons"><button type="button" onClick=${() => dialog.current.close()}>${t("cancel")}</button>
          <button class="main">${t("forward.send")}</button></p>
      </form>
    </dialog>`;
}
