// What every telephone in the browser is, whatever is behind it: a state that is shown, and a few things to do with it.

const HEARD = 40;
export const NOTHING = {
  isOpen: false,
  state: "idle", // idle | calling | ringing | connected
  with: "",
  isHeld: false,
  isMuted: false,
  isLit: false, // the lamp
  fresh: 0, // new messages
  heard: [],
  problem: "", // a key of the words, or the server's own
  hasMicrophone: true,
};

/** `title` is what it is called. Whoever shows it subscribes. */
export class Line {
  shown = NOTHING;
  #listeners = new Set();
  #count = 0;

  constructor(title) {
    this.title = title;
  }

  /** Tell `listener` of every change; gives the function that ends it. */
  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  show(changes) {
    this.shown = { ...this.shown, ...changes };
    for (const listener of this.#listeners) listener(this.shown);
  }

  /** Add to what was heard: a kind and its words. */
  hear(kind, text) {
    this.#count += 1;
    this.show({ heard: [...this.shown.heard, { id: this.#count, kind, text }].slice(-HEARD) });
  }
}
