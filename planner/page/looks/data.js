// What the page knows: the document that the planner wrote, and ways to look things up in it.

const DATA = JSON.parse(document.getElementById("data").textContent);
const CAUSES = DATA.causes;
const NO_ONE = -1;

const known = new Map();

function remembered(key, make) {
  if (!known.has(key)) known.set(key, make());
  return known.get(key);
}

/** Columns of a table by name; each stands once in the pool, however many plans have it. */
function columns(table) {
  return Object.fromEntries(Object.entries(table).map(([name, at]) => [name, DATA.pool[at]]));
}

/** The rows of a plan's table as objects. */
function rows(plan, name) {
  return remembered(`${plan.id}/${name}`, () => {
    const table = columns(name === "reach" ? plan.reach : plan.tables[name]);
    const names = Object.keys(table);
    const length = names.length ? table[names[0]].length : 0;
    return Array.from({ length }, (_, n) => Object.fromEntries(names.map((each) => [each, table[each][n]])));
  });
}

/** The rows of a plan's table by the value of a column. */
function index(plan, name, key) {
  return remembered(`${plan.id}/${name}/${key}`, () => new Map(rows(plan, name).map((row) => [row[key], row])));
}

function cells(plan) {
  return remembered(`${plan.id}/cells`, () => columns(plan.cells));
}

function groundOf(plan) {
  return DATA.grounds[plan.ground];
}

/** Ids, areas (positions) and outlines of the cells of a ground. */
function groundCells(ground) {
  return remembered(ground, () => columns(ground.cells));
}

function run(plan, key) {
  return key in plan.run ? DATA.pool[plan.run[key]] : undefined;
}

function areaName(plan, id) {
  return index(plan, "areas", "area_id").get(id)?.name ?? id;
}

function asset(plan, id) {
  return index(plan, "fleet", "asset_id").get(id) ?? { asset_id: id, name: id, operator: "", kind: "" };
}

function operatorName(each) {
  return each.operator.replaceAll("_", " ").toUpperCase();
}

function baseName(plan, id) {
  const bases = groundOf(plan).bases;
  const at = bases.id.indexOf(id);
  return at < 0 ? "" : bases.name[at];
}

function sum(list, key) {
  return list.reduce((total, row) => total + (row[key] ?? 0), 0);
}

/** Sums of a column by the value of another, the largest first. */
function sumsBy(list, by, key) {
  const sums = new Map();
  for (const row of list) sums.set(row[by], (sums.get(row[by]) ?? 0) + (row[key] ?? 0));
  return [...sums].sort((a, b) => b[1] - a[1]);
}

function largestCause(row) {
  let best = null;
  for (const cause of CAUSES) if (row[`${cause}_km2`] > (best ? row[`${best}_km2`] : 0)) best = cause;
  return best;
}
