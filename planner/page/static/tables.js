// Tables: sorted by a click on a heading, searched, filtered by the chosen area, with differences.

const sorting = new Map();
const searching = new Map();
const isText = (column) => !(column.kind in SHOWN);

/** The rows that are shown: of the chosen area; with none chosen those of all areas together, if there are any. */
function rowsShown(table) {
  const all = rowsOf(table.rows);
  const needle = (searching.get(table.name) ?? "").trim().toLowerCase();
  const found = needle ? all.filter((row) => Object.values(row).join(" ").toLowerCase().includes(needle)) : all;
  if (!("area_id" in table.rows)) return found;
  if (state.area) return found.filter((row) => row.area_id === state.area);
  const together = found.filter((row) => row.area_id === "");
  return together.length ? together : found;
}

/** Given a row, the same row of the reference; null where no differences are shown. */
function former(table) {
  if (table.key[0] === "first") {
    const [first] = rowsOf(table.rows);
    return (row) => (row === first ? null : first);
  }
  if (!comparing() || !table.key.length) return () => null;
  const key = (row) => table.key.map((each) => row[each]).join("\n");
  const section = sections(reference).map(contentOf).find((content) => content.tables.some((at) => DATA.pool[at].name === table.name));
  const same = section && DATA.pool[section.tables.find((at) => DATA.pool[at].name === table.name)];
  if (!same) return () => null;
  const index = new Map(rowsOf(same.rows).map((row) => [key(row), row]));
  return (row) => index.get(key(row)) ?? {};
}

function difference(column, row, old) {
  if (!old || !(column.differs ?? !isText(column))) return null;
  if (!finite(old[column.key]) || !finite(row[column.key])) return el("span", { class: "difference" }, "new");
  const value = row[column.key] - old[column.key];
  const text = column.kind === "percent" ? signed(100 * value, tenth.format) : signed(value, SHOWN[column.kind]);
  return el("span", { class: "difference" }, text);
}

/** What is in a cell: text, a button that chooses an area or a plan, a cause with its colour, a figure. */
function shownIn(column, row) {
  const value = row[column.key];
  const button = (pressed, act) => el("button", { type: "button", class: "link", "aria-pressed": String(pressed), onclick: act }, value);
  if (value === undefined || value === null || value === "") return DASH;
  if (column.kind === "area" && row.area_id) return button(state.area === row.area_id, () => chooseArea(row.area_id));
  if (column.kind === "plan" && row.plan) return button(state.view.id === row.plan, () => chooseView(viewOf(row.plan)));
  if (column.kind === "code") return el("code", {}, value);
  if (column.said) return row[column.said];
  if (column.kind !== "cause") return isText(column) ? value : show(column.kind, value);
  const [colour, words] = DATA.causes[value];
  const shade = colour in DATA.night ? `var(--c${colour.slice(1)})` : colour;
  return value === "none" ? DASH : el("span", { class: "cause" }, el("i", { class: "dot", style: `background:${shade}` }), words);
}

function drawTable(table, box) {
  const list = rowsShown(table);
  const old = former(table);
  const order = sorting.get(table.name);
  const sorted = order ? [...list].sort((a, b) => order.sign * compared(a[order.key], b[order.key])) : list;
  const redraw = () => drawTable(table, box);
  // On paper plain words stand for the buttons: browsers do not repeat a heading with buttons on every page.
  const heading = (column, n) => {
    const direction = order?.key === column.key ? (order.sign > 0 ? "ascending" : "descending") : null;
    const sort = () => {
      sorting.set(table.name, { key: column.key, sign: direction ? -order.sign : isText(column) ? 1 : -1 });
      redraw();
      box.querySelectorAll("th button")[n].focus();
    };
    return el("th", { scope: "col", class: isText(column) ? "text" : "number", "aria-sort": direction }, el("button", { type: "button", onclick: sort }, column.label), el("span", { class: "paper", "aria-hidden": "true" }, column.label));
  };
  const line = (row, before) =>
    table.columns.map((column, n) =>
      el(n ? "td" : "th", { class: isText(column) ? "text" : "number", scope: n ? null : "row" }, shownIn(column, row), column.note && row[column.note] ? el("small", {}, row[column.note]) : null, difference(column, row, before)),
    );
  const most = table.paper || sorted.length;
  const marked = (row, n) => [table.mark ? row[table.mark] : "", n < most ? "" : "screen", ("plan" in row && row.plan === state.view.id) || (state.area && row.area_id === state.area) ? "chosen" : ""].join(" ").trim() || null;
  const made = el(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": table.caption },
    el(
      "table",
      {},
      el("caption", {}, table.caption),
      el("thead", {}, el("tr", {}, table.columns.map(heading))),
      el("tbody", {}, sorted.map((row, n) => el("tr", { class: marked(row, n) }, line(row, old(row))))),
      table.foot && !state.area ? el("tfoot", {}, el("tr", {}, line(table.foot, null))) : null,
    ),
  );
  if (table.search && !box.querySelector("input")) {
    const id = `${table.name}-search`;
    const input = el("input", { id, type: "search", autocomplete: "off", oninput: (event) => (searching.set(table.name, event.target.value), redraw()) });
    input.value = searching.get(table.name) ?? "";
    box.append(el("div", { class: "controls" }, el("div", { class: "picker" }, el("label", { for: id }, table.search), input)));
  }
  const rest = sorted.length > most ? el("p", { class: "paper rest" }, `The first ${most} of ${whole.format(sorted.length)} rows; ${table.file} has all of them.`) : null;
  box.querySelectorAll(":scope > .scroll, :scope > .none, :scope > .rest").forEach((each) => each.remove());
  box.append(...shownOnly([made, rest, list.length ? null : el("p", { class: "none" }, "Nothing here.")]));
}

function compared(a, b) {
  if (typeof a === "number" || typeof b === "number") return (finite(a) ? a : -Infinity) - (finite(b) ? b : -Infinity);
  return String(a ?? "").localeCompare(String(b ?? ""));
}
