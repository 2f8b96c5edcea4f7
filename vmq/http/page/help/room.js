// Help: every command that can be given, on the command line, over HTTP and in Python, as the server's own document has
// it. A command that is added there is here too.
import { get } from "../api.js";
import { useSession } from "../live/use.js";
import { html } from "../parts/html.js";
import { useEffect, useState } from "../vendor/hooks.js";
import { t } from "../words/words.js";

const DOCUMENT = "/api/v1/openapi.json";

export default function HelpRoom() {
  const [{ document, problem }, setFound] = useState({});
  const [find, setFind] = useState("");
  useEffect(() => {
    get("/openapi.json").then((found) => setFound({ document: found }), (refusal) => setFound({ problem: refusal }));
  }, []);
  if (problem) return html`<p role="alert" class="empty">${problem.status ? problem.message : t("problem.network")}</p>`;
  if (!document) return html`<p class="empty">${t("history.loading")}</p>`;
  const commands = commandsOf(document).filter(({ words, summary }) => `${words} ${summary}`.toLowerCase().includes(find.toLowerCase()));
  return html`
    <div class="help">
      <h1>${t("help.title")}</h1>
      <p class="soft">${t("help.what")} <a href=${DOCUMENT}>${DOCUMENT}</a></p>
      <p class="row"><label>${t("help.find")} <input type="search" value=${find} onInput=${(event) => setFind(event.target.value)} /></label></p>
      ${commands.length === 0 && html`<p class="empty">${t("help.none")}</p>`}
      ${commands.map((command) => html`<${Command} key=${command.words} command=${command} />`)}
    </div>`;
}

function Command({ command }) {
  const session = useSession();
  const { words, right, summary, description, fields, line, method, path } = command;
  return html`
    <section class="card" aria-label=${words}>
      <h2>${words}</h2>
      <p lang="en">${summary}. <span class="soft">${description}</span></p>
      <pre class="diff" tabindex="0" aria-label=${t("help.line", { words })}>${line}${"\n"}${method} ${path}</pre>
      ${fields.length > 0 && html`<dl class="facts" lang="en">${fields.map((field) => html`
        <div key=${field.name}><dt><code>${field.name}</code>${field.isNeeded && html` <span class="tag">${t("help.needed")}</span>`}</dt><dd>${field.text}</dd></div>`)}</dl>`}
      ${!session.can(right) && html`<p class="soft">${t("help.not-allowed", { right: t(`help.right.${right}`) })}</p>`}
    </section>`;
}

/** The commands of an OpenAPI document, in its order. */
function commandsOf(document) {
  return Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods)
    .filter(([, operation]) => operation["x-command"])
    .map(([method, operation]) => {
      const { words, right } = operation["x-command"];
      const fields = [...ofAddress(operation), ...ofBody(operation, document)];
      return {
        words, right, fields, path, method: method.toUpperCase(), summary: operation.summary,
        description: (operation.description ?? "").split("\n\n").slice(0, -1).join(" "), // the last part says the right
        line: `vmq ${[words, ...fields.map(asWord)].join(" ")}`,
      };
    }));
}

const asWord = ({ name, isNeeded }) => {
  const option = name.replaceAll("_", "-");
  return isNeeded ? option.toUpperCase() : `[--${option} …]`;
};

const ofAddress = ({ parameters = [] }) => parameters
  .filter((each) => each.in !== "header")
  .map((each) => ({ name: each.name, isNeeded: each.required, text: textOf({ ...each.schema, ...each }) }));

function ofBody({ requestBody }, document) {
  const given = requestBody?.content["application/json"].schema;
  if (!given) return [];
  const name = (given.$ref ?? given.anyOf?.find((way) => way.$ref)?.$ref)?.split("/").pop();
  const schema = name ? document.components.schemas[name] : given;
  return Object.entries(schema.properties ?? {}).map(([field, each]) => ({ name: field, isNeeded: schema.required?.includes(field), text: textOf(each) }));
}

/** Its description; without one an example. */
const textOf = ({ description, examples, example }) => description || (examples?.[0] ?? example) !== undefined && t("help.example", { value: examples?.[0] ?? example });
