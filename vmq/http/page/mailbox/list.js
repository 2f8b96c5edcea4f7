// The table of a mailbox's messages, newest first, by folder and by text.
import { duration } from "../live/clock.js";
import { html } from "../parts/html.js";
import { Icon } from "../parts/icon.js";
import { keepStop, Open, walk } from "../parts/rows.js";
import { dateOf, t, tOr } from "../words/words.js";

/** Where a message can be put by hand. */
export const TARGETS = ["INBOX", "Old", "Work", "Family", "Friends", "Cust1", "Cust2", "Cust3", "Cust4", "Cust5"];
const FOLDERS = [...TARGETS, "Urgent", "Deleted"];

export const folderName = (folder) => tOr(`folder.${folder}`, folder);

/** Who a message is from, as people name him. */
export const senderOf = (message) => {
  if (message.notice) return t(`told.${message.notice}`, { number: message.sender });
  return [message.caller_name, message.caller_number || message.sender].filter(Boolean).join(" · ") || t("caller.unknown");
};

export function MessageList({ messages, folder, onFolder, text, onText, opened, onOpen }) {
  const { items, counts, problem } = messages;
  return html`
    <section class="pane" aria-labelledby="messages-title">
      <header class="pane-head"><h2 id="messages-title">${t("messages")}
          ${counts && html`<span class="count">${t("messages.count", { n: counts.new + counts.urgent })}</span>`}</h2>
        <span class="filters">
          <label>${t("messages.folder")} <select value=${folder} onChange=${(event) => onFolder(event.target.value)}>
            <option value="">${t("messages.folder.all")}</option>
            ${FOLDERS.map((name) => html`<option key=${name} value=${name}>${folderName(name)}</option>`)}</select></label>
          <label>${t("messages.find")} <input id="find-message" type="search" value=${text} maxlength="80" onInput=${(event) => onText(event.target.value)} /></label>
        </span></header>
      <div class="scroll">
        ${problem && html`<p role="alert" class="empty">${problem.message}</p>`}
        ${items?.length > 0 && html`
          <table id="messages">
            <thead><tr>
              <th scope="col">${t("messages.from")}</th><th scope="col">${t("messages.at")}</th>
              <th scope="col" class="number">${t("messages.length")}</th><th scope="col">${t("messages.folder")}</th>
              <th scope="col" class="wide">${t("messages.marks")}</th>
            </tr></thead>
            <tbody onKeyDown=${(event) => walk(event)} onFocusIn=${keepStop}>
              ${items.map((message, at) => html`<${Row} key=${message.id} message=${message} isFirst=${at === 0} isOpen=${message.id === opened} onOpen=${onOpen} />`)}
            </tbody></table>`}
        ${items?.length === 0 && !problem && html`<p class="empty">${t(text ? "messages.none.found" : "messages.none")}</p>`}
        ${!items && html`<p class="empty">${t("history.loading")}</p>`}
      </div>
      ${messages.next && html`<p class="hint"><button onClick=${messages.more}>${t("history.more")}</button></p>`}
    </section>`;
}

const MARKS = ["is_urgent", "is_private", "is_broadcast", "wants_receipt"];

const Row = ({ message, isFirst, isOpen, onOpen }) => html`
  <tr class=${`${isOpen ? "is-chosen" : ""}${message.is_new ? " is-new" : ""}`}>
    <td><${Open} id=${message.id} isFirst=${isFirst} onOpen=${() => onOpen(message.id)}>
      ${message.is_new && html`<${Icon} name="new" /><span class="hidden">${t("message.new")}: </span>`}${senderOf(message)}<//></td>
    <td>${dateOf(message.received_at)}</td>
    <td class="number">${message.has_recording ? duration(message.duration_s) : "–"}</td>
    <td>${folderName(message.folder)}</td>
    <td class="wide">${MARKS.filter((mark) => message[mark]).map((mark) => html`<span key=${mark} class="tag">${t(`message.${mark}`)}</span> `)}</td>
  </tr>`;
