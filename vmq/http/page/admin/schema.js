// What a setting is, by the JSON Schema that the server makes of its own configuration; values as text and back. Pure.

/** The schema that is meant: references followed, null left out (`isOptional`), what stands beside it kept. */
export function resolved(schema, root) {
  const own = schema.$ref ? { ...root.$defs[schema.$ref.split("/").pop()], ...schema, model: schema.$ref.split("/").pop() } : schema;
  const ways = own.anyOf ?? own.allOf;
  if (!ways) return own;
  const others = ways.filter((way) => way.type !== "null");
  const isOptional = others.length < ways.length;
  if (others.length > 1) {
    const constants = others.map((way) => resolved(way, root)).find((way) => way.enum || way.const !== undefined);
    return { ...own, ...resolved(others[0], root), ...(constants?.enum ? { enum: undefined } : {}), isOptional };
  }
  return { ...resolved(others[0], root), ...own, anyOf: undefined, isOptional };
}

const SCALARS = ["string", "integer", "number", "boolean"];

/** What the values of an object with free names are; undefined for one whose names are known. */
function freeValue(field) {
  return field.additionalProperties || Object.values(field.patternProperties ?? {})[0];
}

const isScalar = (schema, root) => (schema.anyOf ?? [schema]).every((way) => SCALARS.includes(resolved(way, root).type));

/**
 * Which kind of field shows it: flag, choice, number, text, choices, lines, members, pairs, rows, group, a form of its own
 * that the schema names (week, dates, days), or data.
 */
export function kindOf(field, root) {
  if (field["x-form"]) return field["x-form"];
  if (field.enum) return "choice";
  if (field.type === "boolean") return field.isOptional ? "choice" : "flag";
  if (field.type === "integer" || field.type === "number") return "number";
  if (field.type === "string") return "text";
  if (field.type === "array") {
    const item = resolved(field.items ?? {}, root);
    if (item.model === "MembershipConfig") return "members";
    if (item.enum) return "choices";
    if (item.properties) return "rows";
    return item.type === "string" ? "lines" : "data";
  }
  if (field.properties) return "group";
  if (field.type === "object" && freeValue(field) && isScalar(freeValue(field), root)) return "pairs";
  return "data";
}

/** What the values of pairs may be: string, number, or any (a text that is a number or yes/no as the file has it is one). */
export function typeOfPairs(field, root) {
  const value = freeValue(field);
  if (value.anyOf) return "any";
  return resolved(value, root).type === "string" ? "string" : "number";
}

/** The defaults of a table, to begin a new one with. */
export const startOf = (schema) => Object.fromEntries(
  Object.entries(schema.properties).filter(([, each]) => each.default !== undefined).map(([name, each]) => [name, each.default]),
);

/** The choices of a field, as [value, word]. */
export const choicesOf = (field) => (field.enum ? field.enum.map((each) => [each, String(each)]) : [[true, "true"], [false, "false"]]);

const TO_TEXT = {
  lines: (value) => (value ?? []).join("\n"),
  members: (value) => (value ?? []).map((each) => (typeof each === "string" ? each : `${each.name} ${each.penalty}`)).join("\n"),
  pairs: (value, type) => Object.entries(value ?? {}).map(([name, each]) => `${name} = ${type === "any" && valueOf(`${each}`, type) !== each ? `"${each}"` : each}`).join("\n"),
  data: (value) => JSON.stringify(value ?? null, null, 2),
};

/** A value as lines of text. */
export const toText = (kind, value, type = "string") => TO_TEXT[kind](value, type);

const linesOf = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);
const FROM_TEXT = {
  lines: linesOf,
  members: (text) => linesOf(text).map((line) => {
    const [name, penalty] = line.split(/\s+/);
    return penalty ? { name, penalty: Number(penalty) } : name;
  }),
  pairs: (text, type) => Object.fromEntries(linesOf(text).map((line) => {
    const at = line.indexOf("=");
    const [name, value] = at < 0 ? [line, ""] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    return [name, valueOf(value, type)];
  })),
  data: (text) => JSON.parse(text),
};

/** The value of lines of text. Throws a SyntaxError for data that is none. */
export const fromText = (kind, text, type = "string") => FROM_TEXT[kind](text, type);

function valueOf(text, type) {
  if (type === "number") return Number(text);
  if (type === "string") return text;
  if (text === "true" || text === "false") return text === "true";
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text.replace(/^"(.*)"$/, "$1");
}

/** True when it says the same as the default. */
export const isSame = (one, other) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
