// Around every room: who is here and where one can go, how the stream is, what went wrong.
import { logOut } from "./api.js";
import { ROOMS } from "./rooms.js";
import { roomAddress, whereabouts } from "./where.js";
import { Live, useLive, useStore } from "./live/use.js";
import { onMessage, say } from "./parts/act.js";
import { html } from "./parts/html.js";
import { Icon } from "./parts/icon.js";
import { useEffect, useState } from "./vendor/hooks.js";
import { chooseLanguage, language, languages, t } from "./words/words.js";

const SHOWN_MS = 8000;

/** The whole page. */
export function Shell({ store, session }) {
  const allowed = ROOMS.filter((room) => session.can(room.right) && (room.isFor?.(session) ?? true));
  const [where, setWhere] = useState(whereabouts);
  const room = allowed.find(({ name }) => name === where.name) ?? allowed[0];
  useEffect(() => {
    const moved = () => setWhere(whereabouts());
    addEventListener("hashchange", moved);
    moved(); // between the drawing and this it may have been another
    return () => removeEventListener("hashchange", moved);
  }, []);
  useEffect(() => {
    document.title = room ? `${t(`room.${room.name}`)} · vmq` : "vmq";
  }, [room?.name]);
  const isWall = room?.name === "wall" && where.query.has("full");
  return html`
    <${Live.Provider} value=${{ store, session }}>
      <a class="skip" href="#room" onClick=${skip}>${t("skip")}</a>
      ${!isWall && html`<${Header} rooms=${allowed} current=${room?.name} session=${session} />`}
      <${LinkNotice} />
      <main id="room" class=${`room-${room?.name}`} tabindex="-1">
        ${!room && html`<p class="empty">${t("room.none")}</p>`}
        ${room && html`<${room.component ?? LoadedRoom} key=${room.name} where=${where} load=${room.load} />`}
      </main>
      <${Messages} />
    <//>`;
}

/** A room that comes when somebody enters it. */
function LoadedRoom({ where, load }) {
  const [found, setFound] = useState({});
  useEffect(() => {
    load().then((component) => setFound({ component }), () => setFound({ problem: t("problem.network") }));
  }, []);
  if (found.problem) return html`<p role="alert" class="empty">${found.problem}</p>`;
  return found.component ? html`<${found.component} where=${where} />` : html`<p class="empty">${t("history.loading")}</p>`;
}

function skip(event) {
  event.preventDefault();
  document.getElementById("room").focus();
}

const Header = ({ rooms, current, session }) => html`
  <header class="shell">
    <strong class="brand">vmq</strong>
    <nav aria-label=${t("nav")}>
      ${rooms.filter((room) => !room.isSign && !room.isHidden).map(({ name }) => html`
        <a key=${name} href=${roomAddress(name)} aria-current=${name === current ? "page" : null}>${t(`room.${name}`)}</a>`)}
    </nav>
    <${LinkState} />
    ${session.name && html`<${Who} name=${session.name} />`}
    ${rooms.filter((room) => room.isSign).map(({ name }) => html`
      <a key=${name} class="sign" href=${roomAddress(name)} aria-current=${name === current ? "page" : null} aria-label=${t(`room.${name}`)} title=${t(`room.${name}`)}><${Icon} name=${name} /></a>`)}
    <${Theme} />
    <select class="language" aria-label=${t("language")} value=${language} onChange=${(event) => chooseLanguage(event.target.value)}>
      ${Object.entries(languages).map(([tag, name]) => html`<option key=${tag} value=${tag}>${name}</option>`)}
    </select>
  </header>`;

function Who({ name }) {
  const leave = () => logOut().catch((problem) => say(problem.status ? problem.message : t("problem.network"), "failure"));
  return html`<a class="who" href=${roomAddress("account")}>${name}</a>
    <button class="sign" onClick=${leave} aria-label=${t("sign-out")} title=${t("sign-out")}><${Icon} name="out" /></button>`;
}

function LinkState() {
  const link = useLive((state) => (state.link === "live" && !state.floor.is_linked ? "down" : state.link));
  return html`<span id="link" class=${`link is-${link}`} role="status"><span class="dot" aria-hidden="true"></span>${t(`link.${link}`)}</span>`;
}

/** Says that what is shown is old, or that nobody can be rung; and for a moment that it is over. */
function LinkNotice() {
  const store = useStore();
  const link = useLive((state) => state.link);
  const problem = useLive((state) => state.problem);
  const isDown = useLive((state) => state.link === "live" && !state.floor.is_linked && state.floor.last_id > 0);
  const [wasLost, setWasLost] = useState(false);
  useEffect(() => {
    if (link === "lost") setWasLost(true);
    if (link !== "live" || !wasLost) return undefined;
    const timer = setTimeout(() => setWasLost(false), 4000);
    return () => clearTimeout(timer);
  }, [link]);
  if (link === "lost") {
    return html`
      <div class="notice is-bad" role="alert"><${Icon} name="warn" />
        <span>${t("notice.lost")} ${problem?.status ? problem.message : ""}</span>
        <button onClick=${() => store.retry()}>${t("notice.retry")}</button></div>`;
  }
  if (isDown) return html`<div class="notice is-bad" role="alert"><${Icon} name="warn" /><span>${t("notice.down")}</span></div>`;
  if (wasLost) return html`<div class="notice is-good" role="status"><${Icon} name="good" /><span>${t("notice.back")}</span></div>`;
  return null;
}

function Theme() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const [theme, setTheme] = useState(document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light"));
  const other = theme === "dark" ? "light" : "dark";
  const choose = () => {
    document.documentElement.dataset.theme = other;
    localStorage.setItem("vmq-theme", other);
    setTheme(other);
  };
  return html`<button class="sign" onClick=${choose} aria-label=${t(`theme.${other}`)} title=${t(`theme.${other}`)}>
    <${Icon} name=${theme === "dark" ? "sun" : "moon"} /></button>`;
}

/** What the server refused, in its words; and what was done. */
function Messages() {
  const [message, setMessage] = useState(null);
  useEffect(() => onMessage(setMessage), []);
  useEffect(() => {
    if (!message) return undefined;
    const timer = setTimeout(() => setMessage(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [message]);
  return html`
    <div class="messages" role=${message?.kind === "failure" ? "alert" : "status"}>
      ${message && html`
        <p class=${`message is-${message.kind}`}><${Icon} name=${message.kind === "failure" ? "bad" : "good"} />
          <span>${message.text}</span>
          <button class="sign" aria-label=${t("close")} onClick=${() => setMessage(null)}><${Icon} name="close" /></button></p>`}
    </div>`;
}
