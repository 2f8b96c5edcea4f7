// The mailbox's keys: single letters, as long as nobody types into a field.
import { useLayoutEffect } from "../vendor/hooks.js";
import { t } from "../words/words.js";

const FIELDS = "input:not([type=range]):not([type=checkbox]), select, textarea, dialog, audio";

/** Binds the keys while the mailbox is open; gives those that mean something now, for showing them. */
export function useMailboxKeys({ message, messages, control, onOpen }) {
  const items = messages.items ?? [];
  const at = items.findIndex(({ id }) => id === message?.id);
  const open = (index) => items[index] && onOpen(items[index].id);
  const keys = [
    { key: "j", words: t("key.next"), press: () => open(at + 1) },
    { key: "k", words: t("key.previous"), press: () => open(Math.max(0, at - 1)) },
    { key: "/", words: t("messages.find"), press: () => document.getElementById("find-message")?.focus() },
    ...(message ? keysOf(message, messages, control) : []),
  ].map((each) => ({ shown: each.key === " " ? t("key.space") : each.key, ...each }));
  // Before anybody sees the new rows: a key must not mean what was there before them.
  useLayoutEffect(() => {
    const press = (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest?.(FIELDS)) return;
      if (event.key === " " && event.target.closest?.("button, summary, a, input")) return;
      const found = keys.find(({ key }) => key === event.key);
      if (!found) return;
      event.preventDefault();
      found.press();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  });
  return keys;
}

function keysOf(message, messages, control) {
  const isDeleted = message.folder === "Deleted";
  return [
    message.has_recording && { key: " ", words: t("sound.play"), press: () => control.toggle?.() },
    message.has_recording && { key: "h", words: t("key.back"), press: () => control.skip?.(-1) },
    message.has_recording && { key: "l", words: t("key.forth"), press: () => control.skip?.(1) },
    !isDeleted && { key: "d", words: t("message.delete"), press: () => messages.remove(message.id) },
    isDeleted && { key: "u", words: t("message.restore"), press: () => messages.restore(message.id) },
    !isDeleted && { key: "n", words: t(message.is_new ? "message.mark.heard" : "message.mark.new"), press: () => messages.change(message.id, { is_new: !message.is_new }) },
    !isDeleted && { key: "m", words: t("message.move"), press: () => document.getElementById("move-message")?.focus() },
    { key: "f", words: t("message.forward"), press: () => control.forward?.() },
  ].filter(Boolean);
}
