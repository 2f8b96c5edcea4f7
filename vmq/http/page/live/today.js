// The day's figures of queues and agents: what the reports say at the beginning, and what the stream adds to it. Pure.

const QUEUE = { offered: 0, entered: 0, answered: 0, in_level: 0, abandoned: 0, wait_s: 0, talk_s: 0, completed: 0 };
const AGENT = { calls: 0, completed: 0, missed: 0, refused: 0, talk_s: 0, paused_s: 0, wrap_up_s: 0, logged_in_s: 0 };
const REFUSED = new Set(["refused", "redirected", "busy"]);
const LASTING = { paused: "paused_s", wrap_up: "wrap_up_s" };

/** Figures from the rows of GET /reports/queues and /reports/agents, of today up to `at` (epoch seconds). */
export function figuresOf(queueRows, agentRows, at = 0) {
  return {
    at,
    ends_at: Math.min(...[...queueRows, ...agentRows].map((row) => Date.parse(row.end) / 1000), midnightAfter(at)),
    queues: new Map(queueRows.map((row) => [row.queue, queueFigures(row)])),
    agents: new Map(agentRows.map((row) => [row.agent, pick(row, AGENT)])),
  };
}

/** This machine's next midnight: the house's, as soon as anything was counted, is in the rows. */
function midnightAfter(at) {
  return new Date(at * 1000).setHours(24, 0, 0, 0) / 1000;
}

/** A queue's figures; zeros where nothing happened yet, undefined where nothing is counted. */
export const queueDay = (today, name) => today && (today.queues.get(name) ?? QUEUE);

/** An agent's figures, likewise. */
export const agentDay = (today, name) => today && (today.agents.get(name) ?? AGENT);

function queueFigures(row) {
  const answered = row.answered ?? 0;
  return {
    ...pick(row, QUEUE),
    in_level: Math.round((row.service_level ?? 0) * answered),
    wait_s: (row.answered_wait_avg_s ?? 0) * answered,
  };
}

function pick(row, shape) {
  return Object.fromEntries(Object.keys(shape).map((name) => [name, row[name] ?? 0]));
}

/** Share of the answered who were answered in time; null when nobody was answered. */
export const levelOf = (figures) => (figures?.answered ? figures.in_level / figures.answered : null);

/**
 * The figures after these entries. `floor` is the floor before them: what a second of somebody's status adds depends on
 * when it began, a service level on its queue.
 */
export function addFigures(figures, floor, entries) {
  const next = { ...figures, queues: new Map(figures.queues), agents: new Map(figures.agents) };
  const statuses = new Map();
  const add = (map, shape, key, changes) => {
    const was = next[map].get(key) ?? shape;
    next[map].set(key, Object.fromEntries(Object.keys(shape).map((name) => [name, was[name] + (changes[name] ?? 0)])));
  };
  for (const { id, at, kind, record } of entries) {
    if (id <= floor.last_id) continue;
    const level = floor.queues.get(record.queue);
    if (kind === "CallerEntered" && !record.is_return) add("queues", QUEUE, record.queue, { offered: 1, entered: 1 });
    if (kind === "CallerLeft" && record.position === 0) add("queues", QUEUE, record.queue, { offered: 1 });
    if (kind === "CallerAbandoned" && record.wait_s >= (level?.short_abandon_s ?? 0)) add("queues", QUEUE, record.queue, { abandoned: 1 });
    if (kind === "CallConnected") {
      const inTime = record.wait_s <= (level?.service_level_s ?? 0) ? 1 : 0;
      add("queues", QUEUE, record.queue, { answered: 1, in_level: inTime, wait_s: record.wait_s });
      add("agents", AGENT, record.agent, { calls: 1 });
    }
    if (kind === "CallCompleted") {
      const talk_s = Math.min(record.talk_s, at - figures.at); // what was talked before is counted
      add("queues", QUEUE, record.queue, { completed: 1, talk_s });
      add("agents", AGENT, record.agent, { completed: 1, talk_s });
    }
    if (kind === "OfferFailed" && record.why === "no_answer") add("agents", AGENT, record.agent, { missed: 1 });
    if (kind === "OfferFailed" && REFUSED.has(record.why)) add("agents", AGENT, record.agent, { refused: 1 });
    if (kind === "AgentStatusChanged") {
      const was = statuses.get(record.agent) ?? floor.agents.get(record.agent);
      if (was && was.status !== record.status) {
        add("agents", AGENT, record.agent, lasted(was, at, figures.at));
        statuses.set(record.agent, { status: record.status, since: at });
      }
    }
  }
  return next;
}

/** What an agent's status, until then, adds to the figures that were counted up to `countedTo`. */
export function lasted({ status, since }, until, countedTo = 0) {
  const seconds = Math.max(0, until - Math.max(since, countedTo));
  return { [LASTING[status] ?? ""]: seconds, logged_in_s: status === "offline" ? 0 : seconds };
}
