// Charts, drawn by Vega-Lite; their colours are those of the style sheet, so they follow light, dark and print.

const INK = "var(--ink)";
const QUIET = "var(--quiet)";
const LINE = "var(--line)";
const CHART = {
  background: null,
  aria: false,
  font: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",
  view: { stroke: null },
  axis: { labelColor: QUIET, titleColor: QUIET, gridColor: LINE, domain: false, tickColor: LINE, labelFontSize: 11, titleFontSize: 11, titleFontWeight: 400 },
  text: { color: INK, fontSize: 12 },
  legend: { labelColor: QUIET, titleColor: QUIET, labelFontSize: 12 },
};
const drawnCharts = new Map();
const causeColour = (cause) => `var(--cause-${cause.replaceAll("_", "-")})`;

/** Draw a chart of a list into its container; `label` says in words what can be read off it. */
async function chart(id, label, list, makeSpec) {
  const box = byId(id);
  if (!list.length) {
    drawnCharts.get(id)?.result?.finalize();
    drawnCharts.delete(id);
    fill(id, el("p", { class: "none" }, "Nothing here."));
    return;
  }
  const width = Math.max(200, box.clientWidth);
  const spec = makeSpec(width);
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", label);
  drawnCharts.get(id)?.result?.finalize();
  drawnCharts.set(id, { width, again: () => chart(id, label, list, makeSpec) });
  const result = await vegaEmbed(
    box,
    { $schema: "https://vega.github.io/schema/vega-lite/v6.json", padding: { left: 0, right: 0, top: 4, bottom: 4 }, ...spec, config: CHART },
    {
      mode: "vega-lite",
      renderer: "svg",
      ast: true,
      actions: false,
      defaultStyle: false,
      tooltip: (_, event, __, value) => (value ? showTip(event, value.heading, value.pairs ?? []) : hideTip()),
    },
  );
  silence(box);
  const now = drawnCharts.get(id);
  if (!now || now.result) result.finalize();
  else now.result = result;
  box.addEventListener("pointerleave", hideTip);
}

/** The chart is one picture with one label: its marks are not read out one by one. */
function silence(box) {
  for (const part of box.querySelectorAll("svg, svg [role]")) {
    for (const name of ["role", "aria-label", "aria-roledescription"]) part.removeAttribute(name);
  }
  box.querySelector("svg")?.setAttribute("aria-hidden", "true");
}

const STEP = 46;

/** Bars with their name above and their total at the end; `parts` are stacked in the given order. */
function namedBars(list, { order, colour, title, width, total, format = ",.0f" }) {
  const names = [...new Set(list.map((row) => row.name))];
  const heads = names.map((name) => ({ name, total: total(name) }));
  const y = { field: "name", type: "nominal", sort: names, axis: null, scale: { paddingInner: 0, paddingOuter: 0 } };
  return {
    width: width - 4,
    height: { step: STEP },
    autosize: { type: "pad", contains: "padding" },
    layer: [
      {
        data: { values: list },
        mark: { type: "bar", size: 14, yOffset: 8, stroke: "var(--paper)", strokeWidth: 0.5 },
        encoding: {
          y,
          x: { field: "value", type: "quantitative", stack: "zero", axis: { title, format: "~s", tickCount: Math.max(3, Math.round(width / 130)), orient: "bottom" } },
          color: { field: "part", type: "nominal", sort: order, legend: null, scale: { domain: order, range: order.map(colour) } },
          order: { field: "rank", type: "quantitative" },
          tooltip: { field: "tip" },
        },
      },
      {
        data: { values: heads },
        mark: { type: "text", align: "left", baseline: "middle", dy: -10, limit: width - 110, fontWeight: 500 },
        encoding: { y, x: { value: 0 }, text: { field: "name" } },
      },
      {
        data: { values: heads },
        mark: { type: "text", align: "right", baseline: "middle", dy: -10, color: QUIET },
        encoding: { y, x: { value: width - 6 }, text: { field: "total", type: "quantitative", format } },
      },
    ],
  };
}

function legend(id, pairs) {
  fill(id, el("ul", { class: "legend" }, pairs.map(([colour, label]) => el("li", {}, el("i", { style: `background:${colour}` }), label))));
}

function drawGapChart() {
  const list = programmeRows(state.plan);
  const parts = list.flatMap((row) =>
    CAUSES.map((cause, rank) => ({
      name: row.name,
      part: cause,
      rank,
      value: row[`${cause}_km2`] ?? 0,
      tip: { heading: row.name, pairs: [["cause", words(cause)], ["short", `${count(row[`${cause}_km2`])} km²`], ["part", percent(row[`${cause}_km2`] / row.shortfall_km2)]] },
    })),
  );
  legend("gap-legend", CAUSES.map((cause) => [causeColour(cause), words(cause)]));
  const total = (name) => list.find((row) => row.name === name).shortfall_km2;
  return chart("gap-chart", "Shortfall of each programme's mandate by cause; the same figures stand in the table of programmes.", parts, (width) =>
    namedBars(parts, { order: CAUSES, colour: causeColour, title: "shortfall [km²]", width, total }),
  );
}

const KINDS = ["vessel", "aircraft", "uncrewed_aircraft", "fixed", "satellite"];

function drawSpendingChart() {
  const funding = rows(state.plan, "funding").filter((row) => !state.area || row.area_id === state.area);
  const programmes = rows(state.plan, "programmes");
  const parts = [];
  const totals = new Map();
  for (const programme of programmes) {
    const paid = funding.filter((row) => row.programme_id === programme.programme_id);
    if (!paid.length) continue;
    totals.set(programme.name, sum(paid, "amount"));
    for (const [id, amount] of sumsBy(paid, "asset_id", "amount")) {
      const each = asset(state.plan, id);
      const rank = KINDS.indexOf(each.kind);
      parts.push({ name: programme.name, part: each.kind, rank, value: amount, tip: { heading: each.name, pairs: [["paid by", programme.name], ["kind", words(each.kind)], ["spent", `${count(amount)} ${money()}`]] } });
    }
  }
  parts.sort((a, b) => totals.get(b.name) - totals.get(a.name) || a.rank - b.rank || b.value - a.value);
  const used = KINDS.filter((kind) => parts.some((row) => row.part === kind));
  legend("spending-legend", used.map((kind) => [`var(--kind-${kind.replaceAll("_", "-")})`, words(kind)]));
  return chart("spending-chart", "Spending of each programme by asset; the same figures stand in funding.csv.", parts, (width) =>
    namedBars(parts, { order: used, colour: (kind) => `var(--kind-${kind.replaceAll("_", "-")})`, title: `spent [${money()}]`, width, total: (name) => totals.get(name) }),
  );
}

function drawHoursChart() {
  const limits = rows(state.plan, "prices").filter((row) => row.limit_kind === "asset_hours" && row.limit > 0);
  const list = limits
    .map((row) => ({ ...row, ...asset(state.plan, row.id) }))
    .sort((a, b) => b.limit - a.limit);
  const values = list.flatMap((row) => {
    const pairs = [["there are", `${count(row.limit)} h`], ["used", `${count(row.used)} h`], ["one more adds", `${figure(row.price)} km²`]];
    return [
      { name: row.name, is: "used", from: 0, to: row.used, tip: { heading: row.name, pairs } },
      { name: row.name, is: "free", from: row.used, to: row.limit, tip: { heading: row.name, pairs } },
    ];
  });
  legend("hours-legend", [["var(--accent)", "used"], ["var(--free)", "there are, not used"]]);
  return chart("hours-chart", "Hours used of the hours that each asset has; the same figures stand in the table of prices.", values, (width) => {
    const narrow = width < 560;
    return {
      width: width - (narrow ? 150 : 310),
      height: { step: 19 },
      autosize: { type: "pad" },
      data: { values },
      mark: { type: "bar", size: 11 },
      encoding: {
        y: { field: "name", type: "nominal", sort: list.map((row) => row.name), axis: { title: null, labelLimit: narrow ? 140 : 300, labelColor: INK, ticks: false, labelPadding: 6 } },
        x: { field: "from", type: "quantitative", axis: { title: "hours [h]", format: "~s", tickCount: narrow ? 3 : 8 } },
        x2: { field: "to" },
        color: { field: "is", type: "nominal", legend: null, scale: { domain: ["used", "free"], range: ["var(--accent)", "var(--free)"] } },
        tooltip: { field: "tip" },
      },
    };
  });
}

/** Assets by areas: hours, or money. */
function drawHeatChart() {
  const key = state.heat === "hours" ? "mission_hours" : "cost";
  const unit = state.heat === "hours" ? "h" : money();
  const sums = new Map();
  for (const row of rows(state.plan, "allocation")) {
    const id = `${row.asset_id}\n${row.area_id}`;
    sums.set(id, (sums.get(id) ?? 0) + row[key]);
  }
  const values = [...sums].map(([id, value]) => {
    const [assetId, areaId] = id.split("\n");
    const [who, where] = [asset(state.plan, assetId).name, areaName(state.plan, areaId)];
    return { who, where, areaId, value, tip: { heading: who, pairs: [["in", where], [state.heat, `${count(value)} ${unit}`]] } };
  });
  const tall = sumsBy(values, "who", "value").map(([name]) => name);
  const wide = sumsBy(values, "where", "value").map(([name]) => name);
  const edges = quantiles(values.map((row) => row.value), 6);
  const show = (value) => digits.format(Number(value.toPrecision(2)));
  const colours = [1, 2, 3, 4, 5, 6].slice(6 - edges.length - 1).map((n) => `var(--heat-${n})`);
  const say = between((value) => short(Number(value.toPrecision(2))));
  legend("heat-legend", colours.map((colour, n) => [colour, `${edges.length ? say(edges, n) : show(values[0]?.value ?? 0)} ${unit}`]));
  return chart("heat-chart", "Assets by areas; the same figures stand in the table below.", values, (width) => ({
    width: { step: Math.max(22, Math.floor((width - 330) / Math.max(1, wide.length))) },
    height: { step: 19 },
    autosize: { type: "pad" },
    data: { values },
    params: [],
    mark: { type: "rect", stroke: "var(--paper)", strokeWidth: 1, cornerRadius: 2 },
    encoding: {
      y: { field: "who", type: "nominal", sort: tall, axis: { title: null, labelLimit: 260, labelColor: INK, ticks: false, labelPadding: 6, grid: true, zindex: 0 } },
      x: { field: "where", type: "nominal", sort: wide, axis: { title: null, orient: "top", labelAngle: -40, labelColor: INK, ticks: false, labelLimit: 150, grid: false, zindex: 0 } },
      color: { field: "value", type: "quantitative", legend: null, scale: { type: "threshold", domain: edges, range: colours } },
      opacity: { condition: { test: `datum.areaId === ${JSON.stringify(state.area)}`, value: 1 }, value: state.area ? 0.25 : 1 },
      tooltip: { field: "tip" },
    },
  }));
}
