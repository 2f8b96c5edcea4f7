// The messages of a mailbox as they are now: asked for page by page, and anew when the stream tells of a change.
import { command, get, part } from "../api.js";
import { useStore } from "../live/use.js";
import { say } from "../parts/act.js";
import { useEffect, useRef, useState } from "../vendor/hooks.js";
import { t } from "../words/words.js";

const CHANGES = new Set(["MessageStored", "MessageChanged", "MessageTranscribed"]);
const PAGE = 50;
const TYPING_MS = 250;

/** { items, next, counts, problem, more, change, remove, restore }; `items` null = not there yet. */
export function useMessages(number, folder, text) {
  const store = useStore();
  const [state, setState] = useState({ items: null, next: null, counts: null, problem: null });
  const asked = useRef(0);
  const path = `/mailboxes/${part(number)}`;
  const ask = async (cursor, before, limit = PAGE) => {
    const mine = ++asked.current;
    try {
      const [page, counts] = await Promise.all([get(`${path}/messages`, { folder, search: text, cursor, limit }), get(path)]);
      if (mine === asked.current) setState({ items: [...before, ...page.items], next: page.next, counts, problem: null });
    } catch (problem) {
      if (mine === asked.current) setState({ items: before, next: null, counts: null, problem });
    }
  };
  const again = () => ask("", [], Math.min(500, Math.max(PAGE, state.items?.length ?? 0)));
  const latest = useRef(again);
  latest.current = again;
  useEffect(() => {
    const timer = setTimeout(() => ask("", []), text ? TYPING_MS : 0);
    return () => clearTimeout(timer);
  }, [number, folder, text]);
  useEffect(() => {
    let timer = 0;
    const stop = store.observe(({ kind, record }) => {
      if (!CHANGES.has(kind) || record.mailbox !== number) return;
      clearTimeout(timer);
      timer = setTimeout(() => latest.current(), 100);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [number]);
  const put = async (method, id, action, body) => {
    try {
      await command(`${path}/messages/${part(id)}${action}`, body, method);
      return true;
    } catch (problem) {
      say(problem.status ? problem.message : t("problem.network"), "failure");
      return false;
    }
  };
  return {
    ...state,
    more: () => ask(state.next, state.items),
    change: (id, body) => put("PATCH", id, "", body),
    remove: (id) => put("DELETE", id, ""),
    restore: (id) => put("POST", id, "/restore"),
  };
}
