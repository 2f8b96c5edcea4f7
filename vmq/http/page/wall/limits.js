// Thresholds: two a figure, from where on it is to be watched and from where on it is bad.

/** By figure: the defaults, and whether less is worse. Waits in seconds, levels in per cent. */
export const LIMITS = {
  waiting: { warn: 3, bad: 8, isLessWorse: false },
  wait: { warn: 60, bad: 180, isLessWorse: false },
  level: { warn: 80, bad: 60, isLessWorse: true },
};

/** The thresholds of an address's query, as `wait=60,180`. What is missing or no number is the default. */
export function limitsOf(query) {
  return Object.fromEntries(Object.entries(LIMITS).map(([name, { warn, bad }]) => {
    const [first, second] = (query.get(name) ?? "").split(",").map((text) => (text.trim() === "" ? NaN : Number(text)));
    return [name, { warn: Number.isFinite(first) ? first : warn, bad: Number.isFinite(second) ? second : bad }];
  }));
}

/** good, warn or bad; good for a figure that is not known. */
export function past(name, value, limits) {
  if (value === null) return "good";
  const { warn, bad } = limits[name];
  const isPast = (limit) => (LIMITS[name].isLessWorse ? value < limit : value >= limit);
  return isPast(bad) ? "bad" : isPast(warn) ? "warn" : "good";
}
