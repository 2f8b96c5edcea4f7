// A mailbox: messages in their folders, the one that is open, greetings. One's own; an administrator's any.
import { Greetings } from "./greetings.js";
import { MessageDrawer } from "./message.js";
import { MessageList } from "./list.js";
import { useMailboxKeys } from "./keys.js";
import { useMessages } from "./load.js";
import { get, part as quoted } from "../api.js";
import { useSession } from "../live/use.js";
import { act } from "../parts/act.js";
import { html } from "../parts/html.js";
import { roomAddress } from "../where.js";
import { useEffect, useRef, useState } from "../vendor/hooks.js";
import { t } from "../words/words.js";

export default function MailboxRoom({ where }) {
  const session = useSession();
  const [named, part] = where.rest;
  const number = (session.can("administer") && named) || session.mailbox;
  if (!number) return html`<${ChooseMailbox} isAllowed=${session.can("administer")} />`;
  return html`<${Mailbox} key=${number} number=${number} hasGreetings=${part === "greetings"} isOwn=${number === session.mailbox} />`;
}

/** Any number, and all there are with what is new in them: a click opens one, and lets in again who is locked out. */
function ChooseMailbox({ isAllowed }) {
  const [all, setAll] = useState([]);
  const load = () => get("/mailboxes").then(({ items }) => setAll(items), () => {});
  useEffect(() => {
    if (isAllowed) load();
  }, []);
  const unlock = async (number) => {
    await act(`/mailboxes/${quoted(number)}/lock`, undefined, "DELETE");
    load();
  };
  const go = (event) => {
    event.preventDefault();
    location.hash = roomAddress("mailbox", [new FormData(event.target).get("number").trim()]);
  };
  if (!isAllowed) return html`<p class="empty">${t("mailbox.none")}</p>`;
  return html`
    <section class="card narrow"><h2>${t("mailbox.whose")}</h2>
      <form class="row" onSubmit=${go}>
        <label>${t("mailbox.number")} <input name="number" required pattern="[0-9*#+A-Za-z_.\\-]+" maxlength="40" autofocus /></label>
        <button class="main">${t("mailbox.open")}</button></form>
      ${all.length > 0 && html`<table id="mailboxes"><tbody>${all.map((each) => html`
        <tr key=${each.number}><th scope="row"><a href=${roomAddress("mailbox", [each.number])}>${each.number} ${each.name}</a></th>
          <td>${each.new + each.urgent > 0 && t("messages.count", { n: each.new + each.urgent })}</td>
          <td>${each.is_locked && html`<button onClick=${() => unlock(each.number)}>${t("mailbox.unlock")}</button>`}</td></tr>`)}</tbody></table>`}</section>`;
}

function Mailbox({ number, hasGreetings, isOwn }) {
  const [folder, setFolder] = useState("");
  const [text, setText] = useState("");
  const [opened, setOpened] = useState("");
  const messages = useMessages(number, folder, text);
  const control = useRef({}).current;
  const message = messages.items?.find(({ id }) => id === opened);
  const keys = useMailboxKeys({ number, message, messages, control, onOpen: setOpened });
  const tab = (name, words) => html`
    <a href=${roomAddress("mailbox", name ? [number, name] : [number])} aria-current=${(name === "greetings") === hasGreetings ? "page" : null}>${words}</a>`;
  return html`
    <div class=${`mailbox floor${message && !hasGreetings ? " has-drawer" : ""}`}>
      <div class="mailbox-main">
        <h1>${t("mailbox.title", { number })}</h1>
        <nav class="tabs" aria-label=${t("mailbox.parts")}>${tab("", t("messages"))}${tab("greetings", t("greetings"))}
          ${!isOwn && html`<a href=${roomAddress("mailbox")}>${t("mailbox.other")}</a>`}</nav>
        ${hasGreetings
          ? html`<${Greetings} number=${number} />`
          : html`<${MessageList} messages=${messages} folder=${folder} onFolder=${setFolder} text=${text} onText=${setText} opened=${opened} onOpen=${setOpened} />
            <details class="card"><summary>${t("keys")}</summary>
              <dl class="keys">${keys.map(({ shown, words }) => html`<div key=${shown}><dt><kbd>${shown}</kbd></dt><dd>${words}</dd></div>`)}</dl></details>`}
      </div>
      ${message && !hasGreetings && html`
        <${MessageDrawer} key=${message.id} number=${number} message=${message} messages=${messages} control=${control} onClose=${() => setOpened("")} />`}
    </div>`;
}
