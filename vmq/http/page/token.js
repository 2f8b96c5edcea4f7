// What is shown before anybody is let in: a field for the server's token, or why there is no answer.
import { useToken } from "./api.js";
import { html } from "./parts/html.js";
import { t } from "./words/words.js";

/** `problem` is what the server said; `onToken` is called for another try. */
export function TokenForm({ problem, onToken }) {
  const send = (event) => {
    event.preventDefault();
    useToken(new FormData(event.target).get("token") ?? "");
    onToken();
  };
  const asksForToken = problem.status === 401;
  return html`
    <main class="door">
      <h1>vmq</h1>
      <form onSubmit=${send}>
        ${asksForToken && html`
          <label class="field"><span>${t("token.label")}</span>
            <input name="token" type="password" autocomplete="current-password" required autofocus /></label>`}
        ${!asksForToken && html`<p role="alert">${t("token.lost", { why: problem.message })}</p>`}
        <button class="main">${t(asksForToken ? "token.open" : "token.again")}</button>
      </form>
    </main>`;
}
