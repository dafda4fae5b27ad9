// Tables: sorted by a click on a heading, with differences from a reference.

/** A column: key, heading, how it is shown; numbers stand right and may have a difference. */
const text = (key, label, show = (value) => value) => ({ key, label, show, kind: "text" });
const number = (key, label, show = count, more = {}) => ({ key, label, show, kind: "number", ...more });

const money = () => DATA.currency;
const sorted = new Map();

/**
 * A table in a container.
 * @param {string} id of the container; its caption names the table to those who cannot see it.
 * @param {object[]} list rows; `list` is shown in its order until a heading is clicked.
 * @param {object} options caption; before(row): the row of the reference; mark(row): its class.
 */
function table(id, list, wanted, { caption, before = null, mark = () => null, foot = null }) {
  const order = sorted.get(id);
  const key = order && wanted.find((column) => column.key === order.key);
  const shown = key ? [...list].sort((a, b) => order.sign * compared(a[key.key], b[key.key])) : list;
  // On paper plain words stand for the buttons: browsers do not repeat a heading with buttons on every page.
  const heading = (column) => {
    const direction = order?.key === column.key ? (order.sign > 0 ? "ascending" : "descending") : null;
    const sort = () => {
      const sign = direction ? -order.sign : column.kind === "number" ? -1 : 1;
      sorted.set(id, { key: column.key, sign });
      table(id, list, wanted, { caption, before, mark, foot });
      byId(id).querySelectorAll("th button")[wanted.indexOf(column)].focus();
    };
    return el("th", { scope: "col", class: column.kind, "aria-sort": direction }, el("button", { type: "button", onclick: sort }, column.label), el("span", { class: "paper", "aria-hidden": "true" }, column.label));
  };
  const line = (row, tag = "td") =>
    wanted.map((column, n) => {
      const value = column.show(row[column.key], row);
      const first = n === 0;
      return el(first ? "th" : tag, { class: column.kind, scope: first ? "row" : null }, value, difference(column, row, before));
    });
  fill(
    id,
    el(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
      el(
        "table",
        {},
        el("caption", {}, caption),
        el("thead", {}, el("tr", {}, wanted.map(heading))),
        el("tbody", {}, shown.map((row) => el("tr", { class: mark(row) }, line(row)))),
        foot ? el("tfoot", {}, el("tr", {}, line(foot))) : null,
      ),
    ),
    list.length ? null : el("p", { class: "none" }, "Nothing here."),
  );
}

function difference(column, row, before) {
  if (!before || column.kind !== "number" || column.same) return null;
  const old = before(row);
  if (old === null) return null;
  if (!old || !finite(old[column.key]) || !finite(row[column.key])) return el("span", { class: "difference" }, "new");
  const value = row[column.key] - old[column.key];
  const show = column.points ? (each) => tenth.format(100 * each) : column.show;
  return el("span", { class: "difference" }, signed(value, show));
}

function compared(a, b) {
  if (typeof a === "number" || typeof b === "number") return (finite(a) ? a : -Infinity) - (finite(b) ? b : -Infinity);
  return String(a).localeCompare(String(b));
}
