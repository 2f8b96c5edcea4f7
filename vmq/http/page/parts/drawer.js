// What is known of one caller, agent or queue, and what can be done with it, at the side of the room.
import { useEffect, useRef } from "../vendor/hooks.js";
import { t } from "../words/words.js";
import { html } from "./html.js";
import { Icon } from "./icon.js";

/** Takes the focus when it opens for another subject, and gives it back; Escape closes it. */
export function Drawer({ subject, title, onClose, children }) {
  const panel = useRef();
  useEffect(() => {
    const before = document.activeElement;
    panel.current.focus();
    return () => before?.isConnected && before.focus();
  }, [subject]);
  const onKeyDown = (event) => {
    if (event.key === "Escape" && !event.target.closest("dialog")) onClose();
  };
  return html`
    <aside class="drawer" tabindex="-1" ref=${panel} aria-labelledby="drawer-title" onKeyDown=${onKeyDown}>
      <header><h2 id="drawer-title">${title}</h2>
        <button class="sign" aria-label=${t("close")} onClick=${onClose}><${Icon} name="close" /></button></header>
      ${children}
    </aside>`;
}

/** A list of facts: pairs of a word and a value. What has no value is left out. */
export const Facts = ({ facts }) => html`
  <dl class="facts">${facts.filter(([, value]) => value !== "" && value !== null && value !== undefined).map(([word, value]) => html`
    <div key=${word}><dt>${word}</dt><dd>${value}</dd></div>`)}</dl>`;
