// What a study adds to a page: a slider over the points of a sweep, and the ladder as a waterfall.

const planOf = (id) => DATA.plans.find((plan) => plan.id === id);

/** The slider of `study.axis`: {label, unit, values}, a value for each plan in their order. */
function drawSlider() {
  const { label, unit, values } = DATA.study.axis;
  const at = DATA.plans.indexOf(state.plan);
  const words = `${count(values[at])} ${unit}`;
  const slider = byId("slider");
  if (slider) {
    slider.value = at;
    slider.setAttribute("aria-valuetext", words);
    fill("slider-value", words);
    return;
  }
  const input = el("input", {
    id: "slider",
    type: "range",
    min: 0,
    max: DATA.plans.length - 1,
    step: 1,
    "aria-valuetext": words,
    oninput: (event) => choose({ plan: DATA.plans[Number(event.target.value)] }),
  });
  input.value = at;
  byId("plans").classList.add("staying");
  fill("plans", el("div", { class: "slider" }, el("label", { for: "slider" }, label), input, el("output", { id: "slider-value", for: "slider" }, words)));
}

/** What the chosen point of a sweep comes to, in one sentence. */
function drawLead() {
  const lead = DATA.study.leads?.[state.plan.id];
  byId("lead").hidden = !lead;
  if (lead) fill("lead", lead.map(([piece, strong]) => (strong ? el("strong", {}, piece) : piece)));
}

/** Covered water and the price of more at every point of a sweep, the chosen one marked. */
function drawFrontier() {
  const axis = DATA.study.axis;
  byId("frontier").hidden = byId("to-frontier").hidden = !axis;
  if (!axis) return null;
  const priced = Boolean(axis.per);
  const list = DATA.study.points
    .filter((row) => row.plan)
    .map((row) => {
      const pairs = [["covered", `${count(row.covered_km2)} km²`], ["short", `${count(row.shortfall_km2)} km²`], ...(priced ? [[`price of ${axis.per}`, figure(row.per)]] : [])];
      return { x: row.amount, covered: row.covered_km2, per: row.per, plan: row.plan, chosen: row.plan === state.plan.id, tip: { heading: `${count(row.amount)} ${axis.unit}`, pairs } };
    });
  const now = [{ x: axis.present, what: "as it stands" }];
  fill(
    "frontier-lead",
    axis.kind === "spacing"
      ? "Spacing changes what is measured, not what can be done: these are different models of one case."
      : `Every dot is a plan of its own, proven apart from the others; the price is what ${axis.per} more would gain there. Click a dot, or move the slider, to see its plan.${DATA.study.objective === "coverage" ? " Plans weigh water by its risk: plain km² may fall where they still gain." : ""}`,
  );
  const x = (shown) => ({ field: "x", type: "quantitative", axis: { title: shown ? `${axis.label} [${axis.unit}]` : null, format: "~s", labels: shown, grid: false }, scale: { zero: false, nice: false } });
  const y = (field, title) => ({ field, type: "quantitative", axis: { title, format: "~s", tickCount: 5, minExtent: 44 }, scale: field === "per" ? { type: "sqrt" } : { zero: false } });
  const panel = (field, title, height, width, shown, colour) => ({
    width: width - 64,
    height,
    layer: [
      { data: { values: now }, mark: { type: "rule", color: QUIET, strokeDash: [4, 4] }, encoding: { x: { field: "x", type: "quantitative" } } },
      ...(shown ? [] : [{ data: { values: now }, mark: { type: "text", align: "left", dx: 5, baseline: "bottom", color: QUIET, fontSize: 11 }, encoding: { x: { field: "x", type: "quantitative" }, y: { value: height - 3 }, text: { field: "what" } } }]),
      { mark: { type: "line", color: colour, strokeWidth: 2 }, encoding: { x: x(shown), y: y(field, title) } },
      {
        mark: { type: "point", filled: true, opacity: 1, cursor: "pointer" },
        encoding: { x: x(shown), y: y(field, title), size: { condition: { test: "datum.chosen", value: 190 }, value: 60 }, color: { condition: { test: "datum.chosen", value: "var(--mark)" }, value: colour }, tooltip: { field: "tip" } },
      },
    ],
  });
  const pick = (datum) => datum.plan && choose({ plan: planOf(datum.plan) });
  return chart(
    "frontier-chart",
    "Covered water at every point of the sweep, and below it the price of more; the same figures stand in the table of points.",
    list,
    (width) => ({
      autosize: { type: "pad" },
      data: { values: list },
      spacing: 10,
      vconcat: [
        panel("covered", "covered [km²]", 230, width, !priced, "var(--accent)"),
        ...(priced ? [panel("per", [`price of ${axis.per}`, "(square-root scale)"], 120, width, true, "var(--target)")] : []),
      ],
    }),
    pick,
  );
}

/** The points of a sweep as points.csv has them, and between which of them what is scarce changes. */
function drawPoints() {
  const axis = DATA.study.axis;
  if (!axis) return;
  const times = (value) => (finite(value) ? digits.format(value) : DASH);
  table(
    "points-table",
    DATA.study.points,
    [
      text("amount", `${axis.label} [${axis.unit}]`, (value, row) =>
        row.plan ? el("button", { type: "button", class: "area", "aria-pressed": String(row.plan === state.plan.id), onclick: () => choose({ plan: planOf(row.plan) }) }, count(value)) : `${count(value)}: no plan (${words(row.status)})`,
      ),
      number("factor", "Times what stands in the case", times),
      number("coverage", "Coverage [%]", percent),
      number("covered_km2", "Covered [km²]"),
      number("shortfall_km2", "Shortfall [km²]"),
      number("spent", `Spent [${money()}]`),
      ...(axis.per ? [number("per", `Price of ${axis.per}`, figure)] : []),
      number("gap", "Proven gap", (value) => (finite(value) ? value.toExponential(1) : DASH)),
    ],
    { caption: "Every point of the sweep", mark: (row) => (row.plan === state.plan.id ? "chosen" : null) },
  );
  table("changes-table", DATA.study.changes, [text("where", "Where"), text("what", "What changes")], { caption: "Where what is scarce changes" });
}

/** The rungs of `study.ladder`, from the plan's shortfall down to what nothing reaches. */
function drawLadder() {
  const rungs = DATA.study.ladder;
  byId("ladder").hidden = !rungs;
  if (!rungs) return null;
  const list = rungs.map((rung, n) => {
    const whole = n === 0;
    const left = rung.shortfall_km2;
    const from = whole ? 0 : left + rung.step_km2;
    const pairs = whole ? [["short", `${count(left)} km²`]] : [["less", `${count(rung.step_km2)} km²`], ["left", `${count(left)} km²`]];
    return { name: rung.title, from, to: left, value: whole ? left : rung.step_km2, is: whole ? "whole" : "step", tip: { heading: rung.title, pairs } };
  });
  const names = list.map((row) => row.name);
  return chart("ladder-chart", "The shortfall, and what each limit takes away from it as it is lifted.", list, (width) => {
    const y = { field: "name", type: "nominal", sort: names, axis: null, scale: { paddingInner: 0, paddingOuter: 0 } };
    return {
      width: width - 4,
      height: { step: STEP },
      autosize: { type: "pad", contains: "padding" },
      data: { values: list },
      layer: [
        {
          mark: { type: "bar", size: 14, yOffset: 8 },
          encoding: {
            y,
            x: { field: "from", type: "quantitative", axis: { title: "shortfall [km²]", format: "~s", tickCount: Math.max(3, Math.round(width / 130)) } },
            x2: { field: "to" },
            color: { field: "is", type: "nominal", legend: null, scale: { domain: ["whole", "step"], range: ["var(--quiet)", "var(--accent)"] } },
            tooltip: { field: "tip" },
          },
        },
        { mark: { type: "text", align: "left", baseline: "middle", dy: -10, limit: width - 110, fontWeight: 500 }, encoding: { y, x: { value: 0 }, text: { field: "name" } } },
        { mark: { type: "text", align: "right", baseline: "middle", dy: -10, color: QUIET }, encoding: { y, x: { value: width - 6 }, text: { field: "value", type: "quantitative", format: ",.0f" } } },
      ],
    };
  });
}
