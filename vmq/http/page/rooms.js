// The rooms of the page: each an address behind `#/`, who may enter, and what is loaded when somebody does.
// A new room is a line here, its words, and a module whose default export is its component.

export const ROOMS = [
  { name: "floor", right: "supervise", load: () => import("./floor/room.js") },
  { name: "desk", right: "agent", load: () => import("./desk/room.js") },
  { name: "wall", right: "agent", load: () => import("./wall/room.js") },
  { name: "history", right: "supervise", load: () => import("./history/room.js") },
];

/** Where the page is: `#/desk/ann?x=1` is { name: "desk", rest: ["ann"], query }. */
export function whereabouts() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const [name, ...rest] = path.split("/").map(decodeURIComponent);
  return { name, rest, query: new URLSearchParams(query) };
}

/** The address of a room. */
export function roomAddress(name, rest = [], query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== "");
  const text = new URLSearchParams(given).toString();
  return `#/${[name, ...rest].map(encodeURIComponent).join("/")}${text ? `?${text}` : ""}`;
}
