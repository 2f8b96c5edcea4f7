// The rooms of the page: each an address behind `#/`, who may enter, and its component, which gets `where`.
// A new room is a line here and its words (`room.<name>`).
import { DeskRoom } from "./desk/room.js";
import { FloorRoom } from "./floor/room.js";
import { HistoryRoom } from "./history/room.js";
import { WallRoom } from "./wall/room.js";

export const ROOMS = [
  { name: "floor", right: "supervise", component: FloorRoom },
  { name: "desk", right: "agent", component: DeskRoom },
  { name: "wall", right: "agent", component: WallRoom },
  { name: "history", right: "supervise", component: HistoryRoom },
];
