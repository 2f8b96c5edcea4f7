// Templates: htm bound to Preact, so that there is no build step and no evaluation of text.
import htm from "../vendor/htm.js";
import { h } from "../vendor/preact.js";

export const html = htm.bind(h);
