// A chart: uPlot, loaded when the first one is shown, in the page's colours and at the width there is.
import { html } from "../parts/html.js";
import { useEffect, useRef } from "../vendor/hooks.js";
import { dayOf, t, timeOf } from "../words/words.js";

const HEIGHT = 190;
const DAY_S = 86_400;
let library = null;

function load() {
  library ??= new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: "/page/vendor/uplot.js", onload: () => resolve(window.uPlot), onerror: reject });
    document.head.append(script);
  }).catch(() => {
    library = null; // the next chart tries again
  });
  return library;
}

/**
 * Series over time. `times` are epoch seconds, `step` from one to the next; `series` are { label, values, color, kind: bars|line, format }, where
 * `color` names a custom property of the style sheet.
 */
export function Chart({ title, times, step, series, format = String }) {
  const place = useRef();
  useEffect(() => {
    let chart = null;
    let isWanted = true;
    const resized = new ResizeObserver(([entry]) => chart?.setSize({ width: entry.contentRect.width, height: HEIGHT }));
    load().then((uPlot) => {
      if (!isWanted || !uPlot) return;
      chart = new uPlot(options(uPlot, place.current, { times, step, series, format }), [times, ...series.map(({ values }) => values)], place.current);
      resized.observe(place.current);
    });
    return () => {
      isWanted = false;
      resized.disconnect();
      chart?.destroy();
    };
  }, [times, series]);
  return html`<figure class="chart"><figcaption>${title}</figcaption><div ref=${place}></div></figure>`;
}

function options(uPlot, place, { times, step, series, format }) {
  const style = getComputedStyle(place);
  const moment = step < DAY_S ? (at) => timeOf(at, { timeStyle: "short" }) : dayOf;
  const color = (name) => style.getPropertyValue(name).trim();
  const axis = { stroke: color("--soft"), grid: { stroke: color("--line"), width: 1 }, ticks: { stroke: color("--line"), width: 1 }, font: `12px ${style.fontFamily}` };
  return {
    width: place.clientWidth,
    height: HEIGHT,
    cursor: { points: { size: 6 } },
    axes: [{ ...axis, space: 90, values: (_, ticks) => ticks.map(moment) }, { ...axis, size: 52, values: (_, ticks) => ticks.map((tick) => format(tick)) }],
    scales: { x: { range: [times[0] - step / 2, times.at(-1) + step / 2] }, y: { range: (_, low, high) => [0, Math.max(high * 1.1, 1)] } },
    series: [{ label: t("interval"), value: (_, at) => (at ? moment(at) : "–") }, ...series.map(({ label, color: name, kind }) => ({
      label,
      stroke: color(name),
      width: 1.5,
      value: (_, value) => (value === null || value === undefined ? "–" : format(value)),
      ...(kind === "bars" ? { fill: color(name), paths: uPlot.paths.bars({ size: [0.55, 36] }), points: { show: false } } : { points: { size: 5 } }),
    }))],
  };
}
