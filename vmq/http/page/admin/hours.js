// Opening hours as the file writes them (vmq/config/hours.py), and as a form shows them: seven days, each a list of
// [from, to]; dates, of one year or of every year. Pure. Times are HH:MM; 00:00 at an end is the day's end.

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const LEAP_YEAR = "2028";

/** `{ "mon-fri": "9:00-12:30" }` as seven lists of spans, from Monday. */
export function daysOf(week) {
  const days = DAYS.map(() => []);
  for (const [text, hours] of Object.entries(week ?? {})) {
    for (const range of text.toLowerCase().split(",")) {
      const [first, last] = range.split("-").map((day) => DAYS.indexOf(day.trim()));
      for (let day = first; ; day = (day + 1) % 7) {
        days[day] = spansOf(hours);
        if (day === (last ?? first)) break;
      }
    }
  }
  return days;
}

/** Seven lists of spans as the file has them: days that follow each other with the same hours are one range. */
export function weekOf(days) {
  const week = {};
  for (let first = 0; first < 7; first += 1) {
    const hours = hoursOf(days[first]);
    let last = first;
    while (last < 6 && hoursOf(days[last + 1]) === hours) last += 1;
    if (hours) week[first === last ? DAYS[first] : `${DAYS[first]}-${DAYS[last]}`] = hours;
    first = last;
  }
  return week;
}

/** `9:00-12:30, 13-18` as [["09:00", "12:30"], ["13:00", "18:00"]]; nothing and `closed` are []. */
export const spansOf = (text) => text.split(",").map((part) => part.trim()).filter((part) => part && part.toLowerCase() !== "closed")
  .map((part) => part.split("-").map((time) => {
    const [hour, minute = "00"] = time.trim().split(":");
    return `${String(Number(hour) % 24).padStart(2, "0")}:${minute}`;
  }));

/** Spans as the file has them. */
export const hoursOf = (spans) => spans.map(([from, to]) => `${short(from)}-${to === "00:00" ? "24:00" : short(to)}`).join(", ");

const short = (time) => time.replace(/^0(?=\d)/, "");

/** True when every span has both its ends. */
export const isWhole = (spans) => spans.every(([from, to]) => from && to);

/** `2026-12-24`, or `12-24` for every year, as { date, isYearly }. */
export function dateOf(text) {
  if (text.length > 5) return { date: text, isYearly: false };
  return { date: `${text === "02-29" ? LEAP_YEAR : new Date().getFullYear()}-${text}`, isYearly: true };
}

/** The same as the file has it. */
export const dateText = ({ date, isYearly }) => (isYearly ? date.slice(5) : date);
