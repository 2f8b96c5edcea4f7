// The page's few signs, drawn as lines in the colour of the text beside them. They are decoration: words say the same.
import { html } from "./html.js";

const PATHS = {
  ready: "M3 8.5l3.2 3L13 4.5",
  paused: "M5.5 4v8M10.5 4v8",
  wrap_up: "M8 3.5V8l3 2M8 1.8a6.2 6.2 0 1 1-.01 0z",
  offline: "M8 2.2a5.8 5.8 0 1 1-.01 0z",
  ringing: "M4 11V7.5a4 4 0 0 1 8 0V11l1.2 1.2H2.8zM6.8 14h2.4",
  connecting: "M2.5 8h11M9.5 4l4 4-4 4",
  talking: "M2.5 3.5h11v7h-6l-3 2.7v-2.7h-2z",
  busy: "M3.5 8h9",
  waiting: "M4 2.5h8M4 13.5h8M5 2.5c0 4 6 7 6 11M11 2.5c0 4-6 7-6 11",
  callback: "M13 3v4H9M13 7A5.5 5.5 0 1 0 12.5 11",
  warn: "M8 2.2l6.3 11.3H1.7zM8 6.3v3.4M8 11.6v.4",
  bad: "M8 1.8a6.2 6.2 0 1 1-.01 0zM8 4.6v4.2M8 11v.4",
  good: "M8 1.8a6.2 6.2 0 1 1-.01 0zM5.2 8.2l2 2 3.6-4",
  close: "M4 4l8 8M12 4l-8 8",
  sun: "M8 5a3 3 0 1 1-.01 0zM8 1.4v1.4M8 13.2v1.4M1.4 8h1.4M13.2 8h1.4M3.3 3.3l1 1M11.7 11.7l1 1M3.3 12.7l1-1M11.7 4.3l1-1",
  moon: "M13.2 9.8A5.8 5.8 0 1 1 6.2 2.8a4.6 4.6 0 0 0 7 7z",
  hold: "M5.5 4v8M10.5 4v8",
  record: "M8 4.2a3.8 3.8 0 1 1-.01 0z",
  ear: "M5 9.5A3.8 3.8 0 1 1 11.6 8C10.6 9.4 9.6 10 9.4 12a1.9 1.9 0 0 1-3.6.6M6.6 6a1.8 1.8 0 0 1 3.2.8",
  play: "M5 3.2v9.6L13 8z",
  new: "M8 5.2a2.8 2.8 0 1 1-.01 0z",
  help: "M5.4 6a2.6 2.6 0 1 1 3.6 2.4c-.7.3-1 .8-1 1.6M8 12.4v.4",
  out: "M6.5 3H3v10h3.5M7 8h6.5M10.8 5.2L13.6 8l-2.8 2.8",
};

/** A sign by its name. */
export const Icon = ({ name }) => html`
  <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d=${PATHS[name] ?? PATHS.offline} /></svg>`;
