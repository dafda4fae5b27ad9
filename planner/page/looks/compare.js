// Pages of several plans: what changes from the reference to the plan that is chosen.

function drawDumbbells() {
  const old = index(state.reference, "areas", "area_id");
  const list = rows(state.plan, "areas").map((row) => ({ name: row.name, now: row.coverage, before: old.get(row.area_id)?.coverage ?? null, target: row.target_coverage }));
  list.sort((a, b) => Math.abs(b.now - (b.before ?? b.now)) - Math.abs(a.now - (a.before ?? a.now)));
  const tipOf = (row) => ({ heading: row.name, pairs: [[state.reference.title, percent(row.before)], [state.plan.title, percent(row.now)], ["difference", `${signed(100 * (row.now - row.before), (v) => tenth.format(v))} points`], ["target", percent(row.target)]] });
  const ends = list.flatMap((row) => [
    { name: row.name, is: "before", value: row.before, tip: tipOf(row) },
    { name: row.name, is: "now", value: row.now, tip: tipOf(row) },
  ]);
  legend("dumbbell-legend", [["var(--quiet)", state.reference.title], ["var(--accent)", state.plan.title], ["var(--target)", "target (tick)"]]);
  return chart("dumbbell-chart", "Coverage of each area in the reference and in the chosen plan; the same figures stand in the table of areas.", list, (width) => {
    const narrow = width < 560;
    const y = { field: "name", type: "nominal", sort: list.map((row) => row.name), axis: { title: null, labelLimit: narrow ? 120 : 260, labelColor: INK, ticks: false, labelPadding: 8 } };
    const axis = { title: "coverage [%]", format: ".0%", tickCount: narrow ? 3 : 8 };
    return {
      width: width - (narrow ? 135 : 275),
      height: { step: 24 },
      autosize: { type: "pad" },
      layer: [
        { data: { values: list }, mark: { type: "tick", color: "var(--target)", thickness: 2, size: 14 }, encoding: { y, x: { field: "target", type: "quantitative" } } },
        { data: { values: list }, mark: { type: "rule", strokeWidth: 2, color: LINE }, encoding: { y, x: { field: "before", type: "quantitative", axis }, x2: { field: "now" } } },
        {
          data: { values: ends },
          mark: { type: "point", filled: true, size: 80, opacity: 1 },
          encoding: { y, x: { field: "value", type: "quantitative" }, color: { field: "is", type: "nominal", legend: null, scale: { domain: ["before", "now"], range: [QUIET, "var(--accent)"] } }, tooltip: { field: "tip" } },
        },
      ],
    };
  });
}

const TOTALS = [
  ["coverage", "Coverage", percent, true],
  ["covered_km2", "Covered [km²]", count],
  ["shortfall_km2", "Shortfall [km²]", count],
  ["spent", "Spent", count],
  ["hours", "Mission hours [h]", count],
  ["met", "Areas that meet their target", count],
];

function totals(plan) {
  return remembered(`${plan.id}/totals`, () => {
    const areas = rows(plan, "areas");
    const covered = sum(areas, "covered_km2");
    return {
      id: plan.id,
      title: plan.title,
      covered_km2: covered,
      coverage: covered / sum(areas, "area_km2"),
      shortfall_km2: sum(areas, "shortfall_km2"),
      spent: sum(rows(plan, "programmes"), "spent"),
      hours: sum(rows(plan, "allocation"), "mission_hours"),
      met: areas.filter((row) => row.met).length,
    };
  });
}

function drawTotals() {
  const wanted = [
    text("title", "Plan", (title, row) =>
      el("button", { type: "button", class: "area", "aria-pressed": String(row.id === state.plan.id), onclick: () => choose({ plan: DATA.plans.find((plan) => plan.id === row.id) }) }, title),
    ),
    ...TOTALS.map(([key, label, show, points]) => number(key, key === "spent" ? `${label} [${money()}]` : label, show, { points })),
  ];
  const first = totals(state.reference);
  table("totals-table", DATA.plans.map(totals), wanted, {
    caption: "All plans side by side, with their differences from the first",
    before: (row) => (row.id === first.id ? null : first),
    mark: (row) => (row.id === state.plan.id ? "chosen" : null),
  });
}
