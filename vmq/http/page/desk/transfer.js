// Sends the caller on: to an extension, at once or after a word with whoever is there.
import { act } from "../parts/act.js";
import { html } from "../parts/html.js";
import { t } from "../words/words.js";

export function Transfer({ path }) {
  const send = (event) => {
    event.preventDefault();
    const fields = new FormData(event.target);
    act(`${path}/transfer`, { to: fields.get("to").trim(), attended: event.submitter?.value === "attended" });
  };
  return html`
    <form class="row" onSubmit=${send}>
      <label>${t("transfer.to")} <input id="transfer-to" name="to" required pattern="[A-Za-z0-9*#+_.\\-]+" maxlength="80" autocomplete="off" inputmode="tel" /></label>
      <button value="blind">${t("transfer.blind")}</button>
      <button value="attended">${t("transfer.attended")}</button></form>`;
}
