const UNKNOWN = "–";
const HARD_SPACE = "\u00a0";

function known(value) {
  return typeof value === "number" && Number.isFinite(value);
}

function decimal(value, digits) {
  return value.toLocaleString("en-US", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    signDisplay: "negative",
  });
}

function minus(text) {
  return text.replace(/^-/, "−");
}

function digits_for(value, significant) {
  if (value === 0) return 0;
  const whole = Math.floor(Math.log10(Math.abs(value))) + 1;
  return Math.max(0, Math.min(12, significant - whole));
}

function dollars(value) {
  if (value === 0) return "$0";
  return minus(
    (value < 0 ? "-$" : "$") + decimal(Math.abs(value), Math.max(2, digits_for(value, 3))),
  );
}

function duration(ms) {
  if (ms < 1000) return `${decimal(ms, digits_for(ms, 2))}${HARD_SPACE}ms`;
  if (ms < 60000) return `${decimal(ms / 1000, ms < 10000 ? 2 : 1)}${HARD_SPACE}s`;
  if (ms < 3600000) return `${decimal(ms / 60000, 1)}${HARD_SPACE}min`;
  return `${decimal(ms / 3600000, 1)}${HARD_SPACE}h`;
}

function plain_number(value) {
  return minus(
    Number.isInteger(value) ? decimal(value, 0) : decimal(value, Math.min(4, digits_for(value, 4))),
  );
}

const FORMATS = {
  count: (value) => minus(decimal(value, 0)),
  number: plain_number,
  share: (value) => `${minus(decimal(100 * value, 1))}${HARD_SPACE}%`,
  points: (value) => `${value >= 0.0005 ? "+" : ""}${minus(decimal(100 * value, 1))}`,
  loss: (value) => (value > 0 ? decimal(100 * value, 1) : "none"),
  usd: dollars,
  ms: duration,
  times: (value) => `${decimal(value, 2)}×`,
  probability: (value) => (value < 0.001 ? "< 0.001" : decimal(value, 3)),
};

function show(value, kind) {
  if (value === null || value === undefined) return UNKNOWN;
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return value;
  if (known(value) && FORMATS[kind]) return FORMATS[kind](value);
  if (known(value)) return plain_number(value);
  return JSON.stringify(value);
}

function rows_per_prompt(size) {
  return `${plural(size, "row", "rows")} per prompt`;
}

function interval_words(proportion) {
  if (!known(proportion.low) || !known(proportion.high)) return "interval not known";
  const range = `${show(proportion.low, "share")} to ${show(proportion.high, "share")}`;
  const few = proportion.approximate ? ", approximate: few batches" : "";
  return `${CONFIDENCE} interval ${range}${few}`;
}

function size_name(size) {
  return `b${HARD_SPACE}=${HARD_SPACE}${show(size, "count")}`;
}

function plural(count, one, many) {
  return `${show(count, "count")}${HARD_SPACE}${count === 1 ? one : many}`;
}

function clip(text, length) {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
