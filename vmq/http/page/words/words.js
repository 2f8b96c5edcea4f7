// The page's words: one catalogue a language, chosen by the person, else by the browser. No other module holds a word.
const LANGUAGES = { en: "English", de: "Deutsch" };
const KEY = "vmq-language";

let words = {};
let plural = new Intl.PluralRules("en");

/** The language in use, as BCP 47 has it. */
export let language = "en";

/** Every language there is, with its own name. */
export const languages = LANGUAGES;

/** Load the catalogue; call it before anything is drawn. */
export async function loadWords() {
  const wanted = [localStorage.getItem(KEY), ...navigator.languages.map((tag) => tag.split("-")[0]), "en"];
  language = wanted.find((tag) => tag in LANGUAGES);
  words = (await import(`./${language}.js`)).default;
  plural = new Intl.PluralRules(language);
  document.documentElement.lang = language;
}

/** Load further words, of a part of the page that is not there from the beginning. */
export async function addWords(part) {
  Object.assign(words, (await import(`./${part}-${language}.js`)).default);
}

/** Choose a language; the page is loaded anew. */
export function chooseLanguage(tag) {
  localStorage.setItem(KEY, tag);
  location.reload();
}

/**
 * The words of a key, with `{name}` put in from `values`. Words with a plural are an object by category (one, few, other)
 * and go by `values.n`.
 */
export function t(key, values = {}) {
  const found = words[key] ?? key;
  const text = typeof found === "string" ? found : found[plural.select(values.n)] ?? found.other;
  return text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
}

/** Words of a key that may be missing (a state that this page does not know yet): then `other`. */
export const tOr = (key, other) => (key in words ? t(key) : other);

/** Of a share, per cent without decimals; a dash for null. */
export const percent = (share) => (share === null || share === undefined ? "–" : `${Math.round(share * 100)} %`);

/** A time of day, of epoch seconds. */
export const timeOf = (at, more = {}) => new Date(at * 1000).toLocaleTimeString(language, { timeStyle: "medium", ...more });

/** A day, of epoch seconds. */
export const dayOf = (at) => new Date(at * 1000).toLocaleDateString(language, { day: "numeric", month: "short" });

/** A day and a time, of epoch seconds. */
export const dateOf = (at) => new Date(at * 1000).toLocaleString(language, { dateStyle: "short", timeStyle: "short" });
