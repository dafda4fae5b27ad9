// Numbers and words as the page shows them.

const CAUSE_WORDS = DATA.palette.cause_words;
const KIND_WORDS = {
  vessel: "vessel",
  aircraft: "aircraft",
  uncrewed_aircraft: "uncrewed aircraft",
  fixed: "fixed sensor",
  satellite: "satellite",
};
const DASH = "–";

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const digits = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });

function finite(value) {
  return typeof value === "number" && Number.isFinite(value);
}

/** A whole number with thousands separators. */
function count(value) {
  return finite(value) ? whole.format(value === 0 ? 0 : value) : DASH;
}

/** A share in per cent, one decimal. */
function percent(share) {
  return finite(share) ? `${tenth.format(100 * share)}%` : DASH;
}

/** About three digits; whole from 100 up. */
function figure(value) {
  if (!finite(value)) return DASH;
  return Math.abs(value) >= 100 ? whole.format(value) : digits.format(value);
}

/** A large number in short: 2.91 M, 476 k. */
function short(value) {
  if (!finite(value)) return DASH;
  if (Math.abs(value) >= 1e6) return `${digits.format(value / 1e6)} M`;
  if (Math.abs(value) >= 1e4) return `${digits.format(value / 1e3)} k`;
  return whole.format(value);
}

/** A difference with its sign. */
function signed(value, show) {
  if (!finite(value)) return DASH;
  const text = show(Math.abs(value));
  const nothing = show(0);
  return text === nothing ? text : `${value < 0 ? "−" : "+"}${text}`;
}

function words(id) {
  return CAUSE_WORDS[id] ?? KIND_WORDS[id] ?? String(id ?? "").replaceAll("_", " ");
}
