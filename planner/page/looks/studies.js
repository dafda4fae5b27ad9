// What a study adds to a page: a slider over the points of a sweep, and the ladder as a waterfall.

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
  fill("plans", el("div", { class: "slider" }, el("label", { for: "slider" }, label), input, el("output", { id: "slider-value", for: "slider" }, words)));
}

/** Covered water at every point of a sweep, the chosen one marked. */
function drawFrontier() {
  const axis = DATA.study.axis;
  byId("frontier").hidden = !axis;
  if (!axis) return null;
  const list = DATA.plans.map((plan, n) => {
    const covered = totals(plan).covered_km2;
    return { x: axis.values[n], y: covered, chosen: plan === state.plan, tip: { heading: plan.title, pairs: [[axis.label, `${count(axis.values[n])} ${axis.unit}`], ["covered", `${count(covered)} km²`]] } };
  });
  const x = { field: "x", type: "quantitative", axis: { title: `${axis.label} [${axis.unit}]`, format: "~s" }, scale: { zero: false } };
  const y = { field: "y", type: "quantitative", axis: { title: "covered [km²]", format: "~s" }, scale: { zero: false } };
  return chart("frontier-chart", "Covered water at every point of the sweep.", list, (width) => ({
    width: width - 60,
    height: 240,
    autosize: { type: "pad" },
    data: { values: list },
    layer: [
      { mark: { type: "line", color: "var(--accent)", strokeWidth: 2 }, encoding: { x, y } },
      {
        mark: { type: "point", filled: true, opacity: 1 },
        encoding: { x, y, size: { condition: { test: "datum.chosen", value: 190 }, value: 60 }, color: { condition: { test: "datum.chosen", value: "var(--mark)" }, value: "var(--accent)" }, tooltip: { field: "tip" } },
      },
    ],
  }));
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
