// Sorts, filters and draws what the page already says. Without it the page is whole.
"use strict";
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = (selector, within = document) => within.querySelector(selector);
  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const data = JSON.parse(one("#data").textContent);
  const root = document.documentElement;
  const drawings = [];

  // Light and dark: as the system has it, until the reader chooses.
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
  const theme = one("#theme");
  const nameTheme = () => {
    theme.textContent = isDark() ? "Light" : "Dark";
    theme.setAttribute("aria-label", `Show on a ${isDark() ? "light" : "dark"} background`);
    drawings.forEach((drawing) => drawing.redraw());
  };
  theme.hidden = false;
  theme.onclick = () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    nameTheme();
  };
  dark.addEventListener("change", nameTheme);
  const colour = (name) => getComputedStyle(root).getPropertyValue(`--${name}`).trim();

  // Times: µs in the data, "12.3 ms" in the tables.
  const units = { ns: 1e-3, "µs": 1, ms: 1e3, s: 1e6 };
  const three = (value) => (value === 0 ? "0" : value >= 100 ? value.toFixed(0) : value.toPrecision(3));
  const time = (us, unit) => {
    const chosen = units[unit] ? unit : us < 1e3 ? "µs" : us < 1e7 ? "ms" : "s";
    return `${three(us / units[chosen])} ${chosen}`;
  };
  const number = (text) => {
    const found = /(\d[\d,.]*)(?: (ns|µs|ms|s)\b)?/.exec(text);
    return found ? parseFloat(found[1].replace(/,/g, "")) * (units[found[2]] || 1) : NaN;
  };

  // What a strip says, where the pointer or the keyboard is.
  const tip = one("#tip");
  const showTip = (strip) => {
    const box = strip.getBoundingClientRect();
    tip.textContent = strip.getAttribute("aria-label").replace(": ", "\n").replace(/, (?=\d+ %|n =)/g, "\n");
    tip.hidden = false;
    tip.style.left = `${Math.max(8, Math.min(box.left + box.width / 3, innerWidth - tip.offsetWidth - 8))}px`;
    tip.style.top = `${box.top > tip.offsetHeight + 60 ? box.top - tip.offsetHeight - 4 : box.bottom + 4}px`;
  };
  const hideTip = () => (tip.hidden = true);
  addEventListener("scroll", hideTip, { passive: true });

  class Table {
    constructor(group, endpoints, run) {
      Object.assign(this, { group, endpoints, run, sorted: null, falls: false });
      this.body = one("tbody", group);
      this.heads = all("thead th", group);
      this.rows = all("tr", this.body);
      this.rows.forEach((row, at) => {
        row.endpoint = endpoints[at];
        row.texts = [...row.cells].map((cell) => cell.textContent);
        row.place = at;
      });
      this.heads.forEach((head, column) => {
        if (column === 1) return;
        const button = make("button", { type: "button", onclick: () => this.sort(column, this.sorted === column && !this.falls) });
        button.append(...head.childNodes);
        head.append(button);
        head.setAttribute("aria-sort", "none");
      });
      this.strips = all(".strip", group);
      this.strips.forEach((strip, at) => {
        strip.tabIndex = at ? -1 : 0;
        strip.onmouseenter = strip.onfocus = () => showTip(strip);
        strip.onmouseleave = strip.onblur = hideTip;
        strip.onkeydown = (event) => this.move(event, strip);
      });
    }
    // One stop for the tab key; the arrows go from strip to strip.
    move(event, strip) {
      const shown = this.rows.filter((row) => !row.hidden).map((row) => one(".strip", row)).filter(Boolean);
      const step = { ArrowDown: 1, ArrowUp: -1, Home: -1e9, End: 1e9 }[event.key];
      if (event.key === "Escape") hideTip();
      if (!step) return;
      event.preventDefault();
      const next = shown[Math.max(0, Math.min(shown.length - 1, shown.indexOf(strip) + step))];
      this.strips.forEach((other) => (other.tabIndex = other === next ? 0 : -1));
      next.focus();
    }
    key(row, column) {
      const head = this.heads[column];
      const level = row.endpoint && row.endpoint.levels[this.run.state.level];
      if (head.dataset.follows) return level ? (head.dataset.follows === "against" ? -level[0] : level[1]) : NaN;
      const text = row.texts[column] || "";
      return head.classList.contains("number") ? number(text) : text;
    }
    sort(column, falls) {
      Object.assign(this, { sorted: column, falls });
      this.heads.forEach((head, at) => {
        if (head.hasAttribute("aria-sort")) head.setAttribute("aria-sort", at === column ? (falls ? "descending" : "ascending") : "none");
      });
      const compared = (a, b) => {
        const [x, y] = [this.key(a, column), this.key(b, column)];
        if (typeof x === "string") return x.localeCompare(y) * (falls ? -1 : 1) || a.place - b.place;
        // What has no number comes last, whichever way.
        return isNaN(x) - isNaN(y) || (x - y) * (falls ? -1 : 1) || a.place - b.place;
      };
      this.rows.sort(compared);
      this.body.append(...this.rows);
    }
    show({ level, unit, filter }) {
      const name = this.run.levels[level];
      const longest = Math.max(...this.endpoints.map(({ levels }) => (levels[level] ? levels[level][2] || levels[level][0] : 0)), 1);
      const global = this.endpoints.find(({ role }) => role === "global");
      const ticks = this.ticks(longest);
      const at = (us) => `${Math.min(100, (us / longest) * 100)}%`;
      const line = one(".against", this.group);
      const base = global && global.levels[level];
      if (line) ["x1", "x2"].forEach((end) => line.setAttribute(end, at(base ? base[0] : -1)));
      all(".grid-line", this.group).forEach((grid, position) => {
        ["x1", "x2"].forEach((end) => grid.setAttribute(end, at(ticks[Math.min(position, ticks.length - 1)])));
      });
      one(".scale .level", this.group).textContent = name;
      one(".scale .end", this.group).textContent = time(longest, unit);
      this.heads.forEach((head) => head.classList.toggle("chosen", head.textContent === name));
      this.rows.forEach((row) => this.showRow(row, { level, unit, at, base, name }));
      const words = filter.trim().toLowerCase();
      this.rows.forEach((row) => (row.hidden = !row.textContent.toLowerCase().includes(words)));
      return this.rows.filter((row) => !row.hidden).length;
    }
    showRow(row, { level, unit, at, base, name }) {
      const found = row.endpoint && row.endpoint.levels[level];
      this.heads.forEach((head, column) => {
        const cell = row.cells[column];
        if (!cell || cell.colSpan > 1) return;
        cell.classList.toggle("chosen", head.classList.contains("chosen"));
        if (head.dataset.level && unit !== "auto") {
          const mark = /^[≈✗] /.exec(row.texts[column]);
          const us = number(row.texts[column]);
          const isTime = / (ns|µs|ms|s)$/.test(row.texts[column]);
          cell.textContent = isTime ? (mark ? mark[0] : "") + time(us, unit) : row.texts[column];
        } else if (head.dataset.follows && level > 0) {
          cell.textContent = (found && found[head.dataset.follows === "interval" ? 3 : 4]) || "–";
        } else if (column > 1) {
          cell.textContent = row.texts[column];
        }
      });
      const strip = one(".strip", row);
      if (!strip) return;
      const set = (element, values) => element && Object.entries(values).forEach(([key, value]) => element.setAttribute(key, value));
      strip.firstChild.style.visibility = found ? "" : "hidden";
      strip.setAttribute("aria-label", `${row.endpoint.name}: ${found ? `${name} ${time(found[0], unit)}, 95 % interval ${found[3]}` : `no ${name}`}, n = ${row.endpoint.n.toLocaleString("en")}`);
      if (!found) return;
      set(one(".gap", strip), { x1: at(base ? base[0] : found[0]), x2: at(found[0]) });
      set(one(".interval", strip), { x1: at(found[1]), x2: at(found[2] || 1e12) });
      set(one(".dot", strip), { cx: at(found[0]) });
    }
    ticks(high) {
      const step = [0.1, 0.2, 0.5, 1, 2, 5].map((step) => step * 10 ** Math.floor(Math.log10(high))).find((step) => high / step <= 6);
      return Array.from({ length: Math.floor(high / step) + 1 }, (_, at) => at * step);
    }
    markdown() {
      const clean = (element) => element.textContent.trim().replace(/\s+/g, " ").replace(/([\\|*_`<[\]])/g, "\\$1");
      const row = (cells) => `| ${cells.filter((_, at) => at !== 1).map(clean).join(" | ")} |`;
      const heads = this.heads.filter((_, at) => at !== 1).map((head) => (head.classList.contains("number") ? "--:" : ":--"));
      const lines = this.rows.filter((shown) => !shown.hidden).map((shown) => row([...shown.cells]));
      return [row(this.heads), `|${heads.join("|")}|`, ...lines].join("\n") + "\n";
    }
  }

  // A drawing with a cursor that follows the pointer or the arrow keys, and says where it is.
  class Drawing {
    constructor(figure, name, series, values, options, say) {
      Object.assign(this, { figure, series, values, options, say, at: 0, chosen: 1 });
      this.box = make("div", { className: "live", tabIndex: 0 });
      this.box.setAttribute("role", "application");
      this.box.setAttribute("aria-label", `${name}. Left and right move along, up and down change the endpoint.`);
      this.text = make("p", { className: "readout" });
      this.text.setAttribute("aria-live", "polite");
      const still = one(".still", figure);
      still.after(this.box, this.text);
      // Styles of the page decide; in print the still picture is shown.
      still.style.display = "none";
      still.classList.add("replaced");
      this.box.onkeydown = (event) => this.key(event);
      new ResizeObserver(() => this.plot && this.plot.setSize(this.size())).observe(this.box);
      drawings.push(this);
    }
    size() {
      return { width: Math.max(240, this.figure.clientWidth), height: 280 };
    }
    redraw() {
      if (this.plot) this.plot.destroy();
      this.plot = null;
      if (!this.figure.offsetParent) return;
      const tone = { global: colour("global"), own: colour("regional") };
      const [muted, grid, other] = ["muted", "grid", "other"].map(colour);
      const font = "12px system-ui, sans-serif";
      const axis = (extra) => ({ stroke: muted, grid: { stroke: grid, width: 1 }, ticks: { show: false }, font, ...extra });
      const line = ({ name, role }) => ({
        label: name, stroke: tone[role] || other, width: tone[role] ? 2.5 : 1, alpha: tone[role] ? 1 : 0.7, ...this.options.series(tone[role] || other),
      });
      this.plot = new uPlot({
        ...this.size(), legend: { show: false }, cursor: { y: false, drag: { x: true, y: false }, focus: { prox: 24 } }, focus: { alpha: 0.25 },
        scales: this.options.scales, axes: [axis(this.options.x), axis(this.options.y)], series: [{}, ...this.series.map(line)],
        hooks: { setCursor: [(plot) => this.tell(plot.cursor.idx)], setSeries: [(plot, at) => { if (at) { this.chosen = at; this.tell(plot.cursor.idx); } }] },
      }, this.values, this.box);
    }
    tell(at) {
      if (at == null) return;
      this.at = at;
      const marked = this.series.map((_, position) => position + 1).filter((position) => position !== this.chosen && this.series[position - 1].role === "global");
      this.text.replaceChildren(...[this.chosen, ...marked].flatMap((position, order) => {
        const { name } = this.series[position - 1];
        return [order ? " · " : "", make("b", { textContent: name }), ` ${this.say(at, this.values[position])}`];
      }));
    }
    key(event) {
      const along = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const across = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (!this.plot || !(along || across)) return;
      event.preventDefault();
      const bound = (value, low, high) => Math.max(low, Math.min(high, value));
      if (across) this.chosen = bound(this.chosen + across, 1, this.series.length);
      if (along) this.at = bound(this.at + along, 0, this.values[0].length - 1);
      this.plot.setSeries(this.chosen, { focus: true });
      this.plot.setCursor({ left: this.plot.valToPos(this.values[0][this.at], "x"), top: this.plot.over.clientHeight / 2 });
      this.tell(this.at);
    }
  }

  const seconds = (value) => `${+value.toFixed(value < 10 ? 1 : 0)} s`;
  const curves = (figure, group) => {
    const { step, times } = group.curves;
    const ordered = group.endpoints.map((endpoint, at) => ({ ...endpoint, at })).filter(({ at }) => times[at].length > 1);
    ordered.sort((a, b) => ["twin", "regional", "own", "global"].indexOf(a.role) - ["twin", "regional", "own", "global"].indexOf(b.role));
    if (!ordered.length) return;
    const length = Math.max(...ordered.map(({ at }) => times[at].length));
    const across = Array.from({ length }, (_, at) => at * step);
    const logs = ordered.map(({ at }) => across.map((_, point) => (times[at][point] ? Math.log10(times[at][point]) : null)));
    const named = [[0, "fastest"], [0.30103, "p50"], [1, "p90"], [2, "p99"], [3, "p99.9"], [4, "p99.99"], [5, "p99.999"]];
    const round = (low, high) => {
      const steps = high - low > 1.4 ? [1, 10 ** 0.5] : [1, 2, 5];
      return Array.from({ length: 12 }, (_, power) => (steps.length === 3 ? steps.map((value) => power + Math.log10(value)) : [power])).flat().filter((value) => value >= low && value <= high);
    };
    const share = (at) => {
      const percent = 100 * (1 - 10 ** -across[at]);
      return `${+percent.toFixed(percent > 99 ? 3 : 1)} % of calls within`;
    };
    return new Drawing(figure, one("figcaption", figure).textContent, ordered, [across, ...logs], {
      scales: { x: { time: false }, y: {} },
      series: () => ({ points: { show: false } }),
      x: { splits: () => named.map(([z]) => z).filter((z) => z <= across[length - 1] + 0.01), values: (_, splits) => splits.map((z) => named.find(([at]) => at === z)[1]) },
      y: { splits: (_, axis, low, high) => round(low, high), values: (_, splits) => splits.map((value) => time(10 ** value)), size: 64 },
    }, (at, values) => (values[at] == null ? "has no call so slow" : `${share(at)} ${time(10 ** values[at])}`));
  };

  const timeline = (figure, group) => {
    const shown = group.timeline.filter(({ at }) => at.length);
    if (!shown.length) return;
    const tables = shown.map(({ at, times }) => [at.map((step) => step / 100), times.map((us) => (us == null ? null : us / 1e3))]);
    const values = shown.length > 1 ? uPlot.join(tables) : tables[0];
    return new Drawing(figure, "Service time of calls over time", shown.map(({ row }) => group.endpoints[row]), values, {
      scales: { x: { time: false }, y: { range: (_, low, high) => [0, high * 1.05] } },
      series: (tone) => ({ paths: () => null, points: { show: true, size: 4, fill: tone, width: 0 } }),
      x: { values: (_, splits) => splits.map(seconds) },
      y: { values: (_, splits) => splits.map((ms) => time(ms * 1e3)), size: 64 },
    }, (at, series) => `after ${seconds(values[0][at])} ${series[at] == null ? "no call" : time(series[at] * 1e3)}`);
  };

  class Run {
    constructor(article, { levels, groups }) {
      Object.assign(this, { article, levels, groups, state: { level: 0, unit: "auto", filter: "", group: 0 } });
      this.tables = all(".group:has(.endpoints)", article).map((group, at) => new Table(group, groups[at].endpoints, this));
      all(".group", article).forEach((group) => {
        const of = groups[group.dataset.group - 1];
        all("figure", group).forEach((figure) => (figure.dataset.plot === "curves" ? curves : timeline)(figure, of));
      });
      const form = one("form", article);
      form.hidden = !groups.length;
      form.onsubmit = (event) => event.preventDefault();
      const distinct = (values) => [...new Set(values)];
      const known = levels.map((_, at) => at).filter((at) => groups.some((group) => group.endpoints.some((endpoint) => endpoint.levels[at])));
      this.choices = { operation: 0, connection: 0 };
      this.offer("operation", distinct(groups.map((group) => group.operation)), (value) => this.choose({ operation: value }));
      this.offer("connection", distinct(groups.map((group) => group.connection)), (value) => this.choose({ connection: value }));
      this.offer("level", known.map((at) => levels[at]), (value) => this.show({ level: levels.indexOf(value) }));
      this.offer("unit", ["auto", "µs", "ms", "s"], (value) => this.show({ unit: value }));
      one("input[type=search]", article).oninput = (event) => this.show({ filter: event.target.value });
      one(".copy", article).onclick = (event) => this.copy(event.target);
      if (groups.length) this.choose({ operation: groups[0].operation, connection: groups[0].connection });
    }
    offer(choice, values, chosen) {
      const set = one(`[data-choice=${choice}]`, this.article);
      set.hidden = values.length < 2;
      const name = `${choice}-${this.article.id}`;
      one("div", set).append(...values.map((value, at) => make("label", {}, make("input", { type: "radio", name, value, checked: !at, onchange: () => chosen(value) }), value)));
    }
    choose(wanted) {
      this.wanted = { ...this.wanted, ...wanted };
      const fits = (group) => group.operation === this.wanted.operation && group.connection === this.wanted.connection;
      const found = this.groups.findIndex(fits);
      this.state.group = found < 0 ? this.groups.findIndex((group) => group.operation === this.wanted.operation) : found;
      all(".group", this.article).forEach((group) => (group.hidden = +group.dataset.group !== this.state.group + 1));
      this.show({});
      drawings.forEach((drawing) => drawing.redraw());
    }
    show(change) {
      Object.assign(this.state, change);
      const table = this.tables[this.state.group];
      const shown = table.show(this.state);
      if (table.sorted !== null) table.sort(table.sorted, table.falls);
      one("[role=status]", this.article).textContent = `${shown} of ${table.rows.length} endpoints`;
    }
    async copy(button) {
      const text = this.tables[this.state.group].markdown();
      const before = button.textContent;
      try {
        await navigator.clipboard.writeText(text);
      } catch {
        const area = make("textarea", { value: text });
        document.body.append(area);
        area.select();
        document.execCommand("copy");
        area.remove();
      }
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = before), 1500);
    }
  }

  // Files are kept compressed; a link gives what is in them.
  document.addEventListener("click", async (event) => {
    const link = event.target.closest && event.target.closest("a[data-name]");
    if (!link || !event.isTrusted || link.dataset.plain || !("DecompressionStream" in window)) return;
    event.preventDefault();
    const bytes = Uint8Array.from(atob(link.href.split(",")[1]), (character) => character.charCodeAt(0));
    const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const blob = new Blob([await new Response(plain).arrayBuffer()], { type: link.dataset.media });
    const address = URL.createObjectURL(blob);
    make("a", { href: address, download: link.dataset.name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  });

  const tabs = one(".tabs");
  const pages = all(".run");
  const open = (chosen) => {
    pages.forEach((page) => (page.hidden = page !== chosen));
    all("[role=tab]").forEach((tab) => {
      const isChosen = tab.getAttribute("aria-controls") === chosen.id;
      tab.setAttribute("aria-selected", isChosen);
      tab.tabIndex = isChosen ? 0 : -1;
    });
    drawings.forEach((drawing) => drawing.redraw());
  };
  data.runs.forEach((run, at) => new Run(pages[at], run));
  if (tabs) {
    tabs.hidden = false;
    pages.forEach((page) => page.setAttribute("role", "tabpanel"));
    tabs.onclick = (event) => event.target.role === "tab" && open(one(`#${event.target.getAttribute("aria-controls")}`));
    tabs.onkeydown = (event) => {
      const list = all("[role=tab]");
      const next = list[list.indexOf(event.target) + ({ ArrowRight: 1, ArrowLeft: -1 }[event.key] || 0)];
      if (next && next !== event.target) {
        next.focus();
        next.click();
      }
    };
    open(pages[0]);
  }
  nameTheme();
})();
