// One setting: its name as the file has it, what it may be, and a field for it, by its schema.
import { Dates, Week } from "./opening.js";
import { choicesOf, fromText, isSame, kindOf, resolved, startOf, toText, typeOfPairs } from "./schema.js";
import { html } from "../parts/html.js";
import { useState } from "../vendor/hooks.js";
import { t } from "../words/words.js";

/** `onChange` gets the new value, null for what is to be said no longer; `onFault` what is wrong with what was typed. */
export function Setting({ name, path, schema, root, value, isSecret, isFixed, names, onChange, onFault }) {
  const field = resolved(schema, root);
  const kind = kindOf(field, root);
  const id = `setting-${path}`;
  if (kind === "group") {
    return html`
      <details class="setting-group" open=${!isSame(value, field.default)}><summary><code>${name}</code></summary>
        <${Settings} path=${`${path}.`} schema=${field} root=${root} values=${value ?? {}} onChange=${(inner) => onChange(inner)} onFault=${onFault} names=${names} /></details>`;
  }
  const isSet = !isSame(value, field.default) && value !== undefined;
  return html`
    <div class=${`setting${isSet ? " is-set" : ""}`}>
      <label for=${id}><code>${path}</code></label>
      <div><${Input} id=${id} name=${path} names=${names} kind=${kind} field=${field} root=${root} value=${value} isSecret=${isSecret} isFixed=${isFixed} options=${names?.[name]} onChange=${onChange} onFault=${(fault) => onFault(path, fault)} />
        <p class="soft">${hintsOf(field, kind, name, isSecret)}</p></div>
    </div>`;
}

/** All settings of a table. */
export function Settings({ path = "", schema, root, values, secrets = [], fixed = "", filter = "", names, onChange, onFault }) {
  const set = (name) => (value) => onChange({ ...values, [name]: value });
  const shown = Object.entries(schema.properties).filter(([name]) => name.includes(filter));
  return html`
    <div class="settings">${shown.map(([name, each]) => html`
      <${Setting} key=${name} name=${name} path=${`${path}${name}`} schema=${each} root=${root} value=${values[name]} names=${names}
        isSecret=${secrets.includes(name)} isFixed=${name === fixed} onChange=${set(name)} onFault=${onFault} />`)}</div>`;
}

function Input({ id, name, names, kind, field, root, value, isSecret, isFixed, options, onChange, onFault }) {
  if (isSecret) {
    return html`<input id=${id} type="password" autocomplete="new-password" placeholder=${t("setting.kept")} onInput=${(event) => onChange(event.target.value || undefined)} />`;
  }
  if (kind === "flag") return html`<input id=${id} type="checkbox" checked=${Boolean(value)} onChange=${(event) => onChange(event.target.checked)} />`;
  if (kind === "choice") return html`<${Choice} id=${id} field=${field} value=${value} onChange=${onChange} />`;
  if (kind === "choices") return html`<${Choices} field=${resolved(field.items, root)} label=${id} value=${value ?? []} onChange=${onChange} />`;
  if (kind === "number") {
    const bounds = { min: field.minimum ?? field.exclusiveMinimum, max: field.maximum, step: field.type === "integer" ? 1 : "any" };
    return html`<input id=${id} type="number" ...${bounds} value=${value ?? ""} onInput=${(event) => onChange(event.target.value === "" ? null : Number(event.target.value))} />`;
  }
  if (kind === "text") {
    const list = options ? `${id}-list` : null;
    return html`<input id=${id} type="text" value=${value ?? ""} readonly=${isFixed} list=${list} autocomplete="off" onInput=${(event) => onChange(event.target.value === "" && field.isOptional ? null : event.target.value)} />
      ${options && html`<datalist id=${list}>${options.map((each) => html`<option key=${each} value=${each} />`)}</datalist>`}`;
  }
  if (kind === "week") return html`<${Week} id=${id} label=${name} value=${value} onChange=${onChange} onFault=${onFault} />`;
  if (kind === "dates" || kind === "days") {
    return html`<${Dates} id=${id} label=${name} value=${value} hasHours=${kind === "dates"} onChange=${onChange} onFault=${onFault} />`;
  }
  if (kind === "rows") {
    return html`<${Rows} id=${id} path=${name} schema=${resolved(field.items, root)} root=${root} value=${value ?? []} names=${names} onChange=${onChange} onFault=${onFault} />`;
  }
  return html`<${Text} id=${id} kind=${kind} value=${value} type=${kind === "pairs" ? typeOfPairs(field, root) : ""} onChange=${onChange} onFault=${onFault} />`;
}

/** Several of the same, one below the other, in their order. */
const Rows = ({ id, path, schema, root, value, names, onChange, onFault }) => html`
  <fieldset class="rows" id=${id} aria-label=${path}>
    ${value.map((each, at) => html`
      <fieldset key=${`${at} of ${value.length}`} aria-label=${`${path} ${at + 1}`}>
        <${Settings} path=${`${path}.${at + 1}.`} schema=${schema} root=${root} values=${each} names=${names}
          onChange=${(changed) => onChange(value.with(at, changed))} onFault=${(_, fault) => onFault(fault)} />
        <p><button type="button" class="danger" aria-label=${t("rows.remove.nth", { n: at + 1 })} onClick=${() => onChange(value.toSpliced(at, 1))}>${t("setting.remove")}</button></p></fieldset>`)}
    <p><button type="button" onClick=${() => onChange([...value, startOf(schema)])}>${t("rows.add")}</button></p>
  </fieldset>`;

const Choice = ({ id, field, value, onChange }) => html`
  <select id=${id} value=${value === null || value === undefined ? "" : String(value)}
    onChange=${(event) => onChange(choicesOf(field).find(([, word]) => word === event.target.value)?.[0] ?? null)}>
    ${field.isOptional && html`<option value="">–</option>`}
    ${choicesOf(field).map(([, word]) => html`<option key=${word} value=${word}>${word}</option>`)}</select>`;

const Choices = ({ field, label, value, onChange }) => html`
  <fieldset class="checks" id=${label}>${field.enum.map((each) => html`
    <label key=${each} class="inline"><input type="checkbox" checked=${value.includes(each)}
      onChange=${(event) => onChange(event.target.checked ? [...value, each].sort() : value.filter((other) => other !== each))} /> ${each}</label>`)}</fieldset>`;

/** Lines of text; what can't be read stays as it was typed, and is told. */
function Text({ id, kind, value, type, onChange, onFault }) {
  const [text, setText] = useState(() => toText(kind, value, type));
  const typed = (event) => {
    setText(event.target.value);
    try {
      onChange(fromText(kind, event.target.value, type));
      onFault("");
    } catch (fault) {
      onFault(fault.message);
    }
  };
  return html`<textarea id=${id} class="code" rows=${Math.min(10, Math.max(2, text.split("\n").length))} spellcheck="false" value=${text} onInput=${typed}></textarea>`;
}

const OWN_FORM = ["data", "rows", "week", "dates", "days"]; // they say themselves what they may be

/** What a setting may be, in a few words. */
function hintsOf(field, kind, name, isSecret) {
  const bounds = [field.minimum ?? field.exclusiveMinimum, field.maximum].filter((each) => each !== undefined);
  const hints = [
    !field.model && field.description,
    name.endsWith("_s") && t("setting.seconds"),
    kind === "lines" && t("setting.lines"),
    kind === "members" && t("setting.members"),
    kind === "pairs" && t("setting.pairs"),
    kind === "data" && "JSON",
    bounds.length === 2 && `${bounds[0]} … ${bounds[1]}`,
    !isSecret && field.default !== undefined && field.default !== null && !OWN_FORM.includes(kind) && t("setting.default", { value: shown(field.default) }),
    field.examples && !OWN_FORM.includes(kind) && t("setting.example", { value: shown(field.examples[0]) }),
  ];
  return hints.filter(Boolean).join(" · ");
}

const shown = (value) => (typeof value === "string" ? value || t("setting.nothing") : JSON.stringify(value));
