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

/**
 * Draw a chart of a list into its container.
 * `label` says in words what can be read off it; `click` gets the datum of a mark. One container draws one
 * chart at a time; of those that wait only the last is drawn.
 */
function chart(id, label, list, makeSpec, click = null) {
  const before = drawnCharts.get(id);
  const mine = { again: () => chart(id, label, list, makeSpec, click) };
  drawnCharts.set(id, mine);
  mine.drawn = Promise.resolve(before?.drawn).then(async () => {
    if (drawnCharts.get(id) !== mine) {
      mine.result = before?.result;
      return;
    }
    before?.result?.finalize();
    const box = byId(id);
    mine.width = Math.max(200, box.clientWidth);
    if (!list.length) {
      fill(id, el("p", { class: "none" }, "Nothing here."));
      return;
    }
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", label);
    const spec = makeSpec(mine.width);
    mine.result = await vegaEmbed(
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
    box.onpointerleave = hideTip;
    if (click) mine.result.view.addEventListener("click", (_, item) => item?.datum && click(item.datum));
  });
  return mine.drawn;
}

/** Draw charts anew whose container has got another width. */
function resizeCharts() {
  for (const [id, drawn] of drawnCharts) if (drawn.width !== Math.max(200, byId(id).clientWidth)) drawn.again();
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
