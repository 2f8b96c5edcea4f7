// The one tick of the page: once a second it writes durations anew, and nothing else. Times are vmq's, not this machine's.

let ahead = 0; // how far this machine's clock is ahead of vmq's, in seconds
const shown = new Set();

/** vmq's clock said `at` (epoch seconds) just now. */
export function setClock(at) {
  ahead = Date.now() / 1000 - at;
}

/** Now, by vmq's clock, in epoch seconds. */
export const now = () => Date.now() / 1000 - ahead;

/** Call this once a second until the function that comes back is called. */
export function eachSecond(draw) {
  shown.add(draw);
  return () => shown.delete(draw);
}

setInterval(() => shown.forEach((draw) => draw()), 1000);

const two = (number) => String(number).padStart(2, "0");

/** Seconds as people read them: 0:07, 12:30, 1:02:03. */
export function duration(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}
