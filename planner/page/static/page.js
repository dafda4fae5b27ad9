// The page put together: what is drawn where, and when it is drawn again.

function drawHead() {
  const view = state.view;
  document.title = view.title;
  fill("title", view.title);
  fill("subtitle", el("span", { class: view.proven ? "badge proven" : "badge open" }, view.badge), el("span", {}, DATA.views.length > 1 ? view.label : view.subtitle));
  fill("answer", view.sentences.map((sentence) => el("li", {}, pieces(sentence))));
  byId("lead").hidden = !view.lead.length;
  fill("lead", pieces(view.lead));
  fill("parts", sections(view).map(({ name, heading }) => el("a", { href: `#${name}` }, heading)));
}

/** Ways through several views: a slider, or a list with buttons to the one before and the next. */
function drawViews() {
  if (DATA.views.length < 2) return;
  const at = DATA.views.indexOf(state.view);
  if (DATA.axis) {
    const words = DATA.axis.values[at];
    const slider = byId("slider") ?? el("input", { id: "slider", type: "range", min: 0, max: DATA.views.length - 1, step: 1, oninput: (event) => chooseView(DATA.views[Number(event.target.value)]) });
    slider.setAttribute("aria-valuetext", words);
    byId("plans").classList.add("staying");
    if (!byId("slider")) fill("plans", el("div", { class: "slider" }, el("label", { for: "slider" }, DATA.axis.label), slider, el("output", { id: "slider-value", for: "slider" })));
    fill("slider-value", words);
    slider.value = at;
  } else if (byId("plan")) {
    byId("plan").value = state.view.id;
  } else {
    const options = DATA.views.map((view, n) => [view.id, n ? view.label : `${view.label} (reference)`]);
    const step = (by) => chooseView(DATA.views[(DATA.views.indexOf(state.view) + by + DATA.views.length) % DATA.views.length]);
    const button = (label, sign, by) => el("button", { type: "button", class: "quiet", "aria-label": label, onclick: () => step(by) }, sign);
    fill("plans", picker("plan", "Plan", options, state.view.id, (id) => chooseView(viewOf(id))), button("Plan before", "‹", -1), button("Next plan", "›", 1));
  }
}

/** The bar that says which area alone is shown. */
function drawArea() {
  const area = areas().find((each) => each.id === state.area);
  byId("chosen").hidden = !area;
  if (!area) return;
  fill(
    "chosen",
    el("div", {}, el("strong", {}, area.name), el("span", {}, "only, in tables and charts")),
    el("dl", {}, area.facts.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))),
    el("button", { type: "button", onclick: () => chooseArea(state.area) }, "Show all areas"),
  );
}

const chartOf = (at) => DATA.pool[at];
const hasMap = (content) => content.charts.length > 0 && chartOf(content.charts[0]).name.startsWith("map_");

function drawControls(section, content) {
  const now = content.key?.split("/") ?? [];
  const choose = (label, n) => (text) => {
    state.chosen[section.name] = { ...Object.fromEntries(section.choices.map(([each], k) => [each, now[k]])), [label]: text };
    drawSection(section);
    const again = byId(`${section.name}-choice-${n}-${section.choices[n][1].indexOf(text)}`) ?? byId(`${section.name}-choice-${n}`);
    again.focus();
  };
  const made = section.choices.map(([label, options], n) => choice(`${section.name}-choice-${n}`, label, options, now[n], choose(label, n)));
  if (hasMap(content)) {
    const rings = DATA.pool[state.view.rings];
    made.push(picker("zone", "Area", [["", "All areas"], ...areas().map((area) => [area.id, area.name])], state.area, (id) => chooseArea(id || state.area)));
    made.push(picker("ring", "Range rings", [["", "None"], ...rings.map((ring) => [ring.id, ring.name])], state.ring, chooseRing));
  }
  return made;
}

/** The figure of a chart: heading, box, how to read it. */
function figure(chart, id, title = null) {
  const isMap = chart.name.startsWith("map_");
  const [frame, box] = isMap ? mapBox(id) : [el("div", { class: "chart", id }), null];
  const wide = chart.name === "patrols" ? el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": chart.label }, frame) : frame;
  return [el("figure", { class: "block" }, el("h3", {}, title ?? chart.title), wide, el("div", { class: "note" }, chart.notes.map((note) => el("p", {}, note)))), box ?? frame];
}

/** The charts of a section: on a page that compares, the reference's map beside that of the plan. */
function chartsOf(section, content) {
  const list = content.charts.map((at) => [chartOf(at), null, `${chartOf(at).name}-chart`]);
  if (!hasMap(content)) return list;
  list[0][2] = "map-1";
  const same = sections(reference).find((each) => each.name === section.name);
  if (!comparing() || !same || !(content.key in same.variants)) return list;
  list[0][1] = state.view.label;
  list[0][2] = "map-2";
  return [[chartOf(contentOf(same).charts[0]), reference.label, "map-1"], ...list];
}

/** Draw a section; boxes that stay are kept, so that only what is other is drawn again. */
function drawSection(section) {
  const place = byId(section.name);
  const content = contentOf(section);
  const charts = chartsOf(section, content);
  const mark = charts.map(([, , id]) => id).join();
  place.querySelector(".controls-of").replaceChildren(...shownOnly(drawControls(section, content)));
  place.querySelector(".lead").replaceChildren(...pieces(section.lead));
  const holder = place.querySelector(".charts");
  if (holder.dataset.mark !== mark) {
    holder.querySelectorAll(".chart").forEach(forget);
    const made = charts.map(([chart, title, id]) => figure(chart, id, title));
    holder.dataset.mark = mark;
    place.classList.toggle("pair", charts.length === 1 && content.tables.length > 0 && !hasMap(content) && charts[0][0].name !== "patrols");
    holder.className = hasMap(content) ? `charts maps ${charts.length > 1 ? "two" : "one"}` : "charts";
    holder.replaceChildren(...made.map(([each]) => each), ...(hasMap(content) ? [zoomButtons()] : []));
  }
  const boxes = holder.querySelectorAll(".chart");
  const work = charts.map(([chart, title], n) => {
    const around = boxes[n].closest("figure");
    around.querySelector("h3").textContent = title ?? chart.title;
    around.querySelector(".note").replaceChildren(...chart.notes.map((note) => el("p", {}, note)));
    return drawChart(chart, boxes[n]);
  });
  const tables = place.querySelector(".tables");
  const named = content.tables.map((at) => chartOf(at));
  const boxOf = (table) => byId(`${table.name}-table`) ?? el("div", { id: `${table.name}-table`, class: table.tall ? "tall" : null });
  const held = named.map((table) => [table, boxOf(table)]);
  tables.replaceChildren(...held.map(([table, box]) => el("div", {}, el("h3", { class: named.length > 1 ? null : "paper" }, table.caption), box)));
  for (const [table, box] of held) drawTable(table, box);
  place.querySelector(".more").replaceChildren(...shownOnly([section.facts.length ? facts(section.facts) : null]));
  const notes = section.notes.map((each) => el("p", { class: "note" }, each));
  place.querySelector(".listed").replaceChildren(...notes, ...shownOnly(section.listed.length ? [el("h3", {}, "Warnings"), el("ul", {}, section.listed.map((each) => el("li", {}, each)))] : []));
  if (hasMap(content)) drawRingNote(place);
  return Promise.all(work);
}

function drawRingNote(place) {
  const ring = DATA.pool[state.view.rings].find((each) => each.id === state.ring);
  place.querySelector(".listed").replaceChildren(el("p", { id: "ring-note", class: "note", "aria-live": "polite" }, ring?.note ?? ""));
}

function frameOf({ name, heading }) {
  const id = `${name}-title`;
  return el("section", { id: name, "aria-labelledby": id }, el("h2", { id }, heading), el("p", { class: "lead" }), el("div", { class: "controls controls-of" }), el("div", { class: "charts" }), el("div", { class: "more" }), el("div", { class: "tables" }), el("div", { class: "listed" }));
}

let drawing = Promise.resolve();

/** Draw all sections; the page is ready when all charts are. */
function drawSections() {
  delete document.documentElement.dataset.ready;
  const list = sections(state.view);
  const mark = list.map(({ name }) => name).join();
  if (byId("sections").dataset.mark !== mark) {
    byId("sections").dataset.mark = mark;
    fill("sections", list.map(frameOf));
  }
  const mine = Promise.all(list.map(drawSection)).then(() => {
    if (drawing === mine) document.documentElement.dataset.ready = "true";
  });
  drawing = mine;
}

let rest = null;

function chooseView(view) {
  state.view = view;
  if (!areas().some((area) => area.id === state.area)) state.area = null;
  drawHead();
  drawViews();
  drawArea();
  delete document.documentElement.dataset.ready;
  // While a slider is moved only words and the slider follow at once; charts and tables when it rests.
  clearTimeout(rest);
  rest = setTimeout(drawSections, DATA.axis ? 60 : 0);
}

/** Choose an area, or none by choosing it again. */
function chooseArea(id) {
  state.area = state.area === id ? null : id;
  drawArea();
  if (byId("zone")) byId("zone").value = state.area ?? "";
  for (const section of sections(state.view)) for (const at of contentOf(section).tables) drawTable(chartOf(at), byId(`${chartOf(at).name}-table`));
  signalAll();
}

function chooseRing(id) {
  state.ring = id || null;
  drawRingNote(byId("map"));
  signalAll();
}

const dark = () => (document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";

function start() {
  const name = () => fill("theme", dark() ? "Light" : "Dark");
  name();
  byId("theme").addEventListener("click", () => {
    document.documentElement.dataset.theme = dark() ? "light" : "dark";
    name();
  });
  byId("print").addEventListener("click", () => window.print());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", name);
  let waiting = null;
  let printing = false;
  addEventListener("beforeprint", () => (printing = true));
  addEventListener("afterprint", () => (printing = false));
  new ResizeObserver(() => {
    clearTimeout(waiting);
    waiting = setTimeout(() => printing || resizeCharts(), 120);
  }).observe(document.body);
  drawHead();
  drawViews();
  drawArea();
  drawSections();
}

start();
