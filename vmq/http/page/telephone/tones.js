// The bell, and what a caller hears while it rings elsewhere. Each goes on until another is chosen.

const TONES = {
  ringing: { hertz: [660, 880], on: 1.2, off: 2.3, loudness: 0.25 },
  calling: { hertz: [425], on: 1, off: 4, loudness: 0.06 },
};

/** `ring(state)`: the state of a telephone; most are silent. */
export class Bell {
  #context = null;
  #source = null;
  #state = "";

  ring(state) {
    if (state === this.#state) return;
    this.#state = state;
    this.#source?.stop();
    this.#source = null;
    const tone = TONES[state];
    if (!tone) return;
    this.#context ??= new AudioContext();
    this.#context.resume();
    this.#source = new AudioBufferSourceNode(this.#context, { buffer: bufferOf(this.#context, tone), loop: true });
    this.#source.connect(this.#context.destination);
    this.#source.start();
  }

  close() {
    this.ring("");
    this.#context?.close();
    this.#context = null;
  }
}

function bufferOf(context, { hertz, on, off, loudness }) {
  const rate = context.sampleRate;
  const buffer = context.createBuffer(1, Math.round((on + off) * rate), rate);
  const samples = buffer.getChannelData(0);
  for (let n = 0; n < on * rate; n++) {
    const pitch = hertz[Math.floor((n / rate) * 12) % hertz.length];
    samples[n] = loudness * Math.sin((2 * Math.PI * pitch * n) / rate);
  }
  return buffer;
}
