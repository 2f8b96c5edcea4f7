// On the audio thread: an earpiece, which plays samples as they come, and a mouthpiece, which gives samples of 8 kHz.

const RATE = 8000;
const FIRST_SPEECH = 0.06 * RATE; // so much is kept before speech sounds, so that a late part leaves no hole
const MOST_SPEECH = 0.5 * RATE; // more than that is old
const PART = 0.04 * RATE; // samples in a message of the mouthpiece

/** Takes { hush } | { plays: { isEndless } } | { sound: Int16Array } | { speech: Int16Array }; its context has 8 kHz. */
class Ear extends AudioWorkletProcessor {
  #sounds = []; // { parts, isEndless }, one after the other
  #part = 0;
  #at = 0;
  #speech = [];
  #speechAt = 0;
  #speechLength = 0;
  #isSpeaking = false;

  constructor() {
    super();
    this.port.onmessage = ({ data }) => this.#take(data);
  }

  #take({ hush, plays, sound, speech }) {
    if (hush) {
      this.#sounds = [];
      this.#part = this.#at = 0;
    }
    if (plays) this.#sounds.push({ parts: [], isEndless: plays.isEndless });
    if (sound) this.#sounds.at(-1)?.parts.push(sound);
    if (speech) {
      this.#speech.push(speech);
      this.#speechLength += speech.length;
      while (this.#speechLength > MOST_SPEECH) this.#dropPart();
    }
  }

  #dropPart() {
    this.#speechLength -= this.#speech.shift().length - this.#speechAt;
    this.#speechAt = 0;
  }

  #nextSound() {
    while (this.#sounds.length) {
      const { parts, isEndless } = this.#sounds[0];
      if (this.#part < parts.length) {
        const sample = parts[this.#part][this.#at++];
        if (this.#at === parts[this.#part].length) {
          this.#at = 0;
          this.#part += 1;
        }
        return sample;
      }
      const isOver = this.#sounds.length > 1;
      if (!isOver && !(isEndless && parts.length)) return 0; // what is missing may be on its way
      if (isOver) this.#sounds.shift();
      this.#part = 0;
    }
    return 0;
  }

  #nextSpeech() {
    if (!this.#isSpeaking) {
      if (this.#speechLength < FIRST_SPEECH) return 0;
      this.#isSpeaking = true;
    }
    if (!this.#speechLength) {
      this.#isSpeaking = false;
      return 0;
    }
    const sample = this.#speech[0][this.#speechAt++];
    this.#speechLength -= 1;
    if (this.#speechAt === this.#speech[0].length) {
      this.#speech.shift();
      this.#speechAt = 0;
    }
    return sample;
  }

  process(_inputs, [[output]]) {
    for (let n = 0; n < output.length; n++) output[n] = (this.#nextSound() + this.#nextSpeech()) / 32768;
    return true;
  }
}

/** Gives Int16Arrays of PART samples at 8 kHz; each is the mean of what its context has in that time. */
class Mouth extends AudioWorkletProcessor {
  #sum = 0;
  #count = 0;
  #phase = 0;
  #part = new Int16Array(PART);
  #filled = 0;

  process([[input]]) {
    if (!input) return true;
    for (const sample of input) {
      this.#sum += sample;
      this.#count += 1;
      this.#phase += RATE;
      if (this.#phase < sampleRate) continue;
      this.#phase -= sampleRate;
      this.#add(this.#sum / this.#count);
      this.#sum = this.#count = 0;
    }
    return true;
  }

  #add(sample) {
    this.#part[this.#filled++] = Math.max(-1, Math.min(1, sample)) * 32767;
    if (this.#filled < PART) return;
    this.port.postMessage(this.#part);
    this.#filled = 0;
  }
}

registerProcessor("vmq-ear", Ear);
registerProcessor("vmq-mouth", Mouth);
