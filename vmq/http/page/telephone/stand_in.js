// A telephone of the stand-in: a WebSocket that carries what it shows, what it hears, and what is said into it.
// The messages are those of vmq/lab/handset.py.
import { Line } from "./line.js";
import { openEar, openMouth } from "./sound.js";
import { command } from "../api.js";

const TAKEN = 4001;
const SOUND = 0;

export class StandInLine extends Line {
  #socket = null;
  #ear = null;
  #mouth = null;

  constructor(number, name) {
    super(`${number} · ${name}`);
    this.number = number;
  }

  /** Sit down at it. Throws a Problem, or a TypeError when nobody answers. */
  async open() {
    const { address, ticket } = await command("/telephone/lines", { number: this.number });
    this.#ear ??= await openEar();
    this.#mouth ??= await openMouth((samples) => this.#say(samples)).catch(() => null);
    const url = new URL(address, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    url.searchParams.set("ticket", ticket);
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => (typeof data === "string" ? this.#told(JSON.parse(data)) : this.#heard(data));
    socket.onopen = () => this.show({ isOpen: true, problem: "", hasMicrophone: this.#mouth !== null });
    socket.onclose = ({ code }) => {
      if (socket !== this.#socket) return;
      this.#ear?.play({ hush: true });
      this.show({ isOpen: false, state: "idle", problem: code === TAKEN ? "telephone.taken" : "telephone.lost" });
    };
    this.#socket = socket;
  }

  close() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#mouth?.close();
    this.#ear?.close();
    this.#ear = this.#mouth = null;
  }

  dial(number) {
    this.#do("dial", { number });
  }

  answer() {
    this.#do("answer");
  }

  refuse() {
    this.#do("refuse");
  }

  hangUp() {
    this.#do("hang_up");
  }

  press(keys) {
    this.#do("type", { keys });
  }

  hold(isHeld) {
    this.#do(isHeld ? "hold" : "resume");
    this.show({ isHeld });
  }

  mute(isMuted) {
    this.show({ isMuted });
  }

  transfer(number) {
    this.#do("transfer", { number });
  }

  #do(what, more = {}) {
    this.show({ problem: "" });
    this.#send(JSON.stringify({ do: what, ...more }));
  }

  #send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(message);
  }

  /** Also when muted, as silence: the time of a recording is that of what comes. */
  #say(samples) {
    this.#send(this.shown.isMuted ? new Int16Array(samples.length) : samples);
  }

  #told(message) {
    if (message.event === "shows") {
      const isHeld = message.state === "connected" && this.shown.isHeld;
      this.show({ state: message.state, with: message.with, isLit: message.lamp, fresh: message.new, isHeld });
    }
    if (message.event === "hears") this.hear(message.kind, message.text || message.name.split("/").at(-1));
    if (message.event === "plays") this.#ear?.play({ plays: { isEndless: message.is_endless } });
    if (message.event === "hush") this.#ear?.play({ hush: true });
    if (message.event === "failed") this.show({ problem: message.text, isHeld: false });
  }

  #heard(data) {
    const samples = new Int16Array(data.slice(1));
    const kind = new Uint8Array(data, 0, 1)[0] === SOUND ? "sound" : "speech";
    this.#ear?.play({ [kind]: samples });
  }
}
