// The floor page: asks the API for the floor, follows the journal's live stream, and asks again after each event.
// fetch carries the stream too, since EventSource can't send a token.
"use strict";

const MAX_EVENTS = 40;
const byId = (id) => document.getElementById(id);
const events = [];
let token = sessionStorage.getItem("vmq-token") || "";
let lastId = null;

async function api(path, options = {}) {
  const headers = { ...options.headers };
  if (token) headers.Authorization = `Bearer ${token}`;
  const response = await fetch(`/api/v1${path}`, { ...options, headers });
  byId("token-form").hidden = response.status !== 401;
  if (!response.ok) throw new Error((await response.json().catch(() => ({}))).title || `The server said ${response.status}`);
  return response;
}

// ---- drawing: rows are kept by key, so that focus and selection survive a change

function draw(tableId, items, key, cells) {
  const body = byId(tableId).tBodies[0];
  const before = new Map([...body.rows].map((row) => [row.dataset.key, row]));
  items.forEach((item, place) => {
    const id = key(item);
    const row = before.get(id) || document.createElement("tr");
    before.delete(id);
    row.dataset.key = id;
    if (body.rows[place] !== row) body.insertBefore(row, body.rows[place] || null);
    cells(item).forEach((cell, index) => fill(row, index, cell));
  });
  before.forEach((row) => row.remove());
  const empty = byId(`${tableId}-empty`);
  if (empty) empty.hidden = items.length > 0;
}

function fill(row, index, cell) {
  const td = row.cells[index] || row.insertCell();
  const { text = "", style = "", since = 0, buttons = null } = typeof cell === "object" ? cell : { text: String(cell) };
  if (td.className !== style) td.className = style;
  td.dataset.since = since || "";
  if (buttons) return fillButtons(td, buttons);
  const shown = since ? age(since) : text;
  if (td.textContent !== shown) td.textContent = shown;
}

function fillButtons(td, buttons) {
  const names = buttons.map(([label]) => label).join();
  if (td.dataset.buttons === names) return;
  td.dataset.buttons = names;
  td.replaceChildren(...buttons.map(([label, act]) => {
    const button = document.createElement("button");
    button.textContent = label;
    button.addEventListener("click", act);
    return button;
  }));
}

const now = () => Date.now() / 1000; // our own clock: the server's may differ, so it tells durations

function age(since) {
  const seconds = Math.max(0, Math.floor(now() - since));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function show(floor) {
  const callers = floor.queues.flatMap((queue) => [...queue.callers, ...queue.talking].map((caller) => ({ ...caller, queue: queue.name })));
  byId("link").className = floor.is_linked ? "live" : "down";
  byId("link-text").textContent = floor.is_linked ? "live" : "no link to Asterisk: nobody can be rung";
  draw("queues", floor.queues, (queue) => queue.name, (queue) => [
    queue.name,
    { text: String(queue.callers.length), style: "number" },
    { text: "–", since: queue.callers.length && now() - queue.longest_wait_s, style: "number" },
    { text: String(queue.counts.talking), style: "number" },
    { text: `${queue.counts.agents_free} of ${queue.counts.agents_working}`, style: "number" },
  ]);
  draw("callers", callers, (caller) => caller.call_id, (caller) => [
    { text: caller.position ? String(caller.position) : "–", style: "number" },
    [caller.name, caller.number].filter(Boolean).join(" · ") || "unknown",
    caller.queue,
    { text: caller.state, style: caller.state },
    caller.agent || "–",
    { since: now() - (caller.talk_s || caller.wait_s), style: "number" },
  ]);
  draw("agents", floor.agents, (agent) => agent.name, (agent) => [
    agent.name,
    { text: status(agent), style: agent.status },
    { text: agent.device_state, style: agent.device_state },
    agent.queues.join(", "),
    { buttons: commands(agent) },
  ]);
}

function status(agent) {
  const reason = agent.reason ? ` (${agent.reason})` : "";
  const next = agent.next_status ? `, then ${agent.next_status}` : "";
  return agent.status.replace("_", "-") + reason + next;
}

function commands(agent) {
  const send = (action, body) => () => command(agent.name, action, body);
  if (agent.status === "offline") return [["Log in", send("login")]];
  const pause = ["Pause", () => askReason(agent.name)];
  const first = { paused: ["Unpause", send("unpause")], wrap_up: ["Done", send("wrap-up-end")] }[agent.status] || pause;
  return [first, ["Log out", send("logout")]];
}

// ---- commands

async function command(name, action, body) {
  try {
    const json = body && { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    await api(`/agents/${encodeURIComponent(name)}/${action}`, { method: "POST", ...json });
    complain("");
  } catch (error) {
    complain(error.message);
  }
}

function askReason(name) {
  const dialog = byId("pause-dialog");
  byId("pause-title").textContent = `Pause ${name}`;
  byId("pause-reason").value = "";
  dialog.returnValue = "";
  dialog.onclose = () => {
    if (dialog.returnValue === "pause") command(name, "pause", { reason: byId("pause-reason").value });
  };
  dialog.showModal();
}

function complain(text) {
  byId("failure").textContent = text;
  byId("failure").hidden = !text;
}

// ---- following

let isAsking = false;
let isStale = false;

async function refresh() {
  isStale = true;
  if (isAsking) return;
  isAsking = true;
  try {
    while (isStale) {
      isStale = false;
      show(await (await api("/floor")).json());
      await pause(100); // a burst of events is drawn ten times a second at most
    }
  } catch (error) {
    lost(error);
  } finally {
    isAsking = false;
  }
}

async function follow() {
  const headers = lastId === null ? {} : { "Last-Event-ID": lastId };
  const response = await api("/events", { headers });
  complain("");
  refresh();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const frames = (rest + value).split("\n\n");
    rest = frames.pop();
    frames.forEach(take);
  }
}

function take(frame) {
  const field = (name) => frame.split("\n").find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  const name = field("event");
  lastId = field("id") ?? lastId;
  if (!name) return;
  if (name === "record") {
    events.unshift(JSON.parse(field("data")));
    events.length = Math.min(events.length, MAX_EVENTS);
    draw("events", events, (entry) => String(entry.id), (entry) => [
      new Date(entry.at * 1000).toLocaleTimeString(),
      entry.kind.replace(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase(),
      who(entry.record),
    ]);
  }
  refresh();
}

function who(record) {
  const names = ["agent", "queue", "mailbox", "number", "device", "status", "state", "reason", "why"];
  return names.map((name) => record[name]).filter(Boolean).join(" · ");
}

function lost(error) {
  byId("link").className = "down";
  byId("link-text").textContent = `not connected: ${error.message}`;
}

let wake = () => {}; // ends the wait for the next try
const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

async function main() {
  for (let wait = 500; ; wait = Math.min(wait * 2, 10000)) {
    const began = Date.now();
    try {
      await follow();
      lost(new Error("the server ended the stream"));
    } catch (error) {
      lost(error);
    }
    if (Date.now() - began > 5000) wait = 500;
    await new Promise((resolve) => { wake = resolve; setTimeout(resolve, wait); });
  }
}

byId("token-form").addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  token = byId("token").value;
  sessionStorage.setItem("vmq-token", token);
  wake();
});

setInterval(() => document.querySelectorAll("td[data-since]").forEach((td) => {
  if (td.dataset.since) td.textContent = age(Number(td.dataset.since));
}), 1000);

main();
