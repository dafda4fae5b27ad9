// What is chosen on the page, and who is told when that changes.

const state = {
  plan: DATA.plans[DATA.study.axis?.start ?? (DATA.plans.length > 1 && DATA.kind === "comparison" ? 1 : 0)],
  reference: DATA.plans[0],
  layer: "pod",
  unit: "cells",
  view: "beside",
  area: null,
  ring: "",
  heat: "hours",
};
const listeners = [];

/** Call with the names of what changed, now and whenever one of the given things changes. */
function whenever(names, act) {
  listeners.push([names, act]);
}

function choose(changes) {
  const changed = Object.keys(changes).filter((name) => state[name] !== changes[name]);
  Object.assign(state, changes);
  for (const [names, act] of listeners) if (names.some((name) => changed.includes(name))) act();
}

function chooseArea(id) {
  choose({ area: state.area === id ? null : id });
}

function comparing() {
  return DATA.kind === "comparison" && state.plan !== state.reference;
}
