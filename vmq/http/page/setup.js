// The set-up page: makes the first administrator with the key of the link, and goes on, logged in.
"use strict";

const byId = (id) => document.getElementById(id);
const key = new URLSearchParams(location.search).get("key") || "";
history.replaceState(null, "", "/setup"); // the key is not to stand in the address line, nor in the history

function say(text) {
  byId("says").textContent = text;
  byId("says").hidden = !text;
}

async function refusal(response) {
  const body = await response.json().catch(() => ({}));
  return [body.title || `The server said ${response.status}`, body.detail].filter(Boolean).join(": ");
}

byId("setup").addEventListener("submit", async (submitted) => {
  submitted.preventDefault();
  if (byId("password").value !== byId("again").value) return say("The two passwords are not the same.");
  const button = byId("setup").querySelector("button");
  button.disabled = true;
  say("");
  try {
    const body = JSON.stringify({ key, name: byId("name").value, password: byId("password").value });
    const headers = { "Content-Type": "application/json" };
    const response = await fetch("/api/v1/setup", { method: "POST", headers, body });
    if (response.ok) return location.replace("/");
    say(await refusal(response));
  } catch {
    say("The server doesn't answer.");
  } finally {
    button.disabled = false;
  }
});
