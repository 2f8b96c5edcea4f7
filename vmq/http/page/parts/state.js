// What an agent or a caller does, as a sign and a word in its colour.
import { t, tOr } from "../words/words.js";
import { html } from "./html.js";
import { Icon } from "./icon.js";

/** One state; `detail` is put behind it (a reason). */
export const State = ({ of, detail = "" }) => html`
  <span class="state is-${of}"><${Icon} name=${of} /><span>${tOr(`state.${of}`, of)}${detail && ` · ${detail}`}</span></span>`;

/** The telephone's state in words, with Asterisk's word as its title. */
export const Device = ({ state }) => html`
  <span class="device is-${state}" title=${state}>${tOr(`device.${state}`, state)}</span>`;

/** A caller as people name him. */
export const nameOf = (caller) => [caller.name, caller.number].filter(Boolean).join(" · ") || t("caller.unknown");

/** An agent as people name him. */
export const agentName = (agent) => agent.full_name || agent.name;
