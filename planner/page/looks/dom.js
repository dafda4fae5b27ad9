// Elements of the page; text is always set as text, never as markup.

function byId(id) {
  return document.getElementById(id);
}

/** An element: el("td", {class: "number"}, "12"). Children are elements or text. */
function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

function fill(id, ...children) {
  byId(id).replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
}

const tip = el("div", { id: "tip", role: "status", hidden: true });

/** Show a heading and pairs of words and figures beside the pointer. */
function showTip(event, heading, pairs) {
  tip.replaceChildren(
    el("strong", {}, heading),
    el("dl", {}, pairs.map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)])),
  );
  tip.hidden = false;
  const gap = 14;
  const { clientX: x, clientY: y } = event;
  const left = x + gap + tip.offsetWidth > document.documentElement.clientWidth ? x - gap - tip.offsetWidth : x + gap;
  const top = y + gap + tip.offsetHeight > window.innerHeight ? y - gap - tip.offsetHeight : y + gap;
  tip.style.left = `${Math.max(4, left)}px`;
  tip.style.top = `${Math.max(4, top)}px`;
}

function hideTip() {
  tip.hidden = true;
}

/** One choice of several, as radio buttons that look like one bar. */
function choice(name, label, options, current, choose) {
  return el(
    "fieldset",
    { class: "choice" },
    el("legend", {}, label),
    el(
      "div",
      { class: "bar" },
      options.map(([value, text]) => {
        const id = `${name}-${value}`;
        const input = el("input", { type: "radio", name, id, value, onchange: () => choose(value) });
        input.checked = value === current;
        return [input, el("label", { for: id }, text)];
      }),
    ),
  );
}

function picker(id, label, options, current, choose) {
  const select = el(
    "select",
    { id, onchange: (event) => choose(event.target.value) },
    options.map(([value, text]) => el("option", { value }, text)),
  );
  select.value = current ?? "";
  return el("div", { class: "picker" }, el("label", { for: id }, label), select);
}
