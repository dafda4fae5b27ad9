// Maps are charts that can be moved: all of the page look at the same place.

const look = { zoom: 1, x: 0.5, y: 0.5 };
const MOST_ZOOM = 16;
const STEP = 0.12;
let requested = false;

function move(x, y) {
  const room = 0.5 / look.zoom;
  look.x = Math.min(1 - room, Math.max(room, look.x + x));
  look.y = Math.min(1 - room, Math.max(room, look.y + y));
  for (const box of document.querySelectorAll(".map")) box.classList.toggle("near", look.zoom > 1);
  if (requested) return;
  requested = true;
  requestAnimationFrame(() => {
    requested = false;
    signalAll();
  });
}

/** Zoom, the given point [parts of the frame] staying where it is. */
function zoomBy(factor, x = 0.5, y = 0.5) {
  const before = look.zoom;
  look.zoom = Math.min(MOST_ZOOM, Math.max(1, before * factor));
  const kept = 1 / before - 1 / look.zoom;
  move((x - 0.5) * kept, (y - 0.5) * kept);
}

function showAll() {
  Object.assign(look, { zoom: 1, x: 0.5, y: 0.5 });
  move(0, 0);
}

const KEYS = {
  ArrowLeft: () => move(-STEP / look.zoom, 0),
  ArrowRight: () => move(STEP / look.zoom, 0),
  ArrowUp: () => move(0, -STEP / look.zoom),
  ArrowDown: () => move(0, STEP / look.zoom),
  "+": () => zoomBy(1.5),
  "=": () => zoomBy(1.5),
  "-": () => zoomBy(1 / 1.5),
  0: showAll,
  Escape: () => state.area && chooseArea(state.area),
};

/** A box for a map that is moved by keys, by dragging, by pinching, and by the wheel with Ctrl. */
function mapBox(name) {
  const frame = el("div", { class: "map", tabindex: "0", role: "group", "aria-label": "Map. Arrow keys move, plus and minus zoom, 0 shows all. The area can also be chosen in the list above." });
  const box = el("div", { class: "chart", id: name });
  frame.append(box);
  const pointers = new Map();
  let moved = 0;
  const part = ([x, y]) => {
    const at = (box.querySelector("svg, canvas") ?? box).getBoundingClientRect();
    return [(x - at.left) / at.width, (y - at.top) / (drawn.get(box)?.view?.height() ?? at.height)];
  };
  frame.addEventListener("pointerdown", (event) => {
    pointers.set(event.pointerId, [event.clientX, event.clientY]);
    moved = 0;
    delete box.dataset.moved;
  });
  frame.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const now = [event.clientX, event.clientY];
    moved += Math.abs(now[0] - before[0]) + Math.abs(now[1] - before[1]);
    if (moved > 4) box.dataset.moved = "true";
    const others = [...pointers].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
    pointers.set(event.pointerId, now);
    if (others.length) {
      const apart = (point) => Math.hypot(point[0] - others[0][0], point[1] - others[0][1]);
      zoomBy(apart(now) / Math.max(1, apart(before)), ...part(now));
    } else if (look.zoom > 1) {
      const [from, to] = [part(before), part(now)];
      move((from[0] - to[0]) / look.zoom, (from[1] - to[1]) / look.zoom);
    }
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) frame.addEventListener(end, (event) => pointers.delete(event.pointerId));
  const wheel = (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoomBy(Math.exp(-event.deltaY / 200), ...part([event.clientX, event.clientY]));
  };
  frame.addEventListener("wheel", wheel, { passive: false });
  frame.addEventListener("keydown", (event) => {
    const act = KEYS[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  });
  return [frame, box];
}

const zoomButtons = () =>
  el(
    "div",
    { class: "zoom", role: "group", "aria-label": "Zoom" },
    [["zoom-in", "Nearer", "+", () => zoomBy(1.5)], ["zoom-out", "Farther", "−", () => zoomBy(1 / 1.5)], ["zoom-all", "Show all", "⤢", showAll]].map(([id, label, sign, act]) =>
      el("button", { type: "button", id, "aria-label": label, onclick: act }, sign),
    ),
  );
