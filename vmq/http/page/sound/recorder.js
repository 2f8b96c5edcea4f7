// Takes a sound from the person: from the microphone, or a WAV file. It is heard before it is kept.
import { html } from "../parts/html.js";
import { Icon } from "../parts/icon.js";
import { Age } from "../parts/age.js";
import { now } from "../live/clock.js";
import { useEffect, useRef, useState } from "../vendor/hooks.js";
import { t } from "../words/words.js";
import { wavOf } from "./wav.js";

/** `onTake` gets the sound as a WAV file, or null when it was thrown away. `hasFile`: a file may be chosen, too. */
export function Recorder({ onTake, hasFile = true }) {
  const [began, setBegan] = useState(0);
  const [url, setUrl] = useState("");
  const [problem, setProblem] = useState("");
  const recorder = useRef(null);
  useEffect(() => () => url && URL.revokeObjectURL(url), [url]);
  useEffect(() => () => stopTracks(recorder.current), []);
  const take = (wav) => {
    setUrl(wav ? URL.createObjectURL(wav) : "");
    onTake(wav);
  };
  const begin = async () => {
    setProblem("");
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const parts = [];
      const current = new MediaRecorder(stream);
      recorder.current = current;
      current.ondataavailable = ({ data }) => parts.push(data);
      current.onstop = () => {
        stopTracks(current);
        setBegan(0);
        wavOf(new Blob(parts, { type: current.mimeType })).then(take, () => setProblem(t("record.empty")));
      };
      current.start();
      setBegan(now());
    } catch {
      setProblem(t(navigator.mediaDevices ? "record.refused" : "record.insecure"));
    }
  };
  const choose = (event) => {
    const [file] = event.target.files;
    if (file) take(file);
  };
  return html`
    <div class="recorder">
      <p class="buttons start">
        ${began
          ? html`<button type="button" class="danger" onClick=${() => recorder.current.stop()}><${Icon} name="record" /> ${t("record.end")} <${Age} since=${began} /></button>`
          : html`<button type="button" onClick=${begin}><${Icon} name="record" /> ${t(url ? "record.again" : "record.begin")}</button>`}
        ${hasFile && !began && html`<label class="file">${t("record.file")} <input type="file" accept=".wav,audio/wav" onChange=${choose} /></label>`}
      </p>
      ${problem && html`<p role="alert" class="is-bad">${problem}</p>`}
      ${url && !began && html`<audio controls src=${url} aria-label=${t("record.listen")}></audio>`}
    </div>`;
}

function stopTracks(recorder) {
  recorder?.stream.getTracks().forEach((track) => track.stop());
}
