// Where the page is, by its address behind `#/`, and the addresses of rooms.

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
