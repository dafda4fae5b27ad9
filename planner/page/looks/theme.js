// Light or dark: by the reader's wish, else by that of the device; on paper always light.

let printing = false;

function theme() {
  if (printing) return "light";
  const chosen = document.documentElement.dataset.theme;
  return chosen ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
}

/** The buttons of the head, and what is drawn anew when the light changes or the page is printed. */
function listenToLight(redraw) {
  const named = () => {
    byId("theme").textContent = theme() === "dark" ? "Light" : "Dark";
    redraw();
  };
  const print = (now) => () => {
    printing = now;
    redraw();
  };
  byId("theme").textContent = theme() === "dark" ? "Light" : "Dark";
  byId("theme").addEventListener("click", () => {
    document.documentElement.dataset.theme = theme() === "dark" ? "light" : "dark";
    named();
  });
  byId("print").addEventListener("click", () => window.print());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", named);
  addEventListener("beforeprint", print(true));
  addEventListener("afterprint", print(false));
}

/** Call when the page has got another size, a moment after the last change. */
function whenResized(act) {
  let waiting = null;
  new ResizeObserver(() => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      if (!printing) act();
    }, 120);
  }).observe(document.body);
}
