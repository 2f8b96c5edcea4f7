// Dragging a caller: to a queue he waits there; to another caller of his queue he stands at that place.
import { act } from "../parts/act.js";
import { part } from "../api.js";

const KIND = "text/x-vmq-caller";
let dragged = null;

/** Properties of a row that can be dragged: a caller who waits. */
export const draggable = (caller) => ({
  draggable: true,
  onDragStart: (event) => {
    dragged = caller;
    event.dataTransfer.setData(KIND, caller.call_id);
    event.dataTransfer.effectAllowed = "move";
  },
  onDragEnd: () => {
    dragged = null;
  },
});

/** Properties of something that callers are dropped on: a queue, and maybe a place in it (1 = next). */
export const dropTarget = (queue, position = 0) => ({
  onDragOver: (event) => {
    if (!event.dataTransfer.types.includes(KIND) || !takes(queue, position)) return;
    event.preventDefault();
    event.currentTarget.classList.add("is-target");
  },
  onDragLeave: (event) => event.currentTarget.classList.remove("is-target"),
  onDrop: (event) => {
    event.preventDefault();
    event.currentTarget.classList.remove("is-target");
    if (dragged && takes(queue, position)) drop(dragged, queue, position);
  },
});

const takes = (queue, position) => dragged && (dragged.queue !== queue || position > 0);

function drop(caller, queue, position) {
  if (caller.queue === queue) return moveTo(caller.call_id, position);
  return act(`/callers/${part(caller.call_id)}/move`, { to: queue });
}

/** Put a waiting caller at a place of his queue. */
export const moveTo = (callId, position) => act(`/callers/${part(callId)}/position`, { position });
