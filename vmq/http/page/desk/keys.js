// The desk's keys: Alt, Shift and a letter press the button that a mouse would.
import { part } from "../api.js";
import { act } from "../parts/act.js";
import { useLayoutEffect } from "../vendor/hooks.js";
import { t } from "../words/words.js";

/** Binds the keys while the desk is open; gives those that mean something now, for showing them. */
export function useKeys(agent) {
  const keys = keysOf(agent);
  // Before anybody sees the new rows: a key must not mean what was there before them.
  useLayoutEffect(() => {
    const press = (event) => {
      const key = event.altKey && event.shiftKey && keys.find(({ key }) => event.code === `Key${key}`);
      if (!key) return;
      event.preventDefault();
      key.press();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  });
  return keys;
}

function keysOf({ name, status, next_status, offer }) {
  const mine = (action, body) => () => act(`/agents/${part(name)}/${action}`, body);
  const call = (action) => () => act(`/calls/${part(offer.call_id)}/${action}`);
  const focus = (id) => () => document.getElementById(id)?.focus();
  const isTalking = offer?.state === "connected";
  const isHeld = offer?.held.includes("music");
  const rings = offer && (offer.state === "created" || offer.state === "ringing");
  const pauses = status === "paused" || next_status === "paused";
  return [
    status === "offline" && { key: "L", words: t("agent.login.do"), press: mine("login") },
    status !== "offline" && { key: "L", words: t("agent.logout"), press: mine("logout") },
    status !== "offline" && pauses && { key: "P", words: t("agent.unpause"), press: mine("unpause") },
    status !== "offline" && !pauses && { key: "P", words: t("agent.pause"), press: mine("pause", {}) },
    status === "wrap_up" && { key: "W", words: t("agent.wrapup.end"), press: mine("wrap-up-end") },
    rings && { key: "R", words: t("call.refuse"), press: () => act(`/offers/${part(offer.offer_id)}/refuse`) },
    isTalking && { key: "H", words: t(isHeld ? "call.unhold" : "call.hold"), press: call(isHeld ? "unhold" : "hold") },
    isTalking && { key: "T", words: t("transfer.to"), press: focus("transfer-to") },
    isTalking && { key: "E", words: t("call.end"), press: call("end") },
    (isTalking || status === "wrap_up") && { key: "D", words: t("disposition"), press: focus("disposition") },
  ].filter(Boolean);
}
