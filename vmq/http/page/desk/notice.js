// Tells the agent of an offered call where he looks: a desktop notification, and the page's title.
import { useStore } from "../live/use.js";
import { html } from "../parts/html.js";
import { nameOf } from "../parts/state.js";
import { useEffect, useState } from "../vendor/hooks.js";
import { t } from "../words/words.js";

/** While the desk of this agent is open. */
export function useOfferNotice(agent) {
  const store = useStore();
  useEffect(() => {
    const title = document.title;
    let shown = null;
    const end = () => {
      document.title = title;
      shown?.close();
      shown = null;
    };
    const stop = store.observe(({ kind, record }, floor) => {
      if (record.agent !== agent) return;
      if (kind === "OfferMade") {
        const who = nameOf(floor.callers.get(record.call_id) ?? {});
        document.title = t("notice.rings", { who });
        shown = notify(who, record);
      }
      if (kind === "OfferFailed" || kind === "CallConnected") end();
    });
    return () => {
      stop();
      end();
    };
  }, [agent]);
}

function notify(who, { queue, offer_id }) {
  if (!("Notification" in window) || Notification.permission !== "granted") return null;
  const notice = new Notification(t("notice.rings", { who }), { body: queue, tag: offer_id, requireInteraction: true });
  notice.onclick = () => window.focus();
  return notice;
}

/** Asks for the browser's leave, where it was not given or refused yet. */
export function AllowNotices() {
  const [permission, setPermission] = useState(window.Notification?.permission);
  if (permission !== "default") return null;
  const ask = async () => setPermission(await Notification.requestPermission());
  return html`<p><button onClick=${ask}>${t("notice.allow")}</button></p>`;
}
