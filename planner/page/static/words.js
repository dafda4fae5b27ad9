// Elements of the page, whose text is always set as text, never as markup; and figures as the page shows them.

const byId = (id) => document.getElementById(id);
const shownOnly = (children) => children.flat(Infinity).filter((child) => child !== null && child !== undefined);

/** An element: el("td", {class: "number"}, "12"). Children are elements or text. */
function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...shownOnly(children));
  return element;
}

function fill(id, ...children) {
  byId(id).replaceChildren(...shownOnly(children));
}

/** A sentence: pieces of text, and those that are its figures. */
const pieces = (sentence) => sentence.map(([piece, strong]) => (strong ? el("strong", {}, piece) : piece));
const facts = (pairs) => el("dl", { class: "facts" }, pairs.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));

/** One choice of several: radio buttons that look like one bar, or a list where there are many. */
function choice(id, label, options, current, choose) {
  const MOST_BUTTONS = 8;
  if (options.length > MOST_BUTTONS) return picker(id, label, options.map((each) => [each, each]), current, choose);
  const button = (text, n) => {
    const input = el("input", { type: "radio", name: id, id: `${id}-${n}`, value: text, onchange: () => choose(text) });
    input.checked = text === current;
    return [input, el("label", { for: `${id}-${n}` }, text)];
  };
  return el("fieldset", { class: "choice" }, el("legend", {}, label), el("div", { class: "bar" }, options.map(button)));
}

function picker(id, label, options, current, choose) {
  const select = el("select", { id, onchange: (event) => choose(event.target.value) }, options.map(([value, text]) => el("option", { value }, text)));
  select.value = current ?? "";
  return el("div", { class: "picker" }, el("label", { for: id }, label), select);
}

const DASH = "–";
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const digits = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
const finite = (value) => typeof value === "number" && Number.isFinite(value);

/** How figures of each kind are shown. */
const SHOWN = {
  count: (value) => whole.format(Math.round(value) === 0 ? 0 : value),
  percent: (share) => `${tenth.format(100 * share)}%`,
  points: (share) => `${signed(100 * share, tenth.format)} points`,
  figure: (value) => (Math.abs(value) >= 100 ? whole.format(value) : value && Math.abs(value) < 1e-4 ? value.toExponential(1) : digits.format(value)),
  signed: (value) => signed(value, (each) => each.toFixed(2)),
  tiny: (value) => (value === 0 ? "0" : value.toExponential(1)),
};
const show = (kind, value) => (finite(value) ? SHOWN[kind](value) : DASH);

/** A difference with its sign; nothing where it would show as nothing. */
function signed(value, format) {
  const text = format(Math.abs(value));
  return text === format(0) ? text : `${value < 0 ? "−" : "+"}${text}`;
}
