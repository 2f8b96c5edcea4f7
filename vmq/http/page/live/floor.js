// The floor as the page knows it, made from the API's snapshot. Its fields have the API's names; times are vmq's clock.

/** A floor from the answer of GET /floor: queues, agents, callers and offers by name or id. */
export function floorOf(snapshot) {
  const callers = new Map();
  const queues = new Map();
  for (const view of snapshot.queues) {
    for (const caller of [...view.callers, ...view.talking]) {
      callers.set(caller.call_id, callerOf(caller, view.name, snapshot.at));
    }
    const { counts, stats, longest_wait_s, callers: line, talking, ...queue } = view;
    queues.set(view.name, { ...queue, line: line.map(idOf), talking: talking.map(idOf) });
  }
  return {
    at: snapshot.at,
    last_id: snapshot.last_id,
    is_linked: snapshot.is_linked,
    can_dial: snapshot.can_dial ?? false,
    is_stale: false,
    queues,
    callers,
    agents: new Map(snapshot.agents.map((agent) => [agent.name, agent])),
    offers: new Map(snapshot.agents.filter((agent) => agent.offer).map((agent) => [agent.offer.offer_id, agent.name])),
  };
}

/** An empty floor, before anything is known. */
export const NO_FLOOR = {
  at: 0, last_id: 0, is_linked: false, can_dial: false, is_stale: true,
  queues: new Map(), callers: new Map(), agents: new Map(), offers: new Map(),
};

const idOf = (caller) => caller.call_id;

function callerOf(view, queue, at) {
  const { wait_s, talk_s, position, estimate_s, channel, ...caller } = view;
  return { ...caller, queue, connected_at: view.state === "talking" ? at - talk_s : 0 };
}

const FREE_STATES = new Set(["NOT_INUSE"]);

/** What an agent does, in one word: offline, paused, wrap_up, ringing, connecting, talking, busy, ready. */
export function doing(agent) {
  if (agent.offer) return { created: "ringing", ringing: "ringing", connected: "talking" }[agent.offer.state] ?? "connecting";
  if (agent.status !== "available") return agent.status;
  return FREE_STATES.has(agent.device_state) ? "ready" : "busy";
}

/** Since when he does it, in vmq's epoch seconds; 0 = not known. */
export function doingSince(agent) {
  if (agent.offer) return agent.offer.connected_at || agent.offer.made_at;
  return agent.status === "available" ? agent.idle_since || agent.since : agent.since;
}

/** How many of a queue's agents do what, and how many callers wait; for all queues at once. */
export function countsOf(floor) {
  const counts = new Map([...floor.queues.keys()].map((name) => [name, { agents: 0, working: 0, ready: 0, talking: 0, paused: 0, wrap_up: 0 }]));
  for (const agent of floor.agents.values()) {
    const what = doing(agent);
    for (const member of agent.memberships) {
      const count = counts.get(member.queue);
      if (!count) continue;
      count.agents += 1;
      if (agent.status !== "offline") count.working += 1;
      if (what === "ready" && !member.is_paused) count.ready += 1;
      if (what === "talking" && agent.offer.queue === member.queue) count.talking += 1;
      if (what === "paused" || (what === "ready" && member.is_paused)) count.paused += 1;
      if (what === "wrap_up") count.wrap_up += 1;
    }
  }
  return counts;
}

/** When the longest waiting caller of a queue came; 0 = nobody waits. Who is to be called back is not on the line. */
export function waitingSince(floor, queue) {
  const times = queue.line.map((id) => floor.callers.get(id)).filter((caller) => caller && !caller.is_callback);
  return times.length ? Math.min(...times.map((caller) => caller.entered_at)) : 0;
}
