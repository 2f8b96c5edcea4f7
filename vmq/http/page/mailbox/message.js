// One message: heard here, with its transcript where there is one; and what can be done with it.
import { folderName, senderOf, TARGETS } from "./list.js";
import { Forward } from "./forward.js";
import { part } from "../api.js";
import { DialButton } from "../parts/dial.js";
import { Drawer, Facts } from "../parts/drawer.js";
import { html } from "../parts/html.js";
import { Player } from "../sound/player.js";
import { useState } from "../vendor/hooks.js";
import { dateOf, t } from "../words/words.js";

export function MessageDrawer({ number, message, messages, control, onClose }) {
  const [isForwarding, setIsForwarding] = useState(false);
  control.forward = () => !message.is_private && message.has_recording && setIsForwarding(true);
  const path = `/mailboxes/${part(number)}/messages/${part(message.id)}`;
  const isDeleted = message.folder === "Deleted";
  const heard = () => message.is_new && messages.change(message.id, { is_new: false });
  return html`
    <${Drawer} subject=${message.id} title=${senderOf(message)} onClose=${onClose}>
      ${message.has_recording && html`<${Player} path=${`${path}/audio`} peaks=${`${path}/peaks`} length=${message.duration_s} control=${control} onHeard=${heard} />`}
      <${Facts} facts=${[
        [t("messages.at"), dateOf(message.received_at)],
        [t("messages.folder"), folderName(message.folder)],
        [t("message.heard"), message.heard_at ? dateOf(message.heard_at) : null],
        [t("message.to"), message.recipients.join(", ")],
        [t("message.forwarder"), message.forwarder],
        [t("message.introduction"), message.has_introduction ? t("yes") : null],
        [t("message.category"), message.category],
        [t("message.is_urgent"), message.is_urgent ? t("yes") : null],
        [t("message.is_private"), message.is_private ? t("yes") : null],
      ]} />
      <${Transcript} transcript=${message.transcript} />
      <p class="buttons start">
        ${isDeleted
          ? html`<button class="main" onClick=${() => messages.restore(message.id)}>${t("message.restore")}</button>`
          : html`<button class="danger" onClick=${() => messages.remove(message.id)}>${t("message.delete")}</button>`}
        ${!isDeleted && html`<button onClick=${() => messages.change(message.id, { is_new: !message.is_new })}>${t(message.is_new ? "message.mark.heard" : "message.mark.new")}</button>`}
        ${!message.is_private && message.has_recording && html`<button onClick=${() => setIsForwarding(true)}>${t("message.forward")}</button>`}
        <${DialButton} number=${message.caller_number || message.sender} />
      </p>
      ${!isDeleted && html`
        <label class="field"><span>${t("message.move")}</span>
          <select id="move-message" value="" onChange=${(event) => event.target.value && messages.change(message.id, { folder: event.target.value })}>
            <option value="">${t("message.move.choose")}</option>
            ${TARGETS.filter((name) => name !== message.folder).map((name) => html`<option key=${name} value=${name}>${folderName(name)}</option>`)}</select></label>`}
      ${isForwarding && html`<${Forward} path=${path} onClose=${() => setIsForwarding(false)} />`}
    <//>`;
}

/** What was said, in words, where the server has them: a text, or one with its state. */
function Transcript({ transcript }) {
  const text = typeof transcript === "string" ? transcript : transcript?.text;
  if (!text) return null;
  return html`<h3>${t("message.transcript")}</h3><p class="transcript">${text}</p>`;
}
