// A map of one plan, drawn by Vega on a canvas from outlines that are ready in units of the page.

const MAP_COLOURS = {
  light: { land: DATA.palette.light.land, coast: "#a8a294", grid: "#dde3e6", dateline: "#9fb0ba", outline: "#51636f", chosen: "#c2185b", base: "#1b2733", ring: "#c2185b", ink: "#1b2733", paper: "#ffffff", sea: DATA.palette.light.water },
  dark: { land: DATA.palette.dark.land, coast: "#78756a", grid: "#22303b", dateline: "#4b5f6d", outline: "#9db0bc", chosen: "#ff6fa8", base: "#f4f7f9", ring: "#ff8fbc", ink: "#f0f4f7", paper: "#0f1820", sea: DATA.palette.dark.water },
};
const MOST_ZOOM = 24;
const NAMES_FROM_PX = 640;

/** Where all maps of the page look: how much nearer than the whole, and the middle as parts of the frame. */
const look = { zoom: 1, x: 0.5, y: 0.5 };
const maps = [];
const all = () => true;

function mapSpec(width, height) {
  const placed = { x: { signal: "left" }, y: { signal: "top" }, scaleX: { signal: "scale" }, scaleY: { signal: "scale" } };
  const path = (data, update, more = {}) => ({
    type: "path",
    from: { data },
    interactive: false,
    encode: { enter: { path: { field: "path" } }, update: { ...placed, ...update } },
    ...more,
  });
  const at = { x: { signal: "left + scale * datum.x" }, y: { signal: "top + scale * datum.y" } };
  const text = (update) => ({
    type: "text",
    from: { data: "names" },
    interactive: false,
    encode: {
      enter: { text: { field: "lines" }, align: { value: "center" }, baseline: { value: "middle" }, fontSize: { value: 11 }, fontWeight: { value: 600 } },
      update: { ...at, opacity: { signal: "names" }, ...update },
    },
  });
  const colours = Object.fromEntries(Object.keys(MAP_COLOURS.light).map((name) => [name, { signal: `ink.${name}` }]));
  return {
    $schema: "https://vega.github.io/schema/vega/v6.json",
    description: "Map",
    width,
    height,
    padding: 0,
    autosize: "none",
    config: { aria: false, font: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif" },
    signals: [
      { name: "scale", value: 1 },
      { name: "left", value: 0 },
      { name: "top", value: 0 },
      { name: "names", value: 1 },
      { name: "ink", value: MAP_COLOURS.light },
    ],
    data: ["shapes", "outlines", "lines", "land", "bases", "rings", "names"].map((name) => ({ name, values: [] })),
    marks: [
      {
        type: "group",
        clip: true,
        encode: { update: { width: { signal: "width" }, height: { signal: "height" }, fill: colours.sea } },
        marks: [
          path("lines", { stroke: { signal: "ink[datum.ink]" }, strokeDash: { field: "dash" }, strokeWidth: { value: 1 } }),
          path("shapes", { fill: { field: "colour" }, stroke: { field: "colour" }, strokeWidth: { value: 0.7 } }, { interactive: true }),
          path("land", { fill: colours.land, stroke: colours.coast, strokeWidth: { value: 0.5 } }),
          path("outlines", {
            stroke: [{ test: "datum.chosen", ...colours.chosen }, colours.outline],
            strokeWidth: [{ test: "datum.chosen", value: 2.5 }, { value: 0.8 }],
          }),
          path("rings", { stroke: colours.ring, strokeWidth: { value: 1.5 }, strokeDash: { value: [6, 4] } }),
          {
            type: "symbol",
            from: { data: "bases" },
            encode: { update: { ...at, size: { signal: "width < 500 ? 14 : 34" }, shape: { value: "diamond" }, fill: colours.base, stroke: colours.paper, strokeWidth: { value: 1 } } },
          },
          text({ stroke: colours.paper, strokeWidth: { value: 3 }, strokeJoin: { value: "round" }, fill: colours.paper }),
          text({ fill: colours.ink }),
        ],
      },
    ],
  };
}

/** A map in a container: {plan(), layer()} say what it shows; returns ways to draw it anew. */
async function makeMap(container, plan, layer) {
  const box = el("div", {
    class: "map",
    tabindex: "0",
    role: "group",
    "aria-label": "Map. Arrow keys move, plus and minus zoom, 0 shows all. The zone can also be chosen in the list above.",
  });
  container.replaceChildren(box);
  const ground = () => groundOf(plan());
  const size = () => {
    const width = Math.max(240, container.clientWidth);
    return [width, Math.round((width * ground().height) / ground().width)];
  };
  const embedded = await vegaEmbed(box, mapSpec(...size()), {
    mode: "vega",
    renderer: "canvas",
    ast: true,
    actions: false,
    tooltip: false,
    defaultStyle: false,
    scaleFactor: Math.max(2, window.devicePixelRatio),
  });
  const view = embedded.view;
  let drawnFrom = null;

  const put = (name, values) => view.change(name, view.changeset().remove(all).insert(values));

  function shapes() {
    const [drawn, on, now] = [layer(), plan(), theme()];
    const scale = drawn.scale(on);
    const zones = state.unit === "zones";
    const colour = zones
      ? (n) => scale.colour(drawn.zone(on, rows(on, "areas")[n]), now)
      : (n) => scale.colour(drawn.cell(on, n), now);
    const from = `${on.ground}/${state.unit}`;
    if (from === drawnFrom) {
      view.change("shapes", view.changeset().modify(all, "colour", (datum) => colour(datum.n)));
      return;
    }
    drawnFrom = from;
    const paths = zones ? ground().areas.path : groundCells(ground()).path;
    put("shapes", paths.map((path, n) => ({ n, path, colour: colour(n) })));
    fixed();
  }

  function fixed() {
    const on = ground();
    put("land", on.land ? [{ path: on.land }] : []);
    put("lines", [
      { path: on.grid, ink: "grid", dash: [] },
      { path: on.equator, ink: "dateline", dash: [] },
      { path: on.meridian180, ink: "dateline", dash: [2, 4] },
    ]);
    const bases = on.bases;
    put("bases", bases.id.map((id, n) => ({ base: n, x: bases.x[n], y: bases.y[n] })));
    const { id, x, y } = on.areas;
    put("names", id.map((each, n) => ({ x: x[n], y: y[n], lines: areaName(plan(), each).split(/ (?=\()/) })));
  }

  function outlines() {
    const { id, path } = ground().areas;
    put("outlines", id.map((each, n) => ({ path: path[n], chosen: each === state.area })));
  }

  function rings() {
    const found = rows(plan(), "reach").filter((row) => row.asset_id === state.ring && row.ring !== NO_ONE);
    put("rings", found.map((row) => ({ path: ground().rings[row.ring] })));
  }

  function place() {
    const [width, height] = [view.width(), view.height()];
    const scale = (width / ground().width) * look.zoom;
    view.signal("scale", scale);
    view.signal("left", width / 2 - look.x * ground().width * scale);
    view.signal("top", height / 2 - look.y * ground().height * scale);
    view.signal("names", width * Math.sqrt(look.zoom) >= NAMES_FROM_PX ? 1 : 0);
  }

  const map = {
    view,
    box,
    draw(...parts) {
      view.signal("ink", MAP_COLOURS[theme()]);
      for (const part of parts) part();
      view.run();
    },
    everything: () => map.draw(place, shapes, outlines, rings),
    place: () => map.draw(place),
    shapes: () => map.draw(shapes),
    outlines: () => map.draw(outlines),
    rings: () => map.draw(rings),
    resize() {
      const [width, height] = size();
      if (width === view.width() && height === view.height()) return;
      view.width(width).height(height);
      map.draw(place);
    },
    forget() {
      maps.splice(maps.indexOf(map), 1);
      view.finalize();
    },
  };
  listen(map, plan, layer);
  maps.push(map);
  map.everything();
  return map;
}

/** The figures of a cell, a zone or a base, for the pointer. */
function figures(datum, plan, layer) {
  if ("base" in datum) {
    const bases = groundOf(plan).bases;
    return [bases.name[datum.base], [["base in", bases.country[datum.base]]]];
  }
  if (state.unit === "zones") {
    const area = rows(plan, "areas")[datum.n];
    return [area.name, zoneFigures(plan, area)];
  }
  const [values, area] = [cells(plan), areaAt(plan, datum.n)];
  const who = values.asset[datum.n];
  const pairs = [
    ["detection (POD)", percent(values.pod[datum.n])],
    ["target of the area", percent(area.target_coverage)],
    ["coverage of the area", percent(area.coverage)],
    ["cause of gap", words(CAUSES[values.cause[datum.n]] ?? "none")],
    ["risk weight", figure(values.risk_weight[datum.n])],
    ["water", `${count(values.area_km2[datum.n])} km²`],
  ];
  if (layer.id === "difference") pairs.unshift(["difference", `${signed(100 * layer.cell(plan, datum.n), (v) => tenth.format(v))} points`]);
  if (who !== NO_ONE) pairs.push(["mostly by", `${rows(plan, "fleet")[who].name} (${percent(values.asset_part[datum.n])})`]);
  pairs.push(["cell", groundCells(groundOf(plan)).id[datum.n]]);
  return [area.name, pairs];
}

function zoneFigures(plan, area) {
  const who = coverer(plan, area.area_id, (each) => each.name);
  return [
    ["coverage", percent(area.coverage)],
    ["target", percent(area.target_coverage)],
    ["shortfall", `${count(area.shortfall_km2)} km²`],
    ["largest cause", words(largestCause(area) ?? "none")],
    ["risk weight", figure(area.risk_weight)],
    ["water", `${count(area.area_km2)} km²`],
    ...(who ? [["mostly by", who]] : []),
  ];
}

function listen(map, plan, layer) {
  const { view, box } = map;
  const pointers = new Map();
  let moved = 0;
  view.addEventListener("pointermove", (event, item) => {
    if (item && item.datum && pointers.size === 0) showTip(event, ...figures(item.datum, plan(), layer()));
    else hideTip();
  });
  view.addEventListener("click", (event, item) => {
    if (moved > 4 || !item || !item.datum || !("n" in item.datum)) return;
    const areas = groundOf(plan()).areas.id;
    chooseArea(state.unit === "zones" ? areas[item.datum.n] : areas[groundCells(groundOf(plan())).area[item.datum.n]]);
  });
  box.addEventListener("pointerleave", hideTip);
  box.addEventListener("pointerdown", (event) => {
    pointers.set(event.pointerId, [event.clientX, event.clientY]);
    moved = 0;
  });
  box.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const now = [event.clientX, event.clientY];
    moved += Math.abs(now[0] - before[0]) + Math.abs(now[1] - before[1]);
    const others = [...pointers].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
    pointers.set(event.pointerId, now);
    if (others.length) {
      const apart = (point) => Math.hypot(point[0] - others[0][0], point[1] - others[0][1]);
      zoomBy(apart(now) / Math.max(1, apart(before)), map, now);
    } else if (look.zoom > 1) {
      move((before[0] - now[0]) / box.clientWidth / look.zoom, (before[1] - now[1]) / box.clientHeight / look.zoom);
    }
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) {
    box.addEventListener(end, (event) => pointers.delete(event.pointerId));
  }
  box.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoomBy(Math.exp(-event.deltaY / 200), map, [event.clientX, event.clientY]);
    },
    { passive: false },
  );
  const step = 0.12;
  const keys = {
    ArrowLeft: () => move(-step / look.zoom, 0),
    ArrowRight: () => move(step / look.zoom, 0),
    ArrowUp: () => move(0, -step / look.zoom),
    ArrowDown: () => move(0, step / look.zoom),
    "+": () => zoomBy(1.5),
    "=": () => zoomBy(1.5),
    "-": () => zoomBy(1 / 1.5),
    0: showAll,
    Escape: () => choose({ area: null }),
  };
  box.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  });
}

function move(x, y) {
  const room = 0.5 / look.zoom;
  look.x = Math.min(1 - room, Math.max(room, look.x + x));
  look.y = Math.min(1 - room, Math.max(room, look.y + y));
  for (const map of maps) map.box.classList.toggle("near", look.zoom > 1);
  requestPlace();
}

/** Zoom all maps, the given point of a map staying where it is. */
function zoomBy(factor, map = null, point = null) {
  const zoom = Math.min(MOST_ZOOM, Math.max(1, look.zoom * factor));
  const change = zoom / look.zoom;
  let [x, y] = [0, 0];
  if (point) {
    const frame = map.box.getBoundingClientRect();
    x = ((point[0] - frame.left) / frame.width - 0.5) / look.zoom;
    y = ((point[1] - frame.top) / frame.height - 0.5) / look.zoom;
  }
  look.zoom = zoom;
  move(x * (1 - 1 / change), y * (1 - 1 / change));
}

function showAll() {
  Object.assign(look, { zoom: 1, x: 0.5, y: 0.5 });
  move(0, 0);
}

let requested = false;

function requestPlace() {
  if (requested) return;
  requested = true;
  requestAnimationFrame(() => {
    requested = false;
    for (const map of maps) map.place();
  });
}
