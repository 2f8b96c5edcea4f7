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
const FAILED_MS = 5000; // before asking again what was refused

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The live state of a page. `state` is { link: connecting|live|lost, problem, floor, today, events }. */
export class Store {
  state = { link: "connecting", problem: null, floor: NO_FLOOR, today: null, events: [] };
  #listeners = new Set();
  #entries = [];
  #kept = null; // taken while a floor is asked for
  #recent = null; // taken while the figures are asked for
  #asking = null; // the floor that is on its way
  #isAsking = false;
  #isCounting = false;
  #areFiguresWanted = false;
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

  /** One at a time: who asks meanwhile gets the same. */
  #askFloor() {
    this.#asking ??= this.#askSnapshot().finally(() => {
      this.#asking = null;
      this.#kept = null;
    });
    return this.#asking;
  }

  async #askSnapshot() {
    this.#kept = []; // what comes meanwhile is in the snapshot, or comes after it
    const snapshot = await get("/floor");
    setClock(snapshot.at);
    this.#draw();
    this.#set({ floor: reduce(floorOf(snapshot), this.#kept) });
  }

  async #askFloorSoon() {
    if (this.#isAsking) return;
    this.#isAsking = true;
    await pause(AGAIN_MS * Math.random());
    try {
      await this.#askFloor();
    } catch (problem) {
      this.#set({ problem });
      await pause(FAILED_MS);
    }
    this.#isAsking = false;
    if (this.state.floor.is_stale) this.#askFloorSoon();
  }

  /** One at a time: what is wanted meanwhile is asked afterwards. */
  async #askFigures() {
    this.#areFiguresWanted = true;
    if (this.#isCounting) return;
    this.#isCounting = true;
    while (this.#areFiguresWanted) {
      this.#areFiguresWanted = false;
      if (!(await this.#countDay())) await pause(FAILED_MS);
    }
    this.#isCounting = false;
  }

  /** The stream stands, so all that the snapshot shows is on the disk, and the reports know it. False: they failed. */
  async #countDay() {
    const { at } = this.state.floor;
    const before = this.state.floor;
    this.#recent = [...this.#entries];
    const query = { from: "today", to: new Date(at * 1000).toISOString(), interval: "1d", limit: 1000 };
    const parts = await Promise.all(["queues", "agents"].map((report) => get(`/reports/${report}`, query).catch(() => null)));
    const recent = this.#recent;
    this.#recent = null;
    if (!parts.every(Boolean)) return false;
    this.#draw();
    const figures = figuresOf(parts[0].rows, parts[1].rows, at);
    this.#set({ today: addFigures(figures, before, recent) });
    return true;
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
    if (today && now() > today.ends_at && !this.#isCounting) this.#askFigures();
  }

  #set(changes) {
    this.state = { ...this.state, ...changes };
    for (const listener of this.#listeners) listener(this.state);
  }
}
