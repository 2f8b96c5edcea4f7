// Long tables: only the rows in sight are drawn, so that five hundred agents cost as little as fifty. Short ones whole.
import { html } from "./html.js";
import { useEffect, useRef, useState } from "../vendor/hooks.js";

const WHOLE_UP_TO = 60;
const AROUND = 6; // rows drawn above and below, so that arrow keys and short scrolls find them
const STEP = 3; // rows; scrolling less draws nothing anew

/** For a table of `count` rows in a scrolling box: { scroller, onScroll, from, to, rowHeight }. */
export function useWindow(count) {
  const scroller = useRef();
  const [view, setView] = useState({ top: 0, rows: 40, rowHeight: 28 });
  const look = () => {
    const box = scroller.current;
    if (!box) return; // the table has just gone
    const rowHeight = box.querySelector("tbody tr:not(.spacer)")?.offsetHeight || view.rowHeight;
    const top = Math.floor(box.scrollTop / rowHeight / STEP) * STEP;
    const rows = Math.ceil(box.clientHeight / rowHeight) + STEP;
    if (top !== view.top || rows !== view.rows || rowHeight !== view.rowHeight) setView({ top, rows, rowHeight });
  };
  useEffect(() => {
    const resized = new ResizeObserver(look);
    resized.observe(scroller.current);
    return () => resized.disconnect();
  });
  const isWhole = count <= WHOLE_UP_TO;
  const from = isWhole ? 0 : Math.max(0, Math.min(view.top, count - view.rows) - AROUND);
  const to = isWhole ? count : Math.min(count, from + view.rows + 2 * AROUND);
  return { scroller, onScroll: look, from, to, rowHeight: view.rowHeight };
}

/** The room of rows that are not drawn. */
export const Spacer = ({ rows, rowHeight }) => (rows > 0
  ? html`<tr class="spacer" aria-hidden="true" style=${{ height: `${rows * rowHeight}px` }}></tr>`
  : null);
