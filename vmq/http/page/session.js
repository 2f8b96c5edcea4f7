// Who opened the page, and what he may do. A server without users lets everybody on its machine do everything.
import { get } from "./api.js";

const EVERYBODY = { rights: ["agent", "supervise", "administer"] };

/** The session: name, agent, mailbox, queues (empty = all), telephone (null = none), and `can(right)`. Throws a Problem. */
export async function loadSession() {
  const asked = get("/session").catch((problem) => {
    if (problem.status === 404) return EVERYBODY;
    throw problem;
  });
  const [found, telephone] = await Promise.all([asked, get("/telephone").catch(() => null)]);
  const rights = new Set(found.rights);
  return {
    name: found.name ?? "",
    agent: found.agent ?? "",
    mailbox: found.mailbox ?? "",
    queues: found.queues ?? [],
    telephone,
    can: (right) => rights.has(right),
  };
}
