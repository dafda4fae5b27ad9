// The tables of a plan, filtered by the chosen area, with differences from the reference.

function areaButton(id, name) {
  const pressed = state.area === id;
  return el("button", { type: "button", class: "area", "aria-pressed": String(pressed), onclick: () => chooseArea(id) }, name);
}

function causeWords(row) {
  const cause = largestCause(row);
  return cause ? el("span", { class: "cause" }, el("i", { class: `dot cause-${cause}` }), words(cause)) : DASH;
}

/** The rows of the reference by a key of several columns. */
function beforeBy(name, keys) {
  if (!comparing()) return null;
  const key = (row) => keys.map((each) => row[each]).join("\n");
  const found = remembered(`${state.reference.id}/${name}/by/${keys}`, () => new Map(rows(state.reference, name).map((row) => [key(row), row])));
  return (row) => found.get(key(row));
}

function drawAreas() {
  const all = rows(state.plan, "areas");
  const list = [...all].sort((a, b) => b.shortfall_km2 - a.shortfall_km2);
  const whole = {
    area_id: null,
    name: "All areas",
    area_km2: sum(all, "area_km2"),
    covered_km2: sum(all, "covered_km2"),
    shortfall_km2: sum(all, "shortfall_km2"),
    ...Object.fromEntries(CAUSES.map((cause) => [`${cause}_km2`, sum(all, `${cause}_km2`)])),
  };
  whole.coverage = whole.covered_km2 / whole.area_km2;
  whole.target_coverage = all.reduce((total, row) => total + row.target_coverage * row.area_km2, 0) / whole.area_km2;
  table(
    "areas-table",
    state.area ? list.filter((row) => row.area_id === state.area) : list,
    [
      text("name", "Area", (name, row) => (row.area_id ? areaButton(row.area_id, name) : name)),
      number("coverage", "Coverage [%]", percent, { points: true }),
      number("target_coverage", "Target [%]", percent, { same: true }),
      number("shortfall_km2", "Shortfall [km²]"),
      text("cause", "Largest cause", (_, row) => causeWords(row)),
      number("covered_km2", "Covered [km²]"),
      number("area_km2", "Water [km²]", count, { same: true }),
      number("risk_weight", "Risk weight", figure, { same: true }),
    ],
    {
      caption: "Coverage against target by area, the largest gap first",
      before: beforeBy("areas", ["area_id"]),
      mark: (row) => (row.area_id === state.area ? "chosen" : null),
      foot: state.area ? null : whole,
    },
  );
}

/** Rows of gaps for the chosen area, or summed over the mandate, by programme. */
function programmeGaps(plan) {
  const gaps = rows(plan, "gaps").filter((row) => row.programme_id !== "total" && (!state.area || row.area_id === state.area));
  const found = new Map();
  for (const row of gaps) {
    const total = found.get(row.programme_id) ?? { programme_id: row.programme_id, target_km2: 0, covered_km2: 0, shortfall_km2: 0, ...Object.fromEntries(CAUSES.map((cause) => [`${cause}_km2`, 0])) };
    for (const key of Object.keys(total)) if (key !== "programme_id") total[key] += row[key] ?? 0;
    found.set(row.programme_id, total);
  }
  return found;
}

function programmeRows(plan) {
  const gaps = programmeGaps(plan);
  const paid = new Map(sumsBy(rows(plan, "funding").filter((row) => row.area_id === state.area), "programme_id", "amount"));
  return rows(plan, "programmes")
    .filter((row) => !state.area || gaps.has(row.programme_id))
    .map((row) => ({
      ...row,
      ...(gaps.get(row.programme_id) ?? Object.fromEntries(CAUSES.map((cause) => [`${cause}_km2`, 0]))),
      ...(state.area ? { spent: paid.get(row.programme_id) ?? 0 } : {}),
    }))
    .sort((a, b) => b.shortfall_km2 - a.shortfall_km2);
}

function drawProgrammes() {
  const before = comparing() ? new Map(programmeRows(state.reference).map((row) => [row.programme_id, row])) : null;
  const where = state.area ? "here" : "mandate";
  table(
    "programmes-table",
    programmeRows(state.plan),
    [
      text("name", "Programme", (name, row) => [el("span", {}, name), el("small", {}, row.donor)]),
      number("budget", `Budget [${money()}]`),
      number("spent", state.area ? `Spent here [${money()}]` : `Spent [${money()}]`),
      number("shortfall_km2", `Short, ${where} [km²]`),
      text("cause", "Largest cause", (_, row) => causeWords(row)),
      number("price_km2_per_million", "Price [km² a million]", figure),
      number("covered_km2", `Covered, ${where} [km²]`),
      number("target_km2", `Wanted, ${where} [km²]`),
    ],
    { caption: "Programmes: budget, spending, price of one more million, and the gap", before: before && ((row) => before.get(row.programme_id)) },
  );
}

function drawPatrols() {
  const list = rows(state.plan, "allocation")
    .filter((row) => !state.area || row.area_id === state.area)
    .map((row) => ({
      ...row,
      asset: asset(state.plan, row.asset_id).name,
      operator: operatorName(asset(state.plan, row.asset_id)),
      area: areaName(state.plan, row.area_id),
      base: baseName(state.plan, row.base_id),
    }))
    .sort((a, b) => b.mission_hours - a.mission_hours);
  table(
    "patrols-table",
    list,
    [
      text("asset", "Asset"),
      text("operator", "Operator"),
      text("area", "Area", (name, row) => areaButton(row.area_id, name)),
      text("base", "From", (name) => name || DASH),
      number("missions", "Missions", figure),
      number("mission_hours", "Hours [h]"),
      number("on_station_hours", "On station [h]"),
      number("swept_km2", "Swept [km²]"),
      number("cost", `Cost [${money()}]`),
    ],
    { caption: "Who patrols where: missions, hours and money by asset and area", before: beforeBy("allocation", ["asset_id", "base_id", "area_id"]) },
  );
}

const LIMIT_WORDS = { asset_hours: "hours", budget: "budget", base_capacity: "hours at a base" };

function drawPrices() {
  const programmes = index(state.plan, "programmes", "programme_id");
  const names = {
    asset_hours: (id) => asset(state.plan, id).name,
    budget: (id) => programmes.get(id)?.name ?? id,
    base_capacity: (id) => baseName(state.plan, id) || id,
  };
  const list = rows(state.plan, "prices").map((row) => ({
    ...row,
    name: names[row.limit_kind]?.(row.id) ?? row.id,
    part: row.limit > 0 ? row.used / row.limit : NaN,
    kind: LIMIT_WORDS[row.limit_kind] ?? words(row.limit_kind),
    per: row.limit_kind === "budget" ? row.price * 1e6 : row.price,
    unit: row.limit_kind === "budget" ? `a million ${money()}` : "an hour",
  }));
  list.sort((a, b) => a.kind.localeCompare(b.kind) || b.per - a.per);
  const before = comparing() ? new Map(rows(state.reference, "prices").map((row) => [`${row.limit_kind}/${row.id}`, { ...row, per: row.limit_kind === "budget" ? row.price * 1e6 : row.price }])) : null;
  table(
    "prices-table",
    list,
    [
      text("name", "What is limited"),
      text("kind", "Limit"),
      number("limit", "There is [h or money]"),
      number("used", "Used [h or money]"),
      number("part", "Used [%]", percent, { same: true }),
      number("per", "One more adds [risk-weighted km²]", figure),
      text("unit", "for"),
    ],
    { caption: "What is scarce: every limit, its use, and what one more unit would add", before: before && ((row) => before.get(`${row.limit_kind}/${row.id}`)) },
  );
}

/** Figures that share their column, value and source stand in one line. */
function drawAssumptions(wanted = "") {
  const groups = new Map();
  for (const row of rows(state.plan, "assumptions")) {
    const key = [row.table, row.field, row.value, row.basis, row.source, row.note].join("\n");
    if (!groups.has(key)) groups.set(key, { ...row, ids: [] });
    groups.get(key).ids.push(row.id);
  }
  const all = [...groups.values()].map((row) => ({ ...row, of: row.ids.filter(Boolean).join(", ") || "case" }));
  const needle = wanted.trim().toLowerCase();
  const rank = { assumed: 0, derived: 1, stated: 2 };
  const list = all
    .filter((row) => !needle || Object.values(row).join(" ").toLowerCase().includes(needle))
    .sort((a, b) => (rank[a.basis] ?? 3) - (rank[b.basis] ?? 3));
  table(
    "assumptions-table",
    list,
    [
      text("of", "Of what", (of, row) => [el("span", {}, row.table), el("small", {}, of)]),
      text("field", "Figure", words),
      text("value", "Value"),
      text("basis", "Basis"),
      text("source", "Source", (source, row) => [el("span", {}, source || DASH), row.note ? el("small", {}, row.note) : null]),
    ],
    { caption: "Every input figure with its basis and source, the assumed ones first", mark: (row) => row.basis },
  );
}
