// What the journal's records make of a floor: pure. A floor in, records in their order, the next floor out; what did not
// change stays the same object, so that a page draws only what did.
//
// `is_stale` becomes true where only vmq knows what follows (rules that changed, a world that was rebuilt): ask anew.

/** The floor after these entries. Entries that it shows already are passed over. */
export function reduce(floor, entries) {
  const draft = new Draft(floor);
  for (const { id, at, kind, record } of entries) {
    if (id <= draft.floor.last_id) continue;
    TAKERS[kind]?.(draft, record, at);
    draft.floor.last_id = id;
    draft.floor.at = at;
  }
  return draft.floor;
}

class Draft {
  constructor(floor) {
    this.floor = { ...floor };
    this.copied = new Set();
  }

  /** A map of the floor, to be changed. */
  own(name) {
    if (!this.copied.has(name)) {
      this.floor[name] = new Map(this.floor[name]);
      this.copied.add(name);
    }
    return this.floor[name];
  }

  /** Change some fields of one of them, if it is there: gives it as it was. */
  change(name, key, changes) {
    const was = this.floor[name].get(key);
    if (was) this.own(name).set(key, { ...was, ...(typeof changes === "function" ? changes(was) : changes) });
    return was;
  }

  /** Change the offer that an agent has, if it is this one. */
  changeOffer(offerId, changes) {
    this.change("agents", this.floor.offers.get(offerId), ({ offer }) => ({ offer: offer && { ...offer, ...changes } }));
  }

  stale() {
    this.floor.is_stale = true;
  }
}

const TAKERS = {
  CallerEntered(draft, { call_id, queue, is_return, position, ...record }) {
    const known = draft.floor.callers.get(call_id);
    const { number, name, priority, entered_at, url } = record;
    draft.own("callers").set(call_id, {
      call_id, queue, number, name, priority, entered_at, url,
      state: known?.state ?? "waiting", agent: known?.agent ?? "", ringing: known?.ringing ?? [],
      needs: known?.needs ?? "", prefers: known?.prefers ?? "", attempts: known?.attempts ?? 0,
      is_callback: false, callback_tries: known?.callback_tries ?? 0, connected_at: 0,
    });
    place(draft, queue, call_id, position);
  },
  CallerMoved(draft, { call_id, queue, priority, position }) {
    draft.change("callers", call_id, { priority });
    place(draft, queue, call_id, position);
  },
  CallerAbandoned: (draft, { call_id }) => gone(draft, call_id),
  CallerLeft: (draft, { call_id }) => gone(draft, call_id),

  OfferMade(draft, { offer_id, call_id, queue, agent, url }, at) {
    draft.own("offers").set(offer_id, agent);
    draft.change("agents", agent, {
      offer: {
        offer_id, call_id, queue, url, state: "created", made_at: at, connected_at: 0,
        line: "", held: [], recording: "", is_recording_paused: false, supervisors: {},
      },
    });
    draft.change("callers", call_id, (caller) => ({
      state: caller.state === "waiting" ? "offered" : caller.state,
      agent: caller.agent || agent,
      ringing: [...caller.ringing, agent],
    }));
  },
  OfferRang: (draft, { offer_id }) => draft.changeOffer(offer_id, { state: "ringing" }),
  OfferFailed(draft, { offer_id, call_id, agent }) {
    dropOffer(draft, offer_id, agent);
    draft.change("callers", call_id, (caller) => {
      if (caller.state === "talking") return {};
      const ringing = caller.ringing.filter((name) => name !== agent);
      return { ringing, agent: ringing[0] ?? "", state: ringing.length ? "offered" : "waiting" };
    });
  },
  CallConnected(draft, { offer_id, call_id, queue, agent }, at) {
    draft.changeOffer(offer_id, { state: "connected", connected_at: at });
    draft.change("callers", call_id, { state: "talking", agent, ringing: [], connected_at: at, is_callback: false });
    draft.change("queues", queue, ({ line, talking }) => ({
      line: line.filter((id) => id !== call_id),
      talking: [...talking, call_id],
    }));
  },
  CallCompleted(draft, { offer_id, call_id, queue, agent, talk_s }, at) {
    const { number = "", name = "" } = draft.floor.callers.get(call_id) ?? {};
    dropOffer(draft, offer_id, agent);
    gone(draft, call_id);
    draft.change("agents", agent, (was) => ({
      wraps_up: call_id, wraps_up_queue: queue, last_call: { call_id, queue, number, name, talk_s, disposition: was.disposition ?? "" },
      disposition: "",
      memberships: was.memberships.map((member) => (member.queue === queue ? counted(member, talk_s, at) : member)),
    }));
  },
  CallHeld(draft, { offer_id, is_held, side }) {
    const held = heldOf(draft, offer_id).filter((each) => each !== side);
    draft.changeOffer(offer_id, { held: is_held ? [...held, side].sort() : held });
  },
  CallRecorded(draft, { offer_id, path, change }) {
    const recording = change === "stopped" ? "" : path;
    draft.changeOffer(offer_id, { recording, is_recording_paused: change === "paused" });
  },
  CallSupervised(draft, { offer_id, supervisor, mode }) {
    const agent = draft.floor.agents.get(draft.floor.offers.get(offer_id));
    const { [supervisor]: _, ...others } = agent?.offer?.supervisors ?? {};
    draft.changeOffer(offer_id, { supervisors: mode ? { ...others, [supervisor]: mode } : others });
  },
  DispositionSet(draft, { call_id, agent, disposition }) {
    draft.change("agents", agent, (was) => {
      if (was.last_call?.call_id !== call_id) return { disposition };
      return { last_call: { ...was.last_call, disposition } };
    });
  },

  AgentStatusChanged(draft, { agent, status, reason, idle_since, until, next_status }, at) {
    draft.change("agents", agent, (was) => ({
      status, reason, until, next_status,
      idle_since: status === "available" ? idle_since : 0,
      since: was.status === status ? was.since : at,
      logged_in_at: status === "offline" ? 0 : was.status === "offline" ? at : was.logged_in_at,
      ...(status === "wrap_up" ? {} : { wraps_up: "", wraps_up_queue: "" }),
    }));
  },
  AgentDeviceChanged(draft, { agent, device, state }) {
    if (draft.floor.agents.get(agent)?.device === device) draft.change("agents", agent, { device_state: state });
  },
  AgentTelephoneChanged: (draft) => draft.stale(),
  AgentNotesChanged: (draft, { agent, notes }) => draft.change("agents", agent, { notes }),
  MemberAdded(draft, { agent, queue, penalty, is_paused, reason }) {
    const known = draft.floor.agents.get(agent);
    if (!known || known.memberships.some((member) => member.queue === queue)) return draft.stale();
    const member = { queue, penalty, is_paused, reason, is_dynamic: true, calls: 0, talk_s: 0, last_call_at: 0 };
    return serve(draft, agent, [...known.memberships, member]);
  },
  MemberRemoved(draft, { agent, queue }) {
    const left = draft.floor.agents.get(agent)?.memberships.filter((member) => member.queue !== queue) ?? [];
    return left.length ? serve(draft, agent, left) : draft.stale();
  },
  MemberPaused(draft, { agent, queue, is_paused, reason }) {
    changeMember(draft, agent, queue, { is_paused, reason: is_paused ? reason : "" });
  },
  PenaltySet: (draft, { agent, queue, penalty }) => changeMember(draft, agent, queue, { penalty }),

  CallbackAsked(draft, { callback_id, call_id, queue, number, name, entered_at, priority, url, needs }) {
    const at = draft.floor.queues.get(queue)?.line.indexOf(call_id) ?? -1;
    draft.own("callers").set(callback_id, {
      call_id: callback_id, queue, number, name, priority, entered_at, url, needs, state: "waiting", agent: "",
      ringing: [], prefers: "", attempts: 0, is_callback: true, callback_tries: 0, connected_at: 0,
    });
    place(draft, queue, callback_id, at < 0 ? Infinity : at + 1);
  },
  CallbackTried(draft, { callback_id, attempt, outcome }) {
    if (outcome !== "answered") draft.change("callers", callback_id, { callback_tries: attempt });
  },
  CallbackEnded(draft, { callback_id, how }) {
    if (how !== "connected" && draft.floor.callers.get(callback_id)?.is_callback) gone(draft, callback_id);
  },

  LinkDown(draft) {
    draft.floor.is_linked = false;
  },
  WorldRebuilt(draft) {
    draft.floor.is_linked = true;
    draft.stale();
  },
  RulesReloaded: (draft) => draft.stale(),
  EngineStarted: (draft) => draft.stale(),
};

/** Put a caller at this place (1 = next) of the queue's line, wherever he stood in it. */
function place(draft, queue, callId, position) {
  draft.change("queues", queue, ({ line }) => {
    const others = line.filter((id) => id !== callId);
    others.splice(Math.max(0, position - 1), 0, callId);
    return { line: others };
  });
}

/** A caller is no longer there. */
function gone(draft, callId) {
  const caller = draft.floor.callers.get(callId);
  if (!caller) return;
  draft.own("callers").delete(callId);
  const without = (ids) => (ids.includes(callId) ? ids.filter((id) => id !== callId) : ids);
  draft.change("queues", caller.queue, ({ line, talking }) => ({ line: without(line), talking: without(talking) }));
}

function dropOffer(draft, offerId, agent) {
  draft.own("offers").delete(offerId);
  draft.change("agents", agent, ({ offer }) => ({ offer: offer?.offer_id === offerId ? null : offer }));
}

function heldOf(draft, offerId) {
  return draft.floor.agents.get(draft.floor.offers.get(offerId))?.offer?.held ?? [];
}

function counted(member, talk_s, at) {
  return { ...member, calls: member.calls + 1, talk_s: member.talk_s + talk_s, last_call_at: at };
}

function serve(draft, agent, memberships) {
  draft.change("agents", agent, { memberships, queues: memberships.map((member) => member.queue) });
}

function changeMember(draft, agent, queue, changes) {
  draft.change("agents", agent, ({ memberships }) => ({
    memberships: memberships.map((member) => (member.queue === queue ? { ...member, ...changes } : member)),
  }));
}
