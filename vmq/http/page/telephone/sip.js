// A telephone on the real Asterisk: SIP over a WebSocket, audio by WebRTC. It registers as the agent's own endpoint.
import { Line } from "./line.js";
import { command } from "../api.js";
import { t } from "../words/words.js";

const ICE_MS = 500; // after the first address was found; the others rarely help
const WITHOUT_VIDEO = { audio: true, video: false };

export class SipLine extends Line {
  #agent = null; // the user agent of SIP
  #session = null;
  #ice = [];
  #audio = new Audio();

  constructor() {
    super(t("telephone.own"));
    this.#audio.autoplay = true;
  }

  /** Register. Throws a Problem, or a TypeError when vmq doesn't answer; what Asterisk says is shown. */
  async open() {
    const account = await command("/telephone/account");
    const { UA, WebSocketInterface } = (await import("../vendor/jssip.js")).default;
    const stream = await navigator.mediaDevices?.getUserMedia(WITHOUT_VIDEO).catch(() => null); // asked now, not when it rings
    stream?.getTracks().forEach((track) => track.stop());
    this.title = `${t("telephone.own")} · ${account.display_name}`;
    this.#ice = account.ice_servers.length ? [{ urls: account.ice_servers }] : [];
    this.#agent?.stop();
    this.#agent = new UA({
      sockets: [new WebSocketInterface(account.server)],
      uri: account.uri,
      authorization_user: account.user,
      password: account.secret,
      display_name: account.display_name,
      session_timers: false,
      user_agent: "vmq",
    });
    this.#agent.on("registered", () => this.show({ isOpen: true, problem: "", hasMicrophone: Boolean(stream) }));
    this.#agent.on("registrationFailed", ({ cause }) => this.show({ isOpen: false, problem: t("telephone.refused", { why: cause }) }));
    this.#agent.on("disconnected", () => this.show({ isOpen: false, problem: "telephone.lost" })); // it tries again by itself
    this.#agent.on("newRTCSession", ({ session }) => this.#begin(session));
    this.#agent.start();
  }

  close() {
    this.#agent?.stop();
    this.#agent = this.#session = null;
  }

  dial(number) {
    this.show({ problem: "" });
    this.#agent.call(number, this.#options());
  }

  answer() {
    this.#session?.answer(this.#options());
  }

  refuse() {
    this.#session?.terminate({ status_code: 603 });
  }

  hangUp() {
    this.#session?.terminate();
  }

  press(keys) {
    this.#session?.sendDTMF(keys, { transportType: "RFC2833" });
  }

  hold(isHeld) {
    if (isHeld) this.#session?.hold();
    else this.#session?.unhold();
  }

  mute(isMuted) {
    if (isMuted) this.#session?.mute(WITHOUT_VIDEO);
    else this.#session?.unmute(WITHOUT_VIDEO);
    this.show({ isMuted });
  }

  /** Asterisk tells how it goes and leaves the hanging up to us: whom we talked with is with the other from then on. */
  transfer(number) {
    const session = this.#session;
    const failed = (why) => this.show({ problem: t("telephone.failed", { why }) });
    const done = () => session.isEnded() || session.terminate();
    session?.refer(number, {
      eventHandlers: {
        requestFailed: ({ cause }) => failed(cause),
        failed: ({ status_line: line }) => failed(line.reason_phrase),
        progress: done,
        accepted: done,
      },
    });
  }

  #options() {
    return { mediaConstraints: WITHOUT_VIDEO, pcConfig: { iceServers: this.#ice } };
  }

  #begin(session) {
    if (this.#session) {
      session.terminate({ status_code: 486 });
      return;
    }
    this.#session = session;
    const isIncoming = session.direction === "incoming";
    const { display_name: name, uri } = session.remote_identity;
    this.show({ state: isIncoming ? "ringing" : "calling", with: name || uri.user, isHeld: false, isMuted: false });
    const hear = (connection) => connection.addEventListener("track", ({ streams, track }) => {
      this.#audio.srcObject = streams[0] ?? new MediaStream([track]);
    });
    if (session.connection) hear(session.connection);
    else session.on("peerconnection", ({ peerconnection }) => hear(peerconnection));
    let timer = 0;
    session.on("icecandidate", ({ ready }) => {
      timer ||= setTimeout(ready, ICE_MS);
    });
    session.on("confirmed", () => this.show({ state: "connected" }));
    session.on("hold", ({ originator }) => originator === "local" && this.show({ isHeld: true }));
    session.on("unhold", ({ originator }) => originator === "local" && this.show({ isHeld: false }));
    session.on("ended", () => this.#end(session));
    session.on("failed", ({ originator, cause }) => {
      this.#end(session);
      if (originator !== "local" && !isIncoming) this.show({ problem: t("telephone.failed", { why: cause }) });
    });
  }

  #end(session) {
    if (session !== this.#session) return;
    this.#session = null;
    this.#audio.srcObject = null;
    this.show({ state: "idle", with: "", isHeld: false, isMuted: false });
  }
}
