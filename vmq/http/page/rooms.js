// The rooms of the page: each an address behind `#/`, who may enter, and its component, which gets `where`.
// A new room is a line here and its words (`room.<name>`). One with `load` comes when somebody enters it, one that
// `isSign` stands as a sign among the signs, one that `isHidden` behind one's name.
import { DeskRoom } from "./desk/room.js";
import { FloorRoom } from "./floor/room.js";
import { HistoryRoom } from "./history/room.js";
import { WallRoom } from "./wall/room.js";
import { addWords } from "./words/words.js";

export const ROOMS = [
  { name: "floor", right: "supervise", component: FloorRoom },
  { name: "desk", right: "agent", component: DeskRoom },
  {
    name: "mailbox",
    right: "agent",
    isFor: (session) => Boolean(session.mailbox) || session.can("administer"),
    load: () => loaded(import("./mailbox/room.js"), "sound", "mailbox"),
  },
  { name: "wall", right: "agent", component: WallRoom },
  { name: "history", right: "supervise", component: HistoryRoom },
  {
    name: "telephone",
    right: "agent",
    isFor: (session) => session.telephone?.stand_in.length > 0,
    load: () => loaded(import("./telephone/room.js"), "telephone"),
  },
  {
    name: "account",
    right: "agent",
    isHidden: true,
    isFor: (session) => Boolean(session.name),
    load: () => loaded(import("./account/room.js"), "account"),
  },
  { name: "help", right: "agent", isSign: true, load: () => loaded(import("./help/room.js"), "help") },
  { name: "admin", right: "administer", load: () => loaded(import("./admin/room.js"), "sound", "admin") },
];

/** A room's component, once its words are there too. */
async function loaded(module, ...words) {
  const [{ default: component }] = await Promise.all([module, ...words.map(addWords)]);
  return component;
}
