// Users and their roles: made, changed, given another password, forgotten.
import { command, part } from "../api.js";
import { Ask, Field } from "../parts/dialog.js";
import { html } from "../parts/html.js";
import { useState } from "../vendor/hooks.js";
import { t } from "../words/words.js";
import { tried, useGet, Waiting } from "./load.js";

const ROLES = ["agent", "supervisor", "administrator"];

export function UsersPage() {
  const { data, problem, again } = useGet("/users");
  const [opened, setOpened] = useState(null);
  if (!data) return html`<${Waiting} problem=${problem} />`;
  const run = async (work, done) => {
    await tried(work, done);
    again();
  };
  const save = ({ name, password, role, queues, agent, mailbox }) => {
    const names = queues.split(/[\s,]+/).filter(Boolean);
    const body = { role, queues: names.length ? names : null, agent: agent.trim(), mailbox: mailbox.trim(), ...(password ? { password } : {}) };
    if (opened.name) return run(() => command(`/users/${part(opened.name)}`, body, "PATCH"), t("users.saved"));
    return run(() => command("/users", { ...body, name: name.trim(), password }), t("users.saved"));
  };
  return html`
    <p class="buttons start"><button onClick=${() => setOpened({})}>${t("users.new")}</button></p>
    ${data.items.length === 0 && html`<p class="empty">${t("users.none")}</p>`}
    ${data.items.length > 0 && html`
      <section class="pane tall" aria-label=${t("admin.users")}><div class="scroll"><table>
        <thead><tr><th scope="col">${t("users.name")}</th><th scope="col">${t("users.role")}</th><th scope="col">${t("queues")}</th><th scope="col">${t("agent")}</th><th scope="col">${t("users.mailbox")}</th><th scope="col"><span class="hidden">${t("users.do")}</span></th></tr></thead>
        <tbody>${data.items.map((user) => html`
          <tr key=${user.name}><th scope="row">${user.name}</th><td>${t(`role.${user.role}`)}</td><td>${user.queues ? user.queues.join(", ") : t("queues.all")}</td>
            <td>${user.agent}</td><td>${user.mailbox}</td>
            <td class="number"><button onClick=${() => setOpened(user)}>${t("users.change")}</button>
              <button class="danger" onClick=${() => run(() => command(`/users/${part(user.name)}`, undefined, "DELETE"), t("users.removed", { name: user.name }))}>${t("users.remove")}</button></td></tr>`)}</tbody>
      </table></div></section>`}
    ${opened && html`
      <${Ask} title=${opened.name ? t("users.change.title", { name: opened.name }) : t("users.new")} submit=${t("setting.save")} onSubmit=${save} onClose=${() => setOpened(null)}>
        ${!opened.name && html`<${Field} label=${t("users.name")}><input name="name" required maxlength="64" autocomplete="off" autofocus /><//>`}
        <${Field} label=${t(opened.name ? "users.password.other" : "users.password")}><input name="password" type="password" required=${!opened.name} maxlength="1024" autocomplete="new-password" /><//>
        <${Field} label=${t("users.role")}><select name="role" defaultValue=${opened.role ?? "agent"}>${ROLES.map((role) => html`<option key=${role} value=${role} selected=${role === (opened.role ?? "agent")}>${t(`role.${role}`)}</option>`)}</select><//>
        <${Field} label=${t("users.queues")}><input name="queues" defaultValue=${opened.queues?.join(", ") ?? ""} autocomplete="off" /><//>
        <${Field} label=${t("users.agent")}><input name="agent" defaultValue=${opened.agent ?? ""} maxlength="64" autocomplete="off" /><//>
        <${Field} label=${t("users.mailbox")}><input name="mailbox" defaultValue=${opened.mailbox ?? ""} maxlength="40" autocomplete="off" /><//>
      <//>`}`;
}
