// Plans: their tables, grounds and names.

const CAUSES = DATA.causes;
const NO_ONE = -1;

/** The rows of a plan's table as objects. */
function rows(plan, name) {
  return remembered(`${plan.id}/${name}`, () => rowsOf(columns(name === "reach" ? plan.reach : plan.tables[name])));
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

function largestCause(row) {
  let best = null;
  for (const cause of CAUSES) if (row[`${cause}_km2`] > (best ? row[`${best}_km2`] : 0)) best = cause;
  return best;
}
