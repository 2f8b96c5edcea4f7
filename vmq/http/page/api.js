// Asks vmq's HTTP API. A refusal comes back as a Problem, with the words that the server gave it.
import { t } from "./words/words.js";

const BASE = "/api/v1";
const TOKEN = "vmq-token";
let token = sessionStorage.getItem(TOKEN) ?? "";

/** A refusal: `id` is stable, `title`, `detail` and `errors` are the server's words. */
export class Problem extends Error {
  constructor(status, body) {
    super([body.title, body.detail].filter(Boolean).join(": ") || t("problem.status", { status }));
    this.status = status;
    this.id = body.id ?? "";
    this.title = body.title ?? "";
    this.detail = body.detail ?? "";
    this.errors = body.errors ?? [];
    this.body = body;
  }
}

/** Use this token from now on, for as long as this tab is open. */
export function useToken(text) {
  token = text;
  sessionStorage.setItem(TOKEN, text);
}

function forgetToken() {
  token = "";
  sessionStorage.removeItem(TOKEN);
}

/** Leave: the session ends, and the log-in page is shown. Throws a Problem, or a TypeError when nobody answers. */
export async function logOut() {
  await command("/session", undefined, "DELETE");
  forgetToken();
  location.replace("/login");
}

/** Where there are users, whom the server doesn't know (any more) logs in, and comes back to where he was: here nothing
 * goes on then. */
async function goToLogIn() {
  forgetToken();
  const answer = await fetch(`${BASE}/session/ways`);
  const hasUsers = answer.ok && !(await answer.json()).needs_setup;
  const here = location.pathname + location.search + location.hash;
  if (!hasUsers) return;
  location.replace(`/login?next=${encodeURIComponent(here)}`);
  await new Promise(() => {});
}

/** The address of something in the API. What is empty in `query` is left out. */
export function address(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return `${BASE}${path}${text ? `?${text}` : ""}`;
}

/** Ask, and get the Response; throws a Problem for a refusal, a TypeError when nobody answers. */
export async function ask(url, options = {}) {
  const headers = { ...options.headers };
  if (token) headers.Authorization = `Bearer ${token}`;
  const response = await fetch(url, { ...options, headers });
  if (response.ok) return response;
  if (response.status === 401) await goToLogIn();
  throw new Problem(response.status, await response.json().catch(() => ({})));
}

/** What is there, as data. */
export async function get(path, query) {
  return (await ask(address(path, query))).json();
}

/** Command something, and get what it answers; null when there is nothing to say. */
export async function command(path, body, method = "POST") {
  const json = body && { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await ask(address(path), { method, ...json });
  return response.status === 204 ? null : response.json();
}

/** A part of an address that may hold anything. */
export const part = encodeURIComponent;
