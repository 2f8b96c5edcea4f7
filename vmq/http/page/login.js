// The log-in page: asks who is there already, and else for a name and a password; then goes on to the page wanted.
"use strict";

const byId = (id) => document.getElementById(id);
const asked = new URLSearchParams(location.search);

/** Where to go: only ever an address of this server, whole, since a path alone may begin like another server's. What
 * is behind `#` never reaches the server, so that it is still here. */
function goal() {
  const wanted = asked.get("next") || "/";
  const next = URL.canParse(wanted, location.origin) ? new URL(wanted, location.origin) : null;
  if (next?.origin !== location.origin) return location.origin;
  next.hash ||= location.hash;
  return next.href;
}

function say(text) {
  byId("says").textContent = text;
  byId("says").hidden = !text;
}

/** A refusal in words; how long to wait when there is something to wait for. */
async function words(response) {
  const body = await response.json().catch(() => ({}));
  const wait = Number(response.headers.get("Retry-After"));
  if (wait) return `${body.title}. Try again in ${Math.ceil(wait / 60)} min.`;
  if (body.id === "login-refused") return "The name or the password is wrong.";
  return [body.title || `The server said ${response.status}`, body.detail].filter(Boolean).join(": ");
}

async function begin() {
  const problem = asked.get("problem");
  if (problem) say(problem === "login-refused" ? "You are not let in with this log-in." : "The log-in didn't work. Try again.");
  const ways = await (await fetch("/api/v1/session/ways")).json();
  byId("setup").hidden = !ways.needs_setup;
  byId("login").hidden = ways.needs_setup;
  byId("provider").hidden = !ways.provider;
  byId("provider-link").textContent = `Log in with ${ways.provider}`;
  if (!problem && !ways.needs_setup && (await fetch("/api/v1/session")).ok) location.replace(goal());
}

byId("login").addEventListener("submit", async (submitted) => {
  submitted.preventDefault();
  const button = submitted.submitter || byId("login").querySelector("button");
  button.disabled = true;
  say("");
  try {
    const body = JSON.stringify({ name: byId("name").value, password: byId("password").value });
    const headers = { "Content-Type": "application/json" };
    const response = await fetch("/api/v1/session", { method: "POST", headers, body });
    if (response.ok) return location.replace(goal());
    say(await words(response));
    byId("password").select();
  } catch {
    say("The server doesn't answer.");
  } finally {
    button.disabled = false;
  }
});

begin().catch(() => say("The server doesn't answer."));
