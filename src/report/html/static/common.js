// What the pages have in common: light and dark, files, tables that are sorted. Without it a page is whole.
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const one = (selector, within = document) => within.querySelector(selector);
const set = (element, values) => element && Object.entries(values).forEach(([key, value]) => element.setAttribute(key, value));
const make = (tag, values, ...children) => {
  const element = document.createElement(tag);
  set(element, values);
  element.append(...children);
  return element;
};
const root = document.documentElement;
const plots = [];
const redraw = () => plots.forEach((plot) => plot.draw());

// Light and dark: as the system has it, until the reader chooses.
const system = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (root.dataset.theme || (system.matches ? "dark" : "light")) === "dark";
const theme = one("#theme");
const nameTheme = () => {
  theme.textContent = isDark() ? "Light" : "Dark";
  // Pictures are on white; their like on dark is among the files.
  all(".hero img").forEach(async (img) => {
    img.light ||= img.src;
    const file = one(`[data-name="${img.dataset.dark}"]`, img.closest(".run"));
    if (!isDark() || !file) img.src = img.light;
    else img.src = img.dark ||= `data:image/svg+xml,${encodeURIComponent(await new Response(plain(file)).text())}`;
  });
  redraw();
};
onbeforeprint = () => all(".hero img").forEach((img) => (img.src = img.light));
onafterprint = nameTheme;
const plain = ({ href }) => {
  const bytes = Uint8Array.from(atob(href.split(",")[1]), (c) => c.charCodeAt());
  return new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
};

// Times: µs in the data, "12.3 ms" in the tables.
const units = { ns: 1e-3, "µs": 1, ms: 1e3, s: 1e6 };
const number = (text) => {
  // "– needs 4 more" and "no data" have a number, and are none.
  const found = !/^[–a-z]/.test(text) && /(−?)([\d,.]+)(?: (ns|µs|ms|s)\b)?/.exec(text);
  return found ? found[2].replace(/,/g, "") * (units[found[3]] || 1) * (found[1] ? -1 : 1) : NaN;
};

// A head that sorts its table, and a table whose head has sorted it.
const sorting = (head, sort) => {
  const button = make("button", { type: "button" }, ...head.childNodes);
  button.onclick = sort;
  head.append(button);
  set(head, { "aria-sort": "none" });
};
const sorted = (table, heads, chosen, falls, rows, key) => {
  heads.forEach((head) => head.hasAttribute("aria-sort") && set(head, { "aria-sort": head !== chosen ? "none" : falls ? "descending" : "ascending" }));
  const way = falls ? -1 : 1;
  rows.sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    // What has no number comes last, whichever way.
    const order = typeof x === "string" ? x.localeCompare(y) * way : isNaN(x) - isNaN(y) || (x - y) * way;
    return order || a.place - b.place;
  });
  one("tbody", table).append(...rows);
};

// Files are kept compressed; a link gives what is in them.
addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-name]");
  if (!link) return;
  event.preventDefault();
  const href = URL.createObjectURL(await new Response(plain(link)).blob());
  make("a", { href, download: link.dataset.name }).click();
});
