// Charts: the planner's Vega-Lite specifications, fitted to the width and to the light of the page.

const drawn = new Map();
const NARROW = 560;
const NAMES_FROM = 640;
const STEP_OF_SCREEN = 1.45;
// An SVG of more shapes than this is slow to move: they are drawn as pixels, in the colours of paper.
const MOST_SHAPES = 4000;
// A row is high enough for a name in two lines.
const TWO_LINES = 28;

/** The specification of a chart for a width, as `sized` and `config` of planner.charts.spec make it for print. */
function fitted(text, width, renderer) {
  // Colours that the night changes become variables of the style sheet, so charts follow light, dark and print.
  const coloured = (found, colour) => (renderer === "svg" && colour in DATA.night ? `"var(--c${colour.slice(1)})"` : found);
  const [spec, config] = [text, JSON.stringify(DATA.config)].map((each) => JSON.parse(each.replace(/"(#[0-9a-f]{6})"/g, coloured)));
  const meta = spec.usermeta ?? {};
  config.aria = false;
  const narrow = width < NARROW;
  config.axis.labelLimit = narrow ? 0.42 * width : 380;
  for (const param of spec.params ?? []) if (param.name === "narrow") param.value = narrow;
  const names = Math.min(config.axis.labelLimit, 6.6 * (meta.names ?? 0));
  if (meta.legend) config.legend.columns = Math.max(1, Math.floor((width - names) / (meta.legend * 6.6 + 40)));
  config.legend.labelLimit = Math.max(220, (width - names) / (config.legend.columns ?? 1) - 40);
  for (const each of [spec, ...(spec.vconcat ?? [])]) if (each.height?.step) each.height.step = Math.max(each.height.step * STEP_OF_SCREEN, narrow ? TWO_LINES : 0);
  for (const panel of spec.vconcat ?? []) if (finite(panel.height)) panel.height *= STEP_OF_SCREEN;
  const padding = { left: 0, top: 4, bottom: 4, right: 1.5 * (meta.aside ?? 0) };
  const whole = { $schema: DATA.grammar, background: renderer === "svg" ? null : "white", padding, ...spec, config };
  if (spec.vconcat) {
    const room = Math.min(meta.room * 1.3, width * 0.5);
    for (const panel of spec.vconcat) {
      panel.width = width - room;
      for (const layer of panel.layer) if (layer.encoding.y?.axis?.minExtent > 100) layer.encoding.y.axis.minExtent = layer.encoding.y.axis.maxExtent = room - 60;
    }
    return whole;
  }
  if (spec.concat) {
    const columns = narrow ? 1 : meta.columns;
    const each = (width - 1 - (columns - 1) * meta.gap) / columns;
    for (const panel of spec.concat) Object.assign(panel, { width: each, height: each * meta.ratio, projection: { ...panel.projection, scale: each / meta.units } });
    return { ...whole, columns, padding: 0 };
  }
  if (meta.ratio) return { ...whole, padding: 0, width: width - 1, height: Math.round(width * meta.ratio) };
  return { ...whole, width: Math.max(width, 1.3 * (meta.least ?? 0)) };
}

/** Vega can fit a chart of rows to a width, though Vega-Lite would not say so: names and bars take it together. */
const ROWS = (vega) => (vega.width && vega.signals?.some(({ name, update }) => name === "height" && /bandspace/.test(update)) ? { ...vega, autosize: { type: "fit-x", contains: "padding" } } : vega);

/**
 * Draw a chart into its box; one box draws one chart at a time, and of those that wait only the last.
 * Where only its data are others, only they are changed.
 */
function drawChart(chart, box, ready = () => {}) {
  const before = drawn.get(box);
  const mine = { chart, box, ready };
  drawn.set(box, mine);
  mine.done = Promise.resolve(before?.done).then(async () => {
    if (drawn.get(box) !== mine) return Object.assign(mine, { ...before, ...mine, view: before?.view, width: before?.width, shown: before?.shown });
    const width = Math.max(220, box.clientWidth);
    if (chart.empty) {
      before?.view?.finalize();
      return box.replaceChildren(el("p", { class: "none" }, chart.empty));
    }
    Object.assign(mine, { width, shown: chart });
    if (before?.view && before.width === width && before.shown?.spec === chart.spec) {
      mine.view = before.view;
      for (const [name, table] of Object.entries(chart.data)) {
        if (JSON.stringify(table) !== JSON.stringify(before.shown.data[name])) mine.view.data(name, copies(table));
      }
    } else {
      before?.view?.finalize();
      const many = Object.values(chart.data).some((table) => rowsOf(table).length * (JSON.parse(DATA.pool[chart.spec]).concat?.length ?? 1) > MOST_SHAPES);
      const renderer = many ? "canvas" : "svg";
      const spec = fitted(DATA.pool[chart.spec], width, renderer);
      spec.datasets = Object.fromEntries(Object.entries(chart.data).map(([name, table]) => [name, copies(table)]));
      const result = await vegaEmbed(box, spec, { mode: "vega-lite", renderer, ast: true, actions: false, defaultStyle: false, tooltip: { disableDefaultStyle: true }, patch: ROWS });
      mine.view = result.view;
      mine.view.addEventListener("click", (_, item) => picked(item?.datum, box));
      ready(mine.view, box);
    }
    await signal(mine.view);
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", chart.label || chart.title);
    box.querySelector("svg")?.setAttribute("aria-hidden", "true");
  });
  return mine.done;
}

/** Vega writes into the rows that it is given. */
const copies = (table) => rowsOf(table).map((row) => ({ ...row }));

/** Tell a chart what is chosen, as far as it asks. */
function signal(view) {
  const now = { area: state.area, plan: state.view.id, ring: state.ring, names_from: NAMES_FROM, ...look };
  const signals = view.getState({ signals: (name) => name in now, data: () => false }).signals;
  for (const name of Object.keys(signals)) view.signal(name, now[name]);
  return view.runAsync();
}

const signalAll = () => Promise.all([...drawn.values()].map((each) => each.view && each.done.then(() => signal(each.view))));

function picked(datum, box) {
  if (!datum || box.dataset.moved) return;
  if (datum.plan && viewOf(datum.plan)) chooseView(viewOf(datum.plan));
  else if (datum.area_id && areas().some((area) => area.id === datum.area_id)) chooseArea(datum.area_id);
}

/** Draw charts again whose box has got another width; forget those that are gone. */
function resizeCharts() {
  for (const [box, each] of drawn) {
    if (!box.isConnected) forget(box);
    else if (each.width && each.width !== Math.max(220, box.clientWidth)) drawChart(each.chart, box, each.ready);
  }
}

function forget(box) {
  drawn.get(box)?.done.then(() => drawn.get(box)?.view?.finalize());
  drawn.delete(box);
}
