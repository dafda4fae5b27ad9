// The layers of the map: what each shows for a cell or a zone, and in which colours.
// Colours and edges of classes are those of the planner's figures and QGIS styles; they come with the data.

/** A set of colours of the palette, by theme. */
const hues = (name) => ({ light: DATA.palette.light[name], dark: DATA.palette.dark[name] });
const SHARE_COLOURS = hues("shares");
const TOWARDS = hues("towards");
const RISK = hues("risk");
const LESS_MORE = hues("less_more");
const CAUSE_COLOURS = hues("causes");
const MANY = hues("kinds");
const OTHER = hues("others");
const EMPTY = { light: CAUSE_COLOURS.light.none, dark: CAUSE_COLOURS.dark.none };

const { shares: SHARES, towards: OF_TARGET } = DATA.palette.edges;
const POINTS = [-0.1, -0.03, -0.005, 0.005, 0.03, 0.1];

/** Classes of a number: the position of the class, its words, and its colour in a theme. */
function classed(edges, colours, say) {
  const place = (value) => edges.filter((edge) => value >= edge).length;
  const last = colours.light.length - 1;
  const spread = (theme, n) => colours[theme][edges.length ? Math.round((n * last) / edges.length) : last];
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
    scale: () => classed(SHARES, SHARE_COLOURS, between(inPercent)),
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
      remembered(`risk/${plan.id}`, () => {
        const say = (value) => digits.format(value);
        const edges = DATA.pool[plan.risk_edges];
        const classes = edges.slice(1, -1);
        const same = () => (edges.length ? `${say(edges[0])}–${say(edges[1])}` : say(cells(plan).risk_weight[0]));
        return classed(classes, RISK, classes.length ? between(say) : same);
      }),
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
