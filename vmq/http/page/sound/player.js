// Plays a recording: its picture is where one clicks to jump, and a slider for who uses keys; at several speeds.
import { get } from "../api.js";
import { duration } from "../live/clock.js";
import { say } from "../parts/act.js";
import { html } from "../parts/html.js";
import { Icon } from "../parts/icon.js";
import { useEffect, useRef, useState } from "../vendor/hooks.js";
import { t } from "../words/words.js";
import { soundOf } from "./fetch.js";

const SPEEDS = [0.75, 1, 1.25, 1.5, 2];
const KEY = "vmq-speed";
const STEP_S = 5;
const PARTS = 240;

/** `path` is where the sound is; with `peaks` a picture of it is asked for. `onHeard` is called when it has been played to
 * its end. `control` gets { toggle, skip } for keys. */
export function Player({ path, peaks = "", length = 0, onHeard = () => {}, control = {} }) {
  const [url, setUrl] = useState("");
  const [shown, setShown] = useState([]);
  const [at, setAt] = useState(0);
  const [total, setTotal] = useState(length);
  const [isPlaying, setIsPlaying] = useState(false);
  const [speed, setSpeed] = useState(Number(localStorage.getItem(KEY)) || 1);
  const audio = useRef();
  useEffect(() => {
    let isWanted = true;
    if (peaks) get(peaks, { parts: PARTS }).then((found) => isWanted && setShown(found.peaks), () => {});
    return () => {
      isWanted = false;
    };
  }, [peaks]);
  useEffect(() => () => url && URL.revokeObjectURL(url), [url]);
  useEffect(() => {
    if (!url) return;
    audio.current.playbackRate = speed;
    audio.current.play().catch(() => setIsPlaying(false));
  }, [url]);
  const toggle = async () => {
    if (isPlaying) return audio.current.pause();
    if (url) return audio.current.play();
    try {
      return setUrl(await soundOf(path));
    } catch (problem) {
      return say(problem.status ? problem.message : t("problem.network"), "failure");
    }
  };
  const jump = (seconds) => {
    setAt(seconds);
    if (url) audio.current.currentTime = seconds;
  };
  const choose = (event) => {
    const wanted = Number(event.target.value);
    localStorage.setItem(KEY, String(wanted));
    setSpeed(wanted);
    if (audio.current) audio.current.playbackRate = wanted;
  };
  Object.assign(control, { toggle, skip: (way) => jump(Math.min(total, Math.max(0, at + way * STEP_S))) });
  return html`
    <div class="player">
      <button class="main play" aria-label=${t(isPlaying ? "sound.pause" : "sound.play")} onClick=${toggle}><${Icon} name=${isPlaying ? "paused" : "play"} /></button>
      <div class="wave">
        <${Wave} peaks=${shown} share=${total ? at / total : 0} />
        <input type="range" min="0" max=${total || 1} step="0.1" value=${at} aria-label=${t("sound.place")}
          aria-valuetext=${`${duration(at)} / ${duration(total)}`} onInput=${(event) => jump(Number(event.target.value))} />
      </div>
      <span class="time">${duration(at)} / ${duration(total)}</span>
      <label class="inline">${t("sound.speed")} <select value=${speed} onChange=${choose}>
        ${SPEEDS.map((each) => html`<option key=${each} value=${each}>${`${each} ×`}</option>`)}</select></label>
      <audio ref=${audio} src=${url || null} preload="auto"
        onPlay=${() => setIsPlaying(true)} onPause=${() => setIsPlaying(false)}
        onLoadedMetadata=${(event) => Number.isFinite(event.target.duration) && (setTotal(event.target.duration), at && (event.target.currentTime = at))}
        onTimeUpdate=${(event) => setAt(event.target.currentTime)} onEnded=${onHeard}></audio>
    </div>`;
}

/** The picture: one bar for each part; what was played already is darker. */
function Wave({ peaks, share }) {
  const bar = (from, to) => peaks.slice(from, to).map((peak, index) => {
    const height = Math.max(1, peak * 0.48);
    return `M${from + index + 0.5} ${50 - height}v${2 * height}`;
  }).join("");
  const played = Math.round(share * peaks.length);
  return html`
    <svg viewBox=${`0 0 ${Math.max(1, peaks.length)} 100`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <path class="played" d=${bar(0, played)} /><path d=${bar(played, peaks.length)} /></svg>`;
}
