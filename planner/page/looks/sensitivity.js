// The page of a study of the assumptions: ranges, drivers, rankings, and the figures that were drawn.

const rowsIn = (name) => remembered(name, () => rowsOf(columns(DATA.tables[name])));
const FACTS = DATA.facts;
const CURRENCY = DATA.currency;
const points = (value) => `${signed(100 * value, (each) => tenth.format(each))} points`;

/** What is shown of outcomes: id, words, unit, and how values and differences are written. */
const OUTCOMES = [
  ["area_coverage", "Coverage of areas", "coverage", percent, points],
  ["area_shortfall_km2", "Shortfall of areas", "shortfall [km²]", count],
  ["programme_gap_km2", "Gap of programmes", "gap [km²]", count],
  ["programme_price", "Price of a million", "risk-weighted km² a million", figure],
  ["programme_spent", "Spending", `spent [${CURRENCY}]`, count],
  ["asset_price", "Price of an hour", "risk-weighted km² an hour", figure],
].map(([id, label, unit, show, difference]) => ({ id, label, unit, show, difference: difference ?? ((value) => signed(value, show)) }));
const WHOLE = {
  coverage: { ...OUTCOMES[0], id: "coverage", label: "Coverage of all areas" },
  shortfall_km2: { ...OUTCOMES[1], id: "shortfall_km2", label: "Shortfall of all areas" },
  covered_km2: { ...OUTCOMES[1], id: "covered_km2", label: "Covered in all areas", unit: "covered [km²]" },
};
const WITH = { area_coverage: "coverage", area_shortfall_km2: "shortfall_km2" };
const MOST = 15;
const called = (row) => (row.id === "all" ? WHOLE[row.outcome].label : row.name || words(row.id));

const chosen = { outcome: "area_coverage", driven: "coverage/all" };

function drawHead() {
  document.title = DATA.title;
  fill("title", DATA.title);
  fill(
    "subtitle",
    el("span", { class: DATA.proven ? "badge proven" : "badge open" }, DATA.proven ? "All plans proven optimal" : "Not all plans are proven"),
    el("span", {}, `${count(FACTS.draws)} draws of ${count(FACTS.figures)} figures`),
    el("span", {}, DATA.scenarios.length ? `Scenario: ${DATA.scenarios.join("; ")}` : "The case as it stands"),
  );
  fill("answer", DATA.answer.map((sentence) => el("li", {}, sentence.map(([piece, strong]) => (strong ? el("strong", {}, piece) : piece)))));
}

/** The rows of an outcome, that of all areas together first. */
function outcomeRows(id) {
  const all = rowsIn("outcomes");
  return [...all.filter((row) => row.outcome === WITH[id]), ...all.filter((row) => row.outcome === id)];
}

function drawRanges() {
  const shown = OUTCOMES.find((each) => each.id === chosen.outcome);
  fill("ranges-controls", choice("outcome", "Show", OUTCOMES.map(({ id, label }) => [id, label]), chosen.outcome, (id) => {
    chosen.outcome = id;
    drawRanges();
    byId(`outcome-${id}`).focus();
  }));
  const list = outcomeRows(shown.id).map((row) => ({
    ...row,
    called: called(row),
    tip: { heading: called(row), pairs: [["as it stands", row.base], ["lowest twentieth", row.p5], ["middle draw", row.median], ["highest twentieth", row.p95]].map(([name, value]) => [name, shown.show(value)]) },
  }));
  // The whole would dwarf its parts, where they add up; it stands in the table.
  const drawn = shown.id === "area_coverage" ? list : list.filter((row) => row.id !== "all");
  chart("ranges-chart", `${shown.label}: ranges over all draws; the same figures stand in the table below.`, drawn, (width) => {
    const narrow = width < 560;
    const y = { field: "called", type: "nominal", sort: drawn.map((row) => row.called), axis: { title: null, labelLimit: narrow ? 130 : 300, labelColor: INK, ticks: false, labelPadding: 8 } };
    const axis = { title: shown.unit, format: shown.show === percent ? ".0%" : "~s", tickCount: narrow ? 3 : 8 };
    const x = (field) => ({ field, type: "quantitative", axis });
    const tooltip = { field: "tip" };
    return {
      width: width - (narrow ? 145 : 315),
      height: { step: 22 },
      autosize: { type: "pad" },
      data: { values: drawn },
      encoding: { y, tooltip },
      layer: [
        { mark: { type: "rule", strokeWidth: 2, color: "var(--free)" }, encoding: { x: x("p5"), x2: { field: "p95" } } },
        { mark: { type: "rule", strokeWidth: 7, color: "var(--free)" }, encoding: { x: x("p25"), x2: { field: "p75" } } },
        { mark: { type: "tick", thickness: 2, size: 14, color: "var(--ink)" }, encoding: { x: x("median") } },
        { mark: { type: "point", filled: true, size: 70, opacity: 1, color: "var(--mark)" }, encoding: { x: x("base") } },
      ],
    };
  });
  const column = (key, label) => number(key, label, shown.show);
  table(
    "ranges-table",
    list,
    [
      text("called", "Of"),
      column("base", "As it stands"),
      column("mean", "Mean"),
      column("p5", "Lowest twentieth"),
      column("p25", "Lowest quarter"),
      column("median", "Middle draw"),
      column("p75", "Highest quarter"),
      column("p95", "Highest twentieth"),
    ],
    { caption: `${shown.label}, ${shown.unit}: ranges over all draws` },
  );
}

const DRIVEN = ["coverage", "shortfall_km2", "area_coverage", "programme_gap_km2"];

function drawDrivers() {
  const [outcome, id] = chosen.driven.split("/");
  const shown = WHOLE[outcome] ?? OUTCOMES.find((each) => each.id === outcome);
  const wanted = rowsIn("outcomes").filter((row) => DRIVEN.includes(row.outcome));
  const kind = { area_coverage: "Coverage of ", programme_gap_km2: "Gap of " };
  const options = wanted.map((row) => [`${row.outcome}/${row.id}`, `${kind[row.outcome] ?? ""}${called(row)}`]);
  fill("drivers-controls", picker("driven", "What is driven", options, chosen.driven, (value) => {
    chosen.driven = value;
    drawDrivers();
    byId("driven").focus();
  }));
  const stands = wanted.find((row) => row.outcome === outcome && row.id === id);
  const all = rowsIn("drivers").filter((row) => row.outcome === outcome && row.id === id);
  const beyond = all.filter((row) => Math.abs(row.rank_correlation ?? 0) > DATA.chance);
  fill(
    "drivers-lead",
    `A driver is one figure, or several that are high or low together. Bars run from the mean of the outcome in the quarter of draws where the driver is lowest to that where it is highest; the line is the mean of all draws. ${beyond.length} of ${all.length} drivers have a rank correlation beyond ${digits.format(DATA.chance)}, which chance would hardly make; the others are pale.`,
  );
  const sure = new Set(beyond.map((row) => row.driver));
  const drawn = all.slice(0, MOST).sort((a, b) => Math.abs(b.swing) - Math.abs(a.swing));
  const tip = (row) => ({ heading: row.driver, pairs: [["where lowest", shown.show(row.low_mean)], ["where highest", shown.show(row.high_mean)], ["rank correlation", signed(row.rank_correlation, (each) => digits.format(each))], ["figures", count(row.figures)]] });
  const values = drawn.flatMap((row) => [
    { driver: row.driver, is: "low", from: stands.mean, to: row.low_mean, sure: sure.has(row.driver), tip: tip(row) },
    { driver: row.driver, is: "high", from: stands.mean, to: row.high_mean, sure: sure.has(row.driver), tip: tip(row) },
  ]);
  legend("drivers-legend", [["var(--kind-fixed)", "where the driver is lowest"], ["var(--kind-vessel)", "where it is highest"]]);
  chart("drivers-chart", "What drives the outcome, the widest first; the same figures stand in the table below.", values, (width) => {
    const narrow = width < 560;
    const y = { field: "driver", type: "nominal", sort: drawn.map((row) => row.driver), axis: { title: null, labelLimit: narrow ? 150 : 320, labelColor: INK, ticks: false, labelPadding: 8 } };
    return {
      width: width - (narrow ? 165 : 335),
      height: { step: 21 },
      autosize: { type: "pad" },
      layer: [
        {
          data: { values },
          mark: { type: "bar", size: 13 },
          encoding: {
            y,
            x: { field: "from", type: "quantitative", scale: { zero: false }, axis: { title: shown.unit, format: shown.show === percent ? ".1%" : "~s", tickCount: narrow ? 3 : 7 } },
            x2: { field: "to" },
            color: { field: "is", type: "nominal", legend: null, scale: { domain: ["low", "high"], range: ["var(--kind-fixed)", "var(--kind-vessel)"] } },
            opacity: { condition: { test: "datum.sure", value: 1 }, value: 0.4 },
            tooltip: { field: "tip" },
          },
        },
        { data: { values: [{ x: stands.mean }] }, mark: { type: "rule", color: INK }, encoding: { x: { field: "x", type: "quantitative" } } },
      ],
    };
  });
  table(
    "drivers-table",
    all,
    [
      text("driver", "Driver", (driver, row) => [el("span", {}, driver), row.figures > 1 ? el("small", {}, `${row.figures} figures together`) : null]),
      number("rank_correlation", "Rank correlation", (value) => (finite(value) ? signed(value, (each) => each.toFixed(2)) : DASH)),
      number("low_mean", "Mean where lowest", shown.show),
      number("high_mean", "Mean where highest", shown.show),
      number("swing", "Swing", shown.difference),
    ],
    { caption: "Every driver, the strongest rank correlation first" },
  );
}

function drawRanking() {
  const rank = (value) => (finite(value) ? digits.format(value) : DASH);
  const between = (low, high, show) => `${show(low)} to ${show(high)}`;
  for (const [kind, id] of [["programme", "programmes-table"], ["asset", "assets-table"]]) {
    table(
      id,
      rowsIn("ranking").filter((row) => row.kind === kind),
      [
        text("name", kind === "programme" ? "Programme" : "Asset", (name, row) => name || words(row.id)),
        number("share_first", "First in [%]", percent),
        number("base_rank", "Rank as it stands", rank),
        number("rank_median", "Rank in the middle draw", rank),
        number("rank_p95", "Rank, nine of ten draws", (_, row) => between(row.rank_p5, row.rank_p95, rank)),
        number("base_price", "Price as it stands", figure),
        number("price_median", "Price in the middle draw", figure),
        number("price_p95", "Price, nine of ten draws", (_, row) => between(row.price_p5, row.price_p95, figure)),
      ],
      { caption: kind === "programme" ? "Programmes by the price of one more million" : "Assets and sensors by the price of one more hour" },
    );
  }
}

function drawFigures(wanted = "") {
  const needle = wanted.trim().toLowerCase();
  const list = rowsIn("figures").filter((row) => !needle || Object.values(row).join(" ").toLowerCase().includes(needle));
  const fixed = Object.entries(FACTS.fixed).map(([basis, size]) => `${count(size)} ${basis}`);
  fill("figures-lead", `${count(FACTS.figures)} figures have a range, in ${count(FACTS.drivers)} drivers. Held fixed: ${fixed.join(", ")}.`);
  const value = (each) => (Math.abs(each) >= 1e4 ? count(each) : digits.format(Number(each.toPrecision(6))));
  table(
    "figures-table",
    list,
    [
      text("figure", "Figure", (name, row) => [el("span", {}, name), row.driver !== name ? el("small", {}, `together as ${row.driver}`) : null]),
      number("base", "As it stands", value),
      number("low", "Lowest", value),
      number("high", "Highest", value),
      text("distribution", "Drawn", (name, row) => [el("span", {}, name), row.currency ? el("small", {}, row.currency) : null]),
      text("basis", "Basis"),
      text("range_source", "Why this range", (why, row) => [el("span", {}, why || DASH), row.source ? el("small", {}, `Figure: ${row.source}`) : null]),
    ],
    { caption: "Every figure that was drawn, with its range" },
  );
}

function drawFailures() {
  const list = rowsIn("failures");
  byId("failures").hidden = byId("to-failures").hidden = !list.length;
  table("failures-table", list, [text("draw", "Draw", words), text("status", "Status", words), text("message", "Why")], { caption: "Draws without a plan" });
}

function drawCertificate() {
  const pairs = [
    ["Draws", `${count(FACTS.draws)} (Latin hypercube, seed ${FACTS.seed})`],
    ["Plans", Object.entries(FACTS.statuses).map(([status, size]) => `${count(size)} ${words(status)}`).join(", ")],
    ["Largest proven gap", finite(FACTS.largest_gap) ? FACTS.largest_gap.toExponential(1) : DASH],
    ["The case as it stands", `${words(FACTS.base)}, gap ${finite(FACTS.certificate.gap) ? FACTS.certificate.gap.toExponential(1) : DASH}`],
    ["Versions", Object.entries(FACTS.versions).map(([name, version]) => `${name} ${version}`).join(", ")],
  ];
  fill("certificate-facts", el("dl", { class: "facts" }, pairs.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))));
  const inputs = Object.entries(FACTS.inputs).map(([file, hash]) => ({ file, hash }));
  table("inputs-table", inputs, [text("file", "File"), text("hash", "SHA-256", (hash) => el("code", {}, hash))], { caption: "Input files" });
}

function start() {
  document.body.append(tip);
  listenToLight(() => {});
  byId("figures-search").addEventListener("input", (event) => drawFigures(event.target.value));
  addEventListener("scroll", hideTip, { passive: true });
  whenResized(resizeCharts);
  for (const act of [drawHead, drawRanges, drawDrivers, drawRanking, drawFigures, drawFailures, drawCertificate]) act();
  Promise.all([...drawnCharts.values()].map((each) => each.drawn)).then(() => {
    document.documentElement.dataset.ready = "true";
  });
}

start();
