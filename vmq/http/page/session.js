// Who opened the page, and what he may do. A server that knows no users lets everybody do everything.
import { get } from "./api.js";

const EVERYBODY = { name: "", roles: ["administrator"], agent: "", mailbox: "", queues: [] };
const RIGHTS = {
  agent: ["agent"],
  supervisor: ["agent", "supervise"],
  admin: ["agent", "supervise", "administer"],
  administrator: ["agent", "supervise", "administer"],
};

/** The session: name, roles, agent, mailbox, queues (empty = all), and `can(right)`. Throws a Problem. */
export async function loadSession() {
  const found = await get("/session").catch((problem) => {
    if (problem.status === 404) return EVERYBODY;
    throw problem;
  });
  const rights = new Set((found.roles ?? []).flatMap((role) => RIGHTS[role] ?? []));
  return {
    name: found.name ?? "",
    agent: found.agent ?? "",
    mailbox: found.mailbox ?? "",
    queues: found.queues ?? [],
    can: (right) => rights.has(right),
  };
}
