// One's own account: the password, where one is logged in, and tokens for one's programs.
import { command, get, part } from "../api.js";
import { say } from "../parts/act.js";
import { html } from "../parts/html.js";
import { useSession } from "../live/use.js";
import { useEffect, useState } from "../vendor/hooks.js";
import { dateOf, t } from "../words/words.js";

const RIGHTS = ["agent", "supervise", "administer", "monitor"];

export default function AccountRoom() {
  const { name } = useSession();
  return html`
    <div class="help"><h1>${name}</h1><${Password} /><${Sessions} /><${Tokens} /></div>`;
}

/** True when it worked. What doesn't is said. */
async function tried(work, done) {
  try {
    await work();
    if (done) say(done);
    return true;
  } catch (problem) {
    say(problem.status ? problem.message : t("problem.network"), "failure");
    return false;
  }
}

/** A list of the API, and how to ask for it anew. */
function useItems(path) {
  const [items, setItems] = useState([]);
  const load = () => tried(async () => setItems((await get(path)).items));
  useEffect(() => {
    load();
  }, []);
  return [items, load];
}

function Password() {
  const send = async (event) => {
    event.preventDefault();
    const { target } = event;
    const given = new FormData(target);
    if (given.get("new") !== given.get("again")) return say(t("account.password.differ"), "failure");
    const body = { old_password: given.get("old"), new_password: given.get("new") };
    if (await tried(() => command("/session/password", body, "PUT"), t("account.password.done"))) target.reset();
    return undefined;
  };
  const field = (name, kind) => html`
    <label class="field"><span>${t(`account.password.${name}`)}</span><input type="password" name=${name} required minlength=${kind === "new-password" ? 10 : 1} maxlength="200" autocomplete=${kind} /></label>`;
  return html`
    <form class="card" onSubmit=${send} aria-labelledby="password-title"><h2 id="password-title">${t("account.password")}</h2>
      ${field("old", "current-password")}${field("new", "new-password")}${field("again", "new-password")}
      <p class="buttons start"><button class="main">${t("account.password.do")}</button></p></form>`;
}

function Sessions() {
  const [items, load] = useItems("/sessions");
  const end = (id) => tried(() => command(`/sessions/${part(id)}`, undefined, "DELETE"), t("account.session.ended")).then(load);
  return html`
    <section class="card" aria-labelledby="sessions-title"><h2 id="sessions-title">${t("account.sessions")}</h2>
      <ul class="choose">${items.map((each) => html`
        <li key=${each.id}><span class="words">${each.browser || "–"}</span> <span class="soft">${each.address} · ${t("account.seen", { at: dateOf(each.seen_at) })}</span>
          ${each.is_this ? html`<span class="tag">${t("account.session.this")}</span>` : html`<button onClick=${() => end(each.id)} aria-label=${t("account.session.end.of", { at: dateOf(each.seen_at) })}>${t("account.session.end")}</button>`}</li>`)}</ul></section>`;
}

function Tokens() {
  const session = useSession();
  const [items, load] = useItems("/tokens");
  const [made, setMade] = useState("");
  const make = async (event) => {
    event.preventDefault();
    const { target } = event;
    const given = new FormData(target);
    const queues = given.get("queues").split(/[\s,]+/).filter(Boolean);
    const body = { label: given.get("label").trim(), rights: given.getAll("rights"), queues: queues.length ? queues : null };
    if (!body.rights.length) return say(t("account.token.no-right"), "failure");
    const isDone = await tried(async () => setMade((await command("/tokens", body)).token), t("account.token.made"));
    if (isDone) target.reset();
    return load();
  };
  const revoke = (id) => tried(() => command(`/tokens/${part(id)}`, undefined, "DELETE"), t("account.token.revoked")).then(load);
  return html`
    <section class="card" aria-labelledby="tokens-title"><h2 id="tokens-title">${t("account.tokens")}</h2>
      <p class="soft">${t("account.tokens.what")}</p>
      ${made && html`<label class="field"><span>${t("account.token.once")}</span><input id="made-token" readonly value=${made} onFocus=${({ target }) => target.select()} /></label>`}
      <ul class="choose">${items.map((each) => html`
        <li key=${each.id}><b>${each.label}</b> <span class="soft">${[each.user !== session.name && each.user, each.rights.map((right) => t(`account.right.${right}`)).join(", "), each.queues?.join(", "), each.seen_at ? t("account.seen", { at: dateOf(each.seen_at) }) : t("account.token.unused")].filter(Boolean).join(" · ")}</span>
          <button class="danger" aria-label=${t("account.token.revoke.of", { label: each.label })} onClick=${() => revoke(each.id)}>${t("account.token.revoke")}</button></li>`)}</ul>
      <form onSubmit=${make} aria-label=${t("account.token.new")}>
        <label class="field"><span>${t("account.token.label")}</span><input name="label" required maxlength="80" autocomplete="off" /></label>
        <fieldset class="checks"><legend>${t("account.token.rights")}</legend>${RIGHTS.filter((right) => session.can(right)).map((right) => html`
          <label key=${right} class="inline"><input type="checkbox" name="rights" value=${right} /> ${t(`account.right.${right}`)}</label>`)}</fieldset>
        <label class="field"><span>${t("account.token.queues")}</span><input name="queues" autocomplete="off" /></label>
        <p class="buttons start"><button class="main">${t("account.token.do")}</button></p></form></section>`;
}
