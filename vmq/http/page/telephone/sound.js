// This browser's loudspeaker and microphone, as a telephone line has them: 8 kHz, one channel.

const RATE = 8000;
const MODULE = "/page/telephone/worklets.js";

/** The loudspeaker: what `play` takes is a message of worklets.js's Ear. */
export async function openEar() {
  const context = new AudioContext({ sampleRate: RATE });
  await context.audioWorklet.addModule(MODULE);
  const node = new AudioWorkletNode(context, "vmq-ear", { numberOfInputs: 0, outputChannelCount: [1] });
  node.connect(context.destination);
  context.resume();
  return {
    play: (message) => node.port.postMessage(message),
    close: () => context.close(),
  };
}

/** The microphone: `onSamples` gets an Int16Array, 25 times a second. Throws when the person or the browser refuses it. */
export async function openMouth(onSamples) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const context = new AudioContext();
  await context.audioWorklet.addModule(MODULE);
  const source = context.createMediaStreamSource(stream);
  const node = new AudioWorkletNode(context, "vmq-mouth");
  // What a telephone can't carry would come back as noise.
  const last = [0, 1].reduce((before) => before.connect(new BiquadFilterNode(context, { type: "lowpass", frequency: 3400 })), source);
  last.connect(node).connect(context.destination); // it has nothing to say there, but what leads nowhere is not run
  node.port.onmessage = ({ data }) => onSamples(data);
  context.resume();
  return {
    close: () => {
      stream.getTracks().forEach((track) => track.stop());
      context.close();
    },
  };
}
