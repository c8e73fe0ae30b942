// The report of runs: filters and draws what the page already says. Without it the page is whole.
const within = (value, low, high) => Math.max(low, Math.min(high, value));
const colour = (name) => getComputedStyle(root).getPropertyValue(`--${name}`).trim();
const time = (us, unit) => {
  const chosen = units[unit] ? unit : us < 1e3 ? "µs" : us < 1e7 ? "ms" : "s";
  const value = us / units[chosen];
  return us ? `${value < 100 ? value.toPrecision(3) : value.toFixed()} ${chosen}` : "0";
};

// Every "12.3 ms" and "11.8–12.6 ms" of a text in another unit, to the same digits.
const retimed = (text, unit) => units[unit] ? text.replace(/([\d,.]*\d)((?: to |–)−?[\d,.]*\d)? (ns|µs|ms|s)\b/g, (_, low, high = "", from) => {
  const other = (number) => {
    const plain = number.replace(/,/g, "");
    const value = (plain * units[from]) / units[unit];
    const digits = plain.replace(/^[0.]+|\./g, "").length;
    return value.toFixed(value && within(digits - 1 - Math.floor(Math.log10(value)), 0, 12));
  };
  return `${other(low)}${high.replace(/[\d,.]*\d/, other)} ${unit}`;
}) : text;

// What a strip says, where the pointer or the keyboard is.
const tip = one("#tip");
const hide = () => (tip.hidden = true);
const showTip = (strip) => {
  const box = strip.getBoundingClientRect();
  tip.textContent = strip.getAttribute("aria-label").replace(": ", "\n").replace(/, (?=\d+ %|n =|grey)/g, "\n");
  tip.hidden = false;
  tip.style.left = `${within(box.left + box.width / 3, 8, innerWidth - tip.offsetWidth - 8)}px`;
  tip.style.top = `${box.top > tip.offsetHeight + 60 ? box.top - tip.offsetHeight - 4 : box.bottom + 4}px`;
};
onscroll = hide;

// The endpoints of one operation over one kind of connection. A level of an endpoint is its value, the ends of its interval,
// the interval as text, and how it compares with the global endpoint.
class Table {
  constructor(group, endpoints, levels) {
    Object.assign(this, { group, endpoints, levels, confidence: group.closest("article").dataset.confidence });
    this.heads = all("thead th", group);
    this.rows = all("tbody tr", group);
    this.rows.forEach((row, place) => {
      Object.assign(row, { place, endpoint: endpoints[place], texts: [...row.cells].map((cell) => cell.textContent) });
      row.endpoint.forbidden = one(".why", row)?.textContent;
      const strip = one(".strip", row);
      if (!strip) return;
      strip.tabIndex = place ? -1 : 0;
      strip.onmouseenter = strip.onfocus = () => showTip(strip);
      strip.onmouseleave = strip.onblur = hide;
      strip.onkeydown = (event) => this.move(event, strip);
    });
    this.heads.forEach((head, column) => {
      if (column !== 1) sorting(head, () => this.sort(column, this.column === column && !this.falls));
    });
  }
  // One stop for the tab key; the arrows go from strip to strip.
  move(event, strip) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const strips = all("tr:not([hidden]) .strip", this.group);
    const next = strips[within(strips.indexOf(strip) + step, 0, strips.length - 1)];
    strip.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }
  key(row, column) {
    const { dataset, classList } = this.heads[column];
    const level = row.endpoint.levels[this.level];
    if (dataset.follows) return level ? (dataset.follows === "against" ? -level[0] : level[1]) : NaN;
    const text = row.texts[column] || "";
    return classList.contains("number") ? number(text) : text;
  }
  sort(column, falls) {
    Object.assign(this, { column, falls });
    sorted(this.group, this.heads, this.heads[column], falls, this.rows, (row) => this.key(row, column));
  }
  show({ level, unit, filter }) {
    this.level = level;
    const longest = Math.max(1, ...this.endpoints.map(({ levels }) => (levels[level] ? levels[level][2] || levels[level][0] : 0)));
    const at = (us) => `${Math.min(100, (us / longest) * 100)}%`;
    const line = (us) => ({ x1: at(us), x2: at(us) });
    const step = [0.2, 0.5, 1, 2, 5].map((step) => step * 10 ** Math.floor(Math.log10(longest))).find((step) => longest / step <= 6);
    const global = this.endpoints.find(({ role, levels }) => role === "global" && levels[level]);
    const base = global && global.levels[level][0];
    set(one(".against", this.group), line(base || -1));
    all(".grid-line", this.group).forEach((grid, position) => set(grid, line(Math.min(position * step, longest))));
    one(".level", this.group).textContent = this.levels[level];
    one(".end", this.group).textContent = time(longest, unit);
    const words = filter.trim().toLowerCase();
    this.rows.forEach((row) => {
      this.fill(row, level, unit);
      this.place(row, level, unit, at, base);
      row.hidden = !row.textContent.toLowerCase().includes(words);
    });
    if (this.column >= 0) this.sort(this.column, this.falls);
    return `${all("tbody tr:not([hidden])", this.group).length} of ${this.rows.length} endpoints`;
  }
  fill(row, level, unit) {
    const found = row.endpoint.levels[level];
    this.heads.forEach((head, column) => {
      const [cell, text] = [row.cells[column], row.texts[column]];
      head.classList.toggle("chosen", head.textContent === this.levels[level]);
      if (column < 2 || !cell || cell.colSpan > 1) return;
      const { follows } = head.dataset;
      cell.textContent = retimed(follows && level ? found?.[follows === "interval" ? 3 : 4] || "–" : text, unit);
      cell.classList.toggle("chosen", head.classList.contains("chosen"));
      if (follows) head.dataset.of = this.levels[level];
    });
  }
  place(row, level, unit, at, base) {
    const strip = one(".strip", row);
    if (!strip) return;
    const [{ name, n, levels, forbidden }, words] = [row.endpoint, this.levels[level]];
    const found = levels[level];
    const said = found ? `${words} ${time(found[0], unit)}, ${this.confidence} interval ${retimed(found[3], unit)}` : `no ${words}`;
    set(strip, { "aria-label": `${name}: ${said}, n = ${n.toLocaleString("en")}${forbidden ? `, ${forbidden}` : ""}` });
    strip.firstChild.style.opacity = +!!found;
    if (!found) return;
    set(one(".gap", strip), { x1: at(base || found[0]), x2: at(found[0]) });
    set(one(".interval", strip), { x1: at(found[1]), x2: at(found[2] || Infinity) });
    set(one(".dot", strip), { cx: at(found[0]) });
  }
}

// A drawing with a cursor that follows the pointer or the arrow keys, and says where it is.
class Drawing {
  constructor(figure, state, label, series, values, options, say) {
    Object.assign(this, { figure, state, series, values, options, say, at: 0, chosen: series.length });
    this.box = make("div", { class: "live", tabindex: 0, role: "application", "aria-label": `${label}. Arrow keys move along and across.` });
    this.text = make("p", { class: "readout", "aria-live": "polite" });
    one(".still", figure).after(this.box, this.text);
    figure.classList.add("drawn");
    this.box.onkeydown = (event) => this.key(event);
    new ResizeObserver(() => this.plot?.setSize(this.size())).observe(figure);
    plots.push(this);
  }
  size() {
    return { width: this.figure.clientWidth, height: 280 };
  }
  draw() {
    this.plot?.destroy();
    this.plot = null;
    if (!this.figure.offsetParent) return;
    const axis = (more) => ({ stroke: colour("muted"), grid: { stroke: colour("grid"), width: 1 }, ticks: { show: false }, font: "12px system-ui, sans-serif", ...more });
    const line = ({ name, role, forbidden }) => {
      const tone = colour(forbidden ? "other" : /global|twin/.test(role) ? "global" : "regional");
      const dash = forbidden ? [5, 3] : role === "twin" ? [2, 3] : [];
      return { label: name, stroke: tone, dash, width: /global|own/.test(role) ? 2.5 : 1, ...this.options.series(tone) };
    };
    this.plot = new uPlot({
      ...this.size(),
      legend: { show: false },
      cursor: { y: false, drag: { x: true, y: false }, focus: { prox: 24 } },
      focus: { alpha: 0.25 },
      scales: { x: { time: false }, y: this.options.scale },
      axes: [axis(this.options.x), axis({ values: (_, splits) => splits.map((us) => time(us, this.state.unit)), size: 64, ...this.options.y })],
      series: [{}, ...this.series.map(line)],
      hooks: { draw: [this.options.draw || (() => 0)], setCursor: [({ cursor }) => this.tell(cursor.idx)], setSeries: [({ cursor }, at) => at && this.tell(cursor.idx, at)] },
    }, this.values, this.box);
  }
  tell(at, chosen = this.chosen) {
    if (at == null) return;
    Object.assign(this, { at, chosen });
    const told = [chosen, this.series.findIndex(({ role }) => role === "global") + 1];
    this.text.replaceChildren(...[...new Set(told)].filter(Boolean).flatMap((one, order) => {
      const { name, forbidden } = this.series[one - 1];
      return [order ? " · " : "", make("b", {}, name), ` ${this.say(at, this.values[one])}${forbidden ? ` (${forbidden})` : ""}`];
    }));
  }
  key(event) {
    const along = { ArrowRight: 1, ArrowLeft: -1 }[event.key] || 0;
    const across = { ArrowUp: 1, ArrowDown: -1 }[event.key] || 0;
    if (!this.plot || !(along || across)) return;
    event.preventDefault();
    this.tell(within(this.at + along, 0, this.values[0].length - 1), within(this.chosen + across, 1, this.series.length));
    const { at, chosen, plot } = this;
    plot.setSeries(chosen, { focus: true });
    plot.setCursor({ left: plot.valToPos(this.values[0][at], "x"), top: 100 });
    this.tell(at, chosen);
  }
}

// Rising numbers are kept as steps.
const sums = (steps) => steps.map(((sum) => (step) => (sum += step))(0));
const roles = ["twin", "regional", "own", "global"];
const seconds = (value) => `${+value.toFixed(1)} s`;
// Both axes of the curves are logarithms: of the time, and of the share of slower calls.
const curves = (figure, { endpoints, curves: { step, times } }, state) => {
  const shown = endpoints.map((endpoint, at) => ({ ...endpoint, times: sums(times[at]) })).filter(({ times }) => times.length > 1);
  if (!shown.length) return;
  shown.sort((a, b) => roles.indexOf(a.role) - roles.indexOf(b.role));
  const across = shown.map(({ times }) => times).sort((a, b) => b.length - a.length)[0].map((_, at) => at * step);
  const named = [[0, "fastest"], [Math.log10(2), "p50"], ...["p90", "p99", "p99.9", "p99.99", "p99.999"].map((name, at) => [at + 1, name])];
  const share = (at) => `${+(100 - 100 * 10 ** -across[at]).toFixed(3)} % of calls in`;
  const rounds = [...Array(36).keys()].map((at) => [1, 2, 5][at % 3] * 10 ** Math.floor(at / 3));
  new Drawing(figure, state, "Service time by percentile", shown, [across, ...shown.map(({ times }) => across.map((_, at) => times[at]))], {
    scale: { distr: 3, range: (_, low, high) => [low * 0.9, high * 1.1] },
    series: () => ({ points: { show: false } }),
    x: { splits: () => named.map(([at]) => at).filter((at) => at <= across.at(-1) + 0.01), values: (_, splits) => splits.map((split) => named.find(([at]) => at === split)[1]) },
    y: { splits: (_, axis, low, high) => rounds.filter((us) => us >= low && us <= high), filter: (_, splits) => splits },
  }, (at, values) => (values[at] ? `${share(at)} ${time(values[at], state.unit)}` : "none"));
};
const timeline = (figure, { endpoints, timeline }, state) => {
  const shown = timeline.filter(({ at }) => at.length);
  if (!shown.length) return;
  const values = uPlot.join(shown.map(({ at, times }) => [sums(at).map((at) => at / 100), times]));
  // Calls that failed have no time: crosses at the upper edge.
  const draw = (plot) => {
    const { ctx, bbox: { top } } = plot;
    const size = 4 * devicePixelRatio;
    Object.assign(ctx, { strokeStyle: colour("failure"), lineWidth: size / 2 });
    ctx.beginPath();
    values.slice(1).forEach((times) => times.forEach((us, at) => {
      if (us !== null) return;
      const x = plot.valToPos(values[0][at], "x", true);
      [-size, size].forEach((side) => (ctx.moveTo(x - side, top), ctx.lineTo(x + side, top + 2 * size)));
    }));
    ctx.stroke();
  };
  new Drawing(figure, state, "Calls over time", shown.map(({ row }) => endpoints[row]), values, {
    draw,
    scale: { range: (_, low, high) => [0, high * 1.05] },
    series: (fill) => ({ paths: () => null, points: { show: true, size: 4, fill, width: 0 } }),
    x: { values: (_, splits) => splits.map(seconds) },
  }, (at, times) => `after ${seconds(values[0][at])} ${times[at] ? time(times[at], state.unit) : times[at] === null ? "failed" : "no call"}`);
};

class Run {
  constructor(page, { levels, groups }) {
    Object.assign(this, { page, groups, state: { level: 0, unit: "auto", filter: "" } });
    this.tables = all(".group:has(.endpoints)", page).map((group, at) => new Table(group, groups[at].endpoints, levels));
    this.texts = all(".lead, .keys, .plots, .phases", page).flatMap((part) => {
      // 4: text nodes alone.
      const [walk, found] = [document.createTreeWalker(part, 4), []];
      while (walk.nextNode()) found.push([walk.currentNode, walk.currentNode.data]);
      return found;
    });
    all("figure[data-plot]", page).forEach((figure) => ({ curves, timeline })[figure.dataset.plot](figure, groups[figure.closest(".group").dataset.group - 1], this.state));
    if (!groups.length) return;
    const form = one("form", page);
    form.hidden = false;
    form.onsubmit = () => false;
    const known = levels.filter((_, at) => groups.some(({ endpoints }) => endpoints.some((endpoint) => endpoint.levels[at])));
    this.offer("operation", groups.map(({ operation }) => operation), (operation) => this.choose({ operation }));
    this.offer("connection", groups.map(({ connection }) => connection), (connection) => this.choose({ connection }));
    this.offer("level", known, (level) => this.show({ level: levels.indexOf(level) }));
    this.offer("unit", ["auto", "µs", "ms", "s"], (unit) => this.show({ unit }));
    one("[type=search]", page).oninput = ({ target }) => this.show({ filter: target.value });
    one(".copy", page).onclick = async ({ target }) => {
      await navigator.clipboard.writeText(await new Response(plain(one("[data-name='report.md']", page))).text());
      target.textContent = "Copied";
    };
    this.choose(groups[0]);
  }
  offer(choice, given, chosen) {
    const values = [...new Set(given)];
    const fields = one(`[data-choice=${choice}]`, this.page);
    fields.hidden = values.length < 2;
    one("div", fields).append(...values.map((value, at) => {
      const input = make("input", { type: "radio", name: `${choice}-${this.page.id}`, value });
      input.checked = !at;
      input.onchange = () => chosen(value);
      return make("label", {}, input, value);
    }));
  }
  choose(wanted) {
    this.wanted = { ...this.wanted, ...wanted };
    const { operation, connection } = this.wanted;
    const found = this.groups.filter((group) => group.operation === operation);
    this.at = this.groups.indexOf(found.find((group) => group.connection === connection) || found[0]);
    all(".group", this.page).forEach((group) => (group.hidden = +group.dataset.group !== this.at + 1));
    this.show({});
    redraw();
  }
  show(change) {
    Object.assign(this.state, change);
    if (change.unit) {
      this.texts.forEach(([node, text]) => (node.data = retimed(text, change.unit)));
      redraw();
    }
    one("[role=status]", this.page).textContent = this.tables[this.at].show(this.state);
  }
}

const pages = all(".run");
JSON.parse(one("#data").textContent).runs.forEach((run, at) => new Run(pages[at], run));
const tabs = all(".tabs button");
tabs.forEach((tab, at) => {
  tab.parentNode.hidden = false;
  tab.onclick = () => {
    pages.forEach((page, other) => (page.hidden = other !== at));
    tabs.forEach((other) => set(other, { "aria-pressed": other === tab }));
    redraw();
  };
});
tabs[0]?.click();
