// The whole report as one CSV file: asked for part by part, with the token, and joined.
import { address, ask } from "../api.js";
import { say } from "../parts/act.js";
import { html } from "../parts/html.js";
import { useState } from "../vendor/hooks.js";
import { t } from "../words/words.js";

export function CsvLink({ report, question }) {
  const [isBusy, setIsBusy] = useState(false);
  const save = async () => {
    setIsBusy(true);
    try {
      download(await wholeCsv(report, question), `vmq-${report}.csv`);
    } catch (problem) {
      say(problem.message, "failure");
    }
    setIsBusy(false);
  };
  return html`<button class="csv" disabled=${isBusy} onClick=${save}>${t("csv")}</button>`;
}

async function wholeCsv(report, question) {
  const parts = [];
  let url = address(`/reports/${report}`, { ...question, format: "csv", limit: 1000 });
  while (url) {
    const answer = await ask(url);
    const text = await answer.text();
    parts.push(parts.length ? text.slice(text.indexOf("\n") + 1) : text); // one line of names
    url = answer.headers.get("link")?.match(/<(.+?)>/)?.[1];
  }
  return parts.join("");
}

function download(text, name) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
