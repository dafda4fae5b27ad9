// The page put together: what is drawn where, and when it is drawn anew.

function drawHead() {
  const plan = state.plan;
  document.title = plan.title;
  fill("title", run(plan, "title") ?? plan.title);
  const proven = run(plan, "status") === "optimal";
  const scenarios = (run(plan, "scenarios") ?? []).map((each) => each.title || each.name);
  const several = DATA.plans.length > 1;
  fill(
    "subtitle",
    el("span", { class: proven ? "badge proven" : "badge open" }, proven ? "Proven optimal" : `Not proven: ${words(run(plan, "status"))}`),
    el("span", {}, several ? plan.title : scenarios.length ? `Scenario: ${scenarios.join("; ")}` : "The case as it stands"),
  );
  fill("answer", plan.answer.map((sentence) => el("li", {}, sentence.map(([piece, strong]) => (strong ? el("strong", {}, piece) : piece)))));
}

function drawPlanPicker() {
  if (DATA.plans.length < 2) return;
  if (DATA.study.axis) {
    drawSlider();
    return;
  }
  const select = byId("plan");
  if (select) {
    select.value = state.plan.id;
    return;
  }
  const options = DATA.plans.map((plan, n) => [plan.id, n ? plan.title : `${plan.title} (reference)`]);
  const pick = (id) => choose({ plan: DATA.plans.find((plan) => plan.id === id) });
  const step = (by) => {
    const at = DATA.plans.indexOf(state.plan) + by + DATA.plans.length;
    choose({ plan: DATA.plans[at % DATA.plans.length] });
  };
  fill(
    "plans",
    picker("plan", "Plan", options, state.plan.id, pick),
    el("button", { type: "button", class: "quiet", "aria-label": "Plan before", onclick: () => step(-1) }, "‹"),
    el("button", { type: "button", class: "quiet", "aria-label": "Next plan", onclick: () => step(1) }, "›"),
  );
}

let beside = [];

function shownMaps() {
  if (!comparing()) return [{ id: "map-1", plan: () => state.plan, layer: () => layerOf(state.layer) }];
  if (state.view === "difference") return [{ id: "map-1", plan: () => state.plan, layer: () => DIFFERENCE }];
  return [
    { id: "map-1", plan: () => state.reference, layer: () => layerOf(state.layer), title: () => state.reference.title },
    { id: "map-2", plan: () => state.plan, layer: () => layerOf(state.layer), title: () => state.plan.title },
  ];
}

let building = Promise.resolve();

/** Maps are made one after the other; a later wish waits for the one before. */
function buildMaps() {
  delete document.documentElement.dataset.ready;
  building = building.then(async () => {
    const wanted = shownMaps();
    if (beside.length === 1 && wanted.length === 1 && beside[0].ground === wanted[0].plan().ground && beside[0].alone) {
      beside[0].everything();
      drawLegend();
      document.documentElement.dataset.ready = "true";
      return;
    }
    for (const map of beside) map.forget();
    beside = [];
    byId("maps").className = wanted.length > 1 ? "two" : "one";
    byId("map-figure-2").hidden = wanted.length < 2;
    if (wanted.length < 2) fill("map-2");
    for (const [n, { id, plan, layer, title }] of wanted.entries()) {
      fill(`${id}-title`, title ? title() : "");
      byId(`${id}-title`).hidden = !title;
      beside.push(Object.assign(await makeMap(byId(id), plan, layer), { ground: plan().ground, alone: !comparing() }));
      if (n === 0) drawLegend();
    }
    document.documentElement.dataset.ready = "true";
  });
  return building;
}

function drawLegend() {
  const { plan, layer } = shownMaps().at(-1);
  const drawn = layer();
  fill("map-title", drawn.title);
  legend("map-legend", drawn.scale(plan()).legend(theme()));
}

function drawMapControls() {
  const ranged = rows(state.plan, "reach").filter((row) => row.ring !== NO_ONE);
  const assets = [...new Set(ranged.map((row) => row.asset_id))].map((id) => [id, asset(state.plan, id).name]);
  const areas = rows(state.plan, "areas").map((row) => [row.area_id, row.name]);
  const difference = comparing() && state.view === "difference";
  fill(
    "map-controls",
    comparing()
      ? choice("view", "Maps", [["beside", "Side by side"], ["difference", "Difference"]], state.view, (view) => choose({ view }))
      : null,
    difference ? null : choice("layer", "Layer", LAYERS.map(({ id, label }) => [id, label]), state.layer, (layer) => choose({ layer })),
    choice("unit", "By", [["cells", "Cells"], ["zones", "Zones"]], state.unit, (unit) => choose({ unit })),
    picker("zone", "Zone", [["", "All zones"], ...areas], state.area, (area) => choose({ area: area || null })),
    picker("ring", "Range rings", [["", "None"], ...assets], state.ring, (ring) => choose({ ring })),
  );
  const reach = ranged.filter((row) => row.asset_id === state.ring);
  const radii = sumsBy(reach.map((row) => ({ at: count(row.radius_nm), one: 1 })), "at", "one").map(([at]) => `${at} nm`);
  const from = reach.map((row) => baseName(state.plan, row.base_id)).filter(Boolean);
  fill("ring-note", state.ring ? `${asset(state.plan, state.ring).name} works up to ${radii.join(", ")} from ${from.join(", ") || "where it stands"} (geodesic distance that leaves the least time on station).` : "");
  fill("land-note", groundOf(state.plan).land ? "" : "This case has no land.geojson: no land is drawn.");
}

function drawArea() {
  const area = state.area && index(state.plan, "areas", "area_id").get(state.area);
  byId("chosen").hidden = !area;
  if (!area) return;
  fill(
    "chosen",
    el("div", {}, el("strong", {}, area.name), el("span", {}, "only, in tables and charts")),
    el("dl", {}, zoneFigures(state.plan, area).slice(0, 4).map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))),
    el("button", { type: "button", onclick: () => choose({ area: null }) }, "Show all zones"),
  );
}

function drawBasis() {
  const list = rows(state.plan, "assumptions");
  const found = ["stated", "derived", "assumed"].map((basis) => [basis, list.filter((row) => row.basis === basis).length]);
  fill("basis", `${count(list.length)} input figures: `, found.map(([basis, number], n) => [n ? ", " : "", el("strong", {}, count(number)), ` ${basis}`]), ".");
}

function facts(pairs) {
  return el("dl", { class: "facts" }, pairs.filter(([, value]) => value !== null && value !== undefined).map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
}

const OBJECTIVE_WORDS = { coverage: "risk-weighted km² missed", fair: "risk-weighted km² missed", shortfall: "risk-weighted km² short of the targets" };

function drawProvenance() {
  const plan = state.plan;
  const proof = run(plan, "certificate");
  const objective = run(plan, "objective");
  const unit = OBJECTIVE_WORDS[objective] ?? objective;
  const command = run(plan, "command");
  const scenarios = run(plan, "scenarios") ?? [];
  const seconds = Object.entries(run(plan, "seconds") ?? {}).map(([name, value]) => `${name} ${digits.format(value)}`);
  const counts = Object.entries(run(plan, "counts") ?? {}).map(([name, value]) => `${count(value)} ${words(name)}`);
  fill(
    "certificate-facts",
    facts([
      ["Status", run(plan, "status")],
      ["Value of the plan", `${count(proof.plan_value)} ${unit}`],
      ["No plan goes below", `${count(proof.bound)} ${unit}`],
      ["Gap", finite(proof.gap) ? `${proof.gap.toExponential(1)} (tolerance ${proof.gap_tolerance.toExponential(1)})` : DASH],
      ["With nothing done", finite(proof.idle_value) ? `${count(proof.idle_value)} ${unit}` : null],
      ["Rounds", count(proof.rounds)],
    ]),
  );
  fill(
    "provenance-facts",
    facts([
      ["Scenario", scenarios.length ? scenarios.map((each) => `${each.name}: ${each.title}`).join("; ") : "none: the case as it stands"],
      ["Command", command ? el("code", {}, command.join(" ")) : null],
      ["Size", counts.join(", ")],
      ["Seconds", seconds.join(", ")],
      ["Versions", Object.entries(run(plan, "versions") ?? {}).map(([name, value]) => `${name} ${value}`).join(", ")],
    ]),
  );
  const inputs = Object.entries(run(plan, "inputs") ?? {}).map(([file, hash]) => ({ file, hash }));
  table("inputs-table", inputs, [text("file", "File"), text("hash", "SHA-256", (hash) => el("code", {}, hash))], { caption: "Input files" });
  const warnings = run(plan, "warnings") ?? [];
  byId("warnings").hidden = !warnings.length;
  fill("warnings-list", warnings.map((each) => el("li", {}, typeof each === "string" ? each : [each.file, each.row ? ` row ${each.row}` : "", each.column ? `, ${each.column}` : "", `: ${each.value} ${each.rule}; ${each.remedy}`].join(""))));
}

const CHARTS = [drawGapChart, drawSpendingChart, drawHoursChart, drawHeatChart, drawFrontier, drawLadder];

function drawTables() {
  drawAreas();
  drawProgrammes();
  drawPatrols();
  drawPrices();
}

function drawComparison() {
  const several = DATA.kind === "comparison" && DATA.plans.length > 1;
  byId("differences").hidden = byId("to-differences").hidden = !several;
  if (!several) return;
  drawTotals();
  drawDumbbells();
}

function drawHeatControls() {
  fill("heat-controls", choice("heat", "Show", [["hours", "Hours"], ["money", "Money"]], state.heat, (heat) => choose({ heat })));
}

function drawThemed() {
  for (const map of maps) map.everything();
  drawLegend();
}

function start() {
  document.body.append(tip);
  listenToLight(drawThemed);
  byId("zoom-in").addEventListener("click", () => zoomBy(1.5));
  byId("zoom-out").addEventListener("click", () => zoomBy(1 / 1.5));
  byId("zoom-all").addEventListener("click", showAll);
  byId("assumptions-search").addEventListener("input", (event) => drawAssumptions(event.target.value));
  addEventListener("scroll", hideTip, { passive: true });
  whenResized(() => {
    for (const map of maps) map.resize();
    resizeCharts();
  });

  const parts = [drawHead, drawLead, drawPlanPicker, drawPoints, drawMapControls, drawArea, drawTables, drawBasis, drawAssumptions, drawProvenance, drawHeatControls, drawComparison];
  for (const act of parts) act();
  for (const act of CHARTS) act();
  buildMaps();

  const everything = () => {
    for (const act of parts) act();
    for (const act of CHARTS) act();
    return buildMaps();
  };
  // While a slider is moved only what is near it follows at once; the rest when it rests.
  let rest = null;
  whenever(["plan"], () => {
    if (!DATA.study.axis) {
      everything();
      return;
    }
    delete document.documentElement.dataset.ready;
    for (const act of [drawHead, drawLead, drawPlanPicker, drawArea, drawAreas, drawProgrammes]) act();
    if (beside.length && beside[0].ground === state.plan.ground) for (const map of beside) map.everything();
    clearTimeout(rest);
    rest = setTimeout(everything, 150);
  });
  whenever(["view"], () => {
    drawMapControls();
    byId(`view-${state.view}`).focus();
    buildMaps();
  });
  whenever(["layer", "unit"], () => {
    for (const map of maps) map.shapes();
    drawLegend();
  });
  whenever(["area"], () => {
    byId("zone").value = state.area ?? "";
    drawArea();
    drawTables();
    drawGapChart();
    drawSpendingChart();
    drawHeatChart();
    for (const map of maps) map.outlines();
  });
  whenever(["ring"], () => {
    drawMapControls();
    byId("ring").focus();
    for (const map of maps) map.rings();
  });
  whenever(["heat"], () => {
    drawHeatControls();
    byId(`heat-${state.heat}`).focus();
    drawHeatChart();
  });
}

start();
