// Keeps the floor and the day's figures true: asks for a snapshot, follows the stream from there, asks anew where only
// vmq knows what follows. Whoever shows something subscribes, and is told at most thirty times a second.
import { get } from "../api.js";
import { now, setClock } from "./clock.js";
import { floorOf, NO_FLOOR } from "./floor.js";
import { reduce } from "./reduce.js";
import { follow } from "./stream.js";
import { addFigures, figuresOf } from "./today.js";

const DRAW_MS = 30;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 10_000;
const AGAIN_MS = 1000; // between two snapshots, so that a burst of changes asks for one

/** The live state of a page. `state` is { link: connecting|live|lost, problem, floor, today, events }. */
export class Store {
  state = { link: "connecting", problem: null, floor: NO_FLOOR, today: null, events: [] };
  #listeners = new Set();
  #entries = [];
  #kept = null; // taken while a floor is asked for
  #recent = null; // taken while the figures are asked for
  #isAsking = false;
  #isDrawing = false;
  #wake = () => {};
  #observers = new Set();

  /** Tell `listener` when `state` is another; gives the function that ends it. */
  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Give `observer` every entry of the journal, with the floor that it led to. */
  observe(observer) {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }

  /** Follow for as long as the page lives. */
  async run() {
    for (let wait = FIRST_RETRY_MS; ; wait = Math.min(wait * 2, LAST_RETRY_MS)) {
      const began = Date.now();
      const problem = await this.#followOnce().then(() => null, (error) => error);
      this.#set({ link: "lost", problem });
      if (Date.now() - began > 5000) wait = FIRST_RETRY_MS;
      await new Promise((resolve) => {
        this.#wake = resolve;
        setTimeout(resolve, wait);
      });
    }
  }

  /** Try now, instead of waiting for the next attempt. */
  retry() {
    this.#wake();
  }

  async #followOnce() {
    await this.#askFloor();
    await follow(this.state.floor.last_id, {
      onOpen: () => {
        this.#set({ link: "live", problem: null });
        this.#askFigures();
      },
      onRecord: (entry) => this.#take(entry),
      onReset: () => this.#askFloorSoon(),
    });
  }

  async #askFloor() {
    this.#kept = []; // what comes meanwhile is in the snapshot, or comes after it
    const snapshot = await get("/floor");
    setClock(snapshot.at);
    this.#draw();
    this.#set({ floor: reduce(floorOf(snapshot), this.#kept) });
    this.#kept = null;
  }

  async #askFloorSoon() {
    if (this.#isAsking) return;
    this.#isAsking = true;
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS * Math.random()));
    await this.#askFloor().catch((problem) => this.#set({ problem }));
    this.#isAsking = false;
    if (this.state.floor.is_stale) this.#askFloorSoon();
  }

  /** The stream stands, so all that the snapshot shows is on the disk, and the reports know it. */
  async #askFigures() {
    const { at } = this.state.floor;
    const before = this.state.floor;
    this.#recent = [...this.#entries];
    const query = { from: "today", to: new Date(at * 1000).toISOString(), interval: "1d", limit: 1000 };
    const parts = await Promise.all(["queues", "agents"].map((report) => get(`/reports/${report}`, query).catch(() => null)));
    const recent = this.#recent;
    this.#recent = null;
    if (!parts.every(Boolean)) return;
    this.#draw();
    const figures = figuresOf(parts[0].rows, parts[1].rows, at);
    this.#set({ today: addFigures(figures, before, recent) });
  }

  #take(entry) {
    this.#entries.push(entry);
    this.#kept?.push(entry);
    this.#recent?.push(entry);
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    setTimeout(() => this.#draw(), document.hidden ? 1000 : DRAW_MS);
  }

  #draw() {
    this.#isDrawing = false;
    const entries = this.#entries;
    this.#entries = [];
    const { floor: before, today, events } = this.state;
    const floor = reduce(before, entries);
    for (const entry of entries) this.#observers.forEach((observer) => observer(entry, floor));
    this.#set({
      floor,
      today: today && addFigures(today, before, entries),
      events: [...entries.reverse(), ...events].slice(0, 60),
    });
    if (floor.is_stale) this.#askFloorSoon();
    if (today && now() > today.ends_at) this.#askFigures();
  }

  #set(changes) {
    this.state = { ...this.state, ...changes };
    for (const listener of this.#listeners) listener(this.state);
  }
}
