// Which of the floor's queues, callers and agents somebody sees: all, or those of his queues.
import { useLive, useSession } from "../live/use.js";

/** The queues of the session, in their order. */
export function useQueues() {
  const { queues: own } = useSession();
  const all = useLive((state) => state.floor.queues);
  return [...all.values()].filter((queue) => !own.length || own.includes(queue.name));
}

/** The agents of these queues (names), in their order. */
export function agentsOf(agents, queues, hasAll) {
  const names = new Set(queues);
  return [...agents.values()].filter((agent) => hasAll || agent.queues.some((name) => names.has(name)));
}
