// What the page knows: the document that the planner wrote, and ways to look things up in it.

const DATA = JSON.parse(document.getElementById("data").textContent);

const known = new Map();

function remembered(key, make) {
  if (!known.has(key)) known.set(key, make());
  return known.get(key);
}

/** Rows of columns of the same length as objects. */
function rowsOf(table) {
  const names = Object.keys(table);
  const length = names.length ? table[names[0]].length : 0;
  return Array.from({ length }, (_, n) => Object.fromEntries(names.map((each) => [each, table[each][n]])));
}

/** Columns of a table by name; each stands once in the pool, however many plans have it. */
function columns(table) {
  return Object.fromEntries(Object.entries(table).map(([name, at]) => [name, DATA.pool[at]]));
}

function sum(list, key) {
  return list.reduce((total, row) => total + (row[key] ?? 0), 0);
}

/** Sums of a column by the value of another, the largest first. */
function sumsBy(list, by, key) {
  const sums = new Map();
  for (const row of list) sums.set(row[by], (sums.get(row[by]) ?? 0) + (row[key] ?? 0));
  return [...sums].sort((a, b) => b[1] - a[1]);
}
