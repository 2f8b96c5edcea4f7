// Opening hours as a form: the week day by day, dates that are different, holidays. What is not whole yet is told.
import { dateOf, dateText, daysOf, hoursOf, isWhole, spansOf, weekOf } from "./hours.js";
import { html } from "../parts/html.js";
import { useState } from "../vendor/hooks.js";
import { language, t } from "../words/words.js";

const MONDAY = Date.UTC(2024, 0, 1);
const NAMES = Array.from({ length: 7 }, (_, day) =>
  new Date(MONDAY + day * 86_400_000).toLocaleDateString(language, { weekday: "long", timeZone: "UTC" }));
const USUAL = ["09:00", "17:00"];

/** From when to when, as often as it opens; none = closed. `of` names the day. */
function Spans({ of, spans, onChange }) {
  const set = (at, end, time) => onChange(spans.map((span, each) => (each === at ? span.with(end, time) : span)));
  return html`
    ${spans.length === 0 && html`<span class="soft">${t("hours.closed")}</span>`}
    ${spans.map(([from, to], at) => html`
      <span class="span" key=${at}>
        <input type="time" value=${from} required aria-label=${t("hours.from", { of, n: at + 1 })} onInput=${({ target }) => set(at, 0, target.value)} />
        <span aria-hidden="true">–</span>
        <input type="time" value=${to} required aria-label=${t("hours.to", { of, n: at + 1 })} onInput=${({ target }) => set(at, 1, target.value)} />
        <button type="button" class="sign" aria-label=${t("hours.remove", { of, n: at + 1 })} title=${t("hours.remove", { of, n: at + 1 })} onClick=${() => onChange(spans.toSpliced(at, 1))}>×</button></span>`)}
    <button type="button" aria-label=${t("hours.add.of", { of })} onClick=${() => onChange([...spans, spans.length ? ["", ""] : USUAL])}>${t("hours.add")}</button>`;
}

/** The week. */
export function Week({ id, label, value, onChange, onFault }) {
  const [days, setDays] = useState(() => daysOf(value));
  const set = (day, spans) => {
    const changed = days.with(day, spans);
    setDays(changed);
    onFault(changed.every(isWhole) ? "" : t("hours.missing"));
    if (changed.every(isWhole)) onChange(weekOf(changed));
  };
  return html`
    <fieldset class="hours" id=${id} aria-label=${label}>${NAMES.map((name, day) => html`
      <div class="day" key=${day} role="group" aria-label=${name}><b>${name}</b>
        <${Spans} of=${name} spans=${days[day]} onChange=${(spans) => set(day, spans)} />
        ${day > 0 && hoursOf(days[day]) !== hoursOf(days[day - 1]) && html`
          <button type="button" aria-label=${t("hours.as.of", { of: name })} onClick=${() => set(day, days[day - 1])}>${t("hours.as")}</button>`}</div>`)}
    </fieldset>`;
}

/** Dates, with hours of their own (`hasHours`: the value is an object) or without (a list). */
export function Dates({ id, label, value, hasHours, onChange, onFault }) {
  const [rows, setRows] = useState(() => Object.entries(value ?? {}).map(([key, each]) => (
    hasHours ? { ...dateOf(key), spans: spansOf(each) } : { ...dateOf(each), spans: [] })));
  const set = (changed) => {
    setRows(changed);
    const known = changed.map(dateText);
    const faults = [!known.every(Boolean) && t("dates.missing"), new Set(known).size < known.length && t("dates.twice"), !changed.every(({ spans }) => isWhole(spans)) && t("hours.missing")];
    onFault(faults.find(Boolean) || "");
    if (faults.some(Boolean)) return;
    onChange(hasHours ? Object.fromEntries(changed.map((row) => [dateText(row), hoursOf(row.spans)])) : known);
  };
  const change = (at, more) => set(rows.with(at, { ...rows[at], ...more }));
  return html`
    <fieldset class="hours" id=${id} aria-label=${label}>
      ${rows.map((row, at) => html`
        <div class="day" key=${at} role="group" aria-label=${t("dates.nth", { n: at + 1 })}>
          <input type="date" value=${row.date} required aria-label=${t("dates.date", { n: at + 1 })} onInput=${({ target }) => change(at, { date: target.value })} />
          <label class="inline"><input type="checkbox" checked=${row.isYearly} onChange=${({ target }) => change(at, { isYearly: target.checked })} /> ${t("dates.every")}</label>
          ${hasHours && html`<${Spans} of=${row.date} spans=${row.spans} onChange=${(spans) => change(at, { spans })} />`}
          <button type="button" class="danger" aria-label=${t("dates.remove.nth", { n: at + 1 })} onClick=${() => set(rows.toSpliced(at, 1))}>${t("setting.remove")}</button></div>`)}
      <p><button type="button" onClick=${() => set([...rows, { date: "", isYearly: false, spans: [] }])}>${t("dates.add")}</button></p>
    </fieldset>`;
}
