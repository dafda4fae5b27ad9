// The layers of the map: what each shows for a cell or a zone, and in which colours.
// All scales can be told apart with any colour vision; those of one hue grow darker on paper, brighter at night.

const SEA = {
  light: ["#ebf3f2", "#cfe7e4", "#a6d5d6", "#6db6c4", "#3a8fb0", "#205f93", "#0f2f66"],
  dark: ["#16283a", "#1b3f5c", "#1f5f80", "#2a86a0", "#4db0b5", "#93d6bf", "#eaf7c6"],
};
const HEAT = {
  light: ["#fdf3e4", "#fbd9ae", "#f4b06c", "#dd7f37", "#b5501a", "#742c0c"],
  dark: ["#33241c", "#5b3418", "#8c4a17", "#c06a26", "#eb9a53", "#ffd9a8"],
};
const TOWARDS = {
  light: ["#7f3b08", "#b35806", "#e08214", "#fdb863", "#fee0b6", "#5aa0c8"],
  dark: ["#5c2b06", "#8f4a0a", "#c4731a", "#e9a559", "#f6d9b0", "#3f93c6"],
};
const LESS_MORE = {
  light: ["#7f3b08", "#c0661a", "#f2b06a", "#ece9e4", "#a9c9e3", "#4b8fc4", "#134b86"],
  dark: ["#ffb469", "#c97a2b", "#7d4a1e", "#2b3138", "#2b5d8b", "#4f97d4", "#a9d6ff"],
};
const CAUSE_COLOURS = {
  light: { out_of_range: "#3a3a3a", no_access: "#d55e00", asset_hours: "#0072b2", budget: "#e69f00", not_prioritised: "#cc79a7", none: "#edf1f2" },
  dark: { out_of_range: "#d0d4d8", no_access: "#e66f1a", asset_hours: "#2f93d0", budget: "#f0b52e", not_prioritised: "#d98fb8", none: "#1d2b37" },
};
const MANY = {
  light: ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#7a5195", "#b7a600", "#8c564b"],
  dark: ["#2f93d0", "#f0b52e", "#1fbf92", "#d98fb8", "#7cc8f2", "#ef7f33", "#a883c9", "#e3d84a", "#b98a7e"],
};
const OTHER = { light: "#9aa5ad", dark: "#74818c" };
const EMPTY = { light: "#edf1f2", dark: "#1d2b37" };

const SHARES = [0.05, 0.1, 0.2, 0.4, 0.6, 0.8];
const OF_TARGET = [0.1, 0.25, 0.5, 0.75, 1];
const POINTS = [-0.1, -0.03, -0.005, 0.005, 0.03, 0.1];

/** Classes of a number: the position of the class, its words, and its colour in a theme. */
function classed(edges, colours, say) {
  const place = (value) => edges.filter((edge) => value >= edge).length;
  const spread = (theme, n) => colours[theme][Math.round((n * (colours[theme].length - 1)) / Math.max(1, edges.length))];
  return {
    colour: (value, theme) => (finite(value) ? spread(theme, place(value)) : EMPTY[theme]),
    legend: (theme) => Array.from({ length: edges.length + 1 }, (_, n) => [spread(theme, n), say(edges, n)]),
  };
}

function between(show, unit = "") {
  return (edges, n) => {
    if (n === 0) return `below ${show(edges[0])}${unit}`;
    if (n === edges.length) return `${show(edges[n - 1])}${unit} and more`;
    return `${show(edges[n - 1])}–${show(edges[n])}${unit}`;
  };
}

const inPercent = (share) => `${Math.round(1000 * share) / 10}`;

/** Classes of words, the most frequent in colours of their own, the rest in grey. */
function named(counted) {
  const first = counted.slice(0, MANY.light.length).map(([name]) => name);
  const rest = counted.length > first.length;
  return {
    colour: (name, theme) =>
      name === null ? EMPTY[theme] : first.includes(name) ? MANY[theme][first.indexOf(name)] : OTHER[theme],
    legend: (theme) => [
      ...first.map((name, n) => [MANY[theme][n], name]),
      ...(rest ? [[OTHER[theme], `${counted.length - first.length} others`]] : []),
      [EMPTY[theme], "no one"],
    ],
  };
}

/** Edges that divide the values into classes of about the same number, each edge once. */
function quantiles(values, classes) {
  const sorted = [...values].sort((a, b) => a - b);
  const edges = Array.from({ length: classes - 1 }, (_, n) => sorted[Math.floor(((n + 1) * sorted.length) / classes)]);
  return [...new Set(edges)].filter((edge) => edge > sorted[0]);
}

function coverer(plan, areaId, by) {
  const here = rows(plan, "allocation").filter((row) => row.area_id === areaId);
  const named = here.map((row) => ({ who: by(asset(plan, row.asset_id)), swept: row.swept_km2 }));
  return sumsBy(named, "who", "swept")[0]?.[0] ?? null;
}

function byWho(id, label, by) {
  const who = (plan, n) => (cells(plan).asset[n] === NO_ONE ? null : by(rows(plan, "fleet")[cells(plan).asset[n]]));
  return {
    id,
    label,
    title: `${label}, by the largest part of the search`,
    cell: who,
    zone: (plan, area) => coverer(plan, area.area_id, by),
    scale: (plan) =>
      remembered(`${id}/${plan.id}`, () => {
        const { area_km2 } = cells(plan);
        const found = area_km2.map((km2, n) => ({ who: who(plan, n), km2 })).filter((each) => each.who !== null);
        return named(sumsBy(found, "who", "km2"));
      }),
  };
}

const areaAt = (plan, n) => rows(plan, "areas")[groundCells(groundOf(plan)).area[n]];

const LAYERS = [
  {
    id: "pod",
    label: "Detection",
    title: "Chance that a vessel is detected during its stay (POD) [%]",
    cell: (plan, n) => cells(plan).pod[n],
    zone: (plan, area) => area.coverage,
    scale: () => classed(SHARES, SEA, between(inPercent)),
  },
  {
    id: "target",
    label: "Against target",
    title: "Coverage as a part of the area's target [%]",
    cell: (plan, n) => cells(plan).pod[n] / areaAt(plan, n).target_coverage,
    zone: (plan, area) => area.coverage / area.target_coverage,
    scale: () => classed(OF_TARGET, TOWARDS, between(inPercent)),
  },
  {
    id: "cause",
    label: "Cause of gap",
    title: "Largest cause of what is missing to the target",
    cell: (plan, n) => CAUSES[cells(plan).cause[n]] ?? "none",
    zone: (plan, area) => largestCause(area) ?? "none",
    scale: () => ({
      colour: (cause, theme) => CAUSE_COLOURS[theme][cause],
      legend: (theme) => [...CAUSES, "none"].map((cause) => [CAUSE_COLOURS[theme][cause], words(cause)]),
    }),
  },
  {
    id: "risk",
    label: "Risk",
    title: "Risk weight [1 = as usual]",
    cell: (plan, n) => cells(plan).risk_weight[n],
    zone: (plan, area) => area.risk_weight,
    scale: (plan) =>
      remembered(`risk/${plan.id}`, () =>
        classed(quantiles(cells(plan).risk_weight, HEAT.light.length), HEAT, between((value) => digits.format(value))),
      ),
  },
  byWho("asset", "Asset", (each) => each.name),
  byWho("operator", "Operator", (each) => operatorName(each)),
];

const DIFFERENCE = {
  id: "difference",
  label: "Difference",
  title: "Chance of detection (POD), difference from the reference [percentage points]",
  // Cells of another ground are other cells: their area's difference stands for them.
  cell: (plan, n) =>
    plan.ground === state.reference.ground ? cells(plan).pod[n] - cells(state.reference).pod[n] : DIFFERENCE.zone(plan, areaAt(plan, n)),
  zone: (plan, area) =>
    area.coverage - (index(state.reference, "areas", "area_id").get(area.area_id)?.coverage ?? NaN),
  scale: () =>
    classed(POINTS, LESS_MORE, (edges, n) => {
      const show = (edge) => `${edge > 0 ? "+" : "−"}${inPercent(Math.abs(edge))}`;
      if (n === 0) return `${show(edges[0])} and less`;
      if (n === edges.length) return `${show(edges[n - 1])} and more`;
      return n === edges.length / 2 ? "about the same" : `${show(edges[n - 1])} to ${show(edges[n])}`;
    }),
};

function layerOf(id) {
  return LAYERS.find((layer) => layer.id === id);
}
