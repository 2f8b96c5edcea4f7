// The supervisors' floor: queues, callers in their order, agents; and at the side the one that was opened.
import { AgentDrawer } from "./agent.js";
import { Agents } from "./agents.js";
import { CallerDrawer } from "./caller.js";
import { Callers } from "./callers.js";
import { QueueDrawer } from "./queue.js";
import { Queues } from "./queues.js";
import { html } from "../parts/html.js";
import { useMemo, useState } from "../vendor/hooks.js";

const DRAWERS = { agent: AgentDrawer, caller: CallerDrawer, queue: QueueDrawer };

export function FloorRoom() {
  const [queue, setQueue] = useState("");
  const [opened, setOpened] = useState(null);
  const open = useMemo(() => Object.fromEntries(Object.keys(DRAWERS).map((kind) => [kind, (id) => setOpened({ kind, id })])), []);
  const Side = opened && DRAWERS[opened.kind];
  return html`
    <div class=${`floor${opened ? " has-drawer" : ""}`}>
      <div class="panes">
        <${Queues} chosen=${queue} onChoose=${setQueue} onOpen=${open.queue} />
        <${Callers} queue=${queue} onOpen=${open.caller} />
        <${Agents} queue=${queue} onOpen=${open.agent} />
      </div>
      ${Side && html`<${Side} id=${opened.id} onClose=${() => setOpened(null)} onOpen=${(kind, id) => setOpened({ kind, id })} />`}
    </div>`;
}
