// What the page knows: the document that the planner wrote, ways to look things up in it, and what is chosen.

const DATA = JSON.parse(document.getElementById("data").textContent);
const known = new Map();

function remembered(key, make) {
  if (!known.has(key)) known.set(key, make());
  return known.get(key);
}

/** The points of a ring, stored as the first one and the steps from each to the next. */
function ringOf(steps) {
  let [x, y] = [0, 0];
  return Array.from({ length: steps.length / 2 }, (_, n) => [(x += steps[2 * n]), (y += steps[2 * n + 1])]);
}

const outlineOf = (polygons) => polygons && { type: "MultiPolygon", coordinates: polygons.map((rings) => rings.map(ringOf)) };

/** A column; what is often repeated is stored once, with positions, and outlines as steps. */
function column(at) {
  return remembered(`column/${at}`, () => {
    const found = DATA.pool[at];
    if (found.outlines) return found.outlines.map(outlineOf);
    return Array.isArray(found) ? found : found.at.map((n) => found.of[n]);
  });
}

/** The rows of a table, given the positions of its columns. */
function rowsOf(table) {
  return remembered(JSON.stringify(table), () => {
    const columns = Object.entries(table).map(([name, at]) => [name, column(at)]);
    return Array.from({ length: columns.length ? columns[0][1].length : 0 }, (_, n) => Object.fromEntries(columns.map(([name, values]) => [name, values[n]])));
  });
}

const state = { view: DATA.views[DATA.start], area: null, ring: null, chosen: {} };
const sections = (view) => view.sections.map((at) => DATA.pool[at]);
const reference = DATA.views[0];
const comparing = () => DATA.kind === "comparison" && state.view !== reference;
const viewOf = (id) => DATA.views.find((view) => view.id === id);
const areas = () => DATA.pool[state.view.areas];

/** The charts and tables that a section of a view shows, by what is chosen there. */
function contentOf(section) {
  if (!section.choices.length) return section.fixed;
  const now = state.chosen[section.name] ?? {};
  const key = section.choices.map(([label, options]) => (options.includes(now[label]) ? now[label] : options[0])).join("/");
  const { charts, tables } = section.variants[key];
  return { key, charts: [...charts, ...section.fixed.charts], tables: [...tables, ...section.fixed.tables] };
}
