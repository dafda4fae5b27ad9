// The charts of a plan.

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
