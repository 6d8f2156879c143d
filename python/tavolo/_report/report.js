"use strict";
// Charts, tables and the chronicle of a report. No library: a scale, an axis, and shapes in SVG.

const data = JSON.parse(document.getElementById("data").textContent);
const BLUE = "#0072B2", ORANGE = "#E69F00", RED = "#D55E00", INK = "#222", GREY = "#777";
const byId = (id) => document.getElementById(id);

// ------------------------------------------------------------------------------------- numbers

function format(value, unit, signed = false) {
  if (value === null || !Number.isFinite(value)) return "–";
  const size = Math.abs(value), sign = value < 0 ? "−" : signed && value > 0 ? "+" : "";
  const fixed = (x, digits) =>
    x.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  if (unit === "0..1") return `${sign}${fixed(100 * size, 1)} %`;
  if (unit.startsWith("EUR")) {
    const rest = unit.slice(3);
    if (size >= 1e9) return `${sign}${fixed(size / 1e9, 2)} bn €${rest}`;
    if (size >= 1e6) return `${sign}${fixed(size / 1e6, size >= 1e7 ? 0 : 1)} M€${rest}`;
    return `${sign}${fixed(size, 0)} €${rest}`;
  }
  const whole = size >= 100 || ["vehicles", "jobs", "days"].includes(unit);
  return sign + fixed(size, whole ? 0 : 2) + (unit === "vehicles" ? "" : ` ${unit}`);
}

function tick(value, unit) {
  if (unit === "0..1") return `${+(100 * value).toFixed(1)} %`;
  const size = Math.abs(value), sign = value < 0 ? "−" : "";
  for (const [of, word] of [[1e9, " bn"], [1e6, "M"], [1e3, "k"]])
    if (size >= of) return `${sign}${+(size / of).toFixed(2)}${word}`;
  return `${sign}${+size.toFixed(3)}`;
}

/** About `count` round numbers that cover low..high. */
function ticks(low, high, count) {
  const rough = (high - low) / count || 1, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= rough);
  const list = [];
  for (let t = Math.ceil(low / step - 1e-9) * step; t <= high + 1e-9 * step; t += step)
    list.push(Math.abs(t) < step * 1e-9 ? 0 : t);
  return list;
}

// ---------------------------------------------------------------------------------------- SVG

function shape(parent, name, attributes, text) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  parent.append(node);
  return node;
}

/** An empty chart with axes; x and y turn values into places. */
function frame(host, { width, height, x: [x0, x1], y: [y0, y1], unitX, unitY, nameX, nameY, label }) {
  host.replaceChildren();
  const left = 58, right = 14, top = nameY ? 24 : 12, bottom = nameX ? 40 : 24;
  const svg = shape(host, "svg", { class: "chart", viewBox: `0 0 ${width} ${height}`, role: "img",
    "aria-label": label });
  const x = (v) => left + ((v - x0) / (x1 - x0)) * (width - left - right);
  const y = (v) => height - bottom - ((v - y0) / (y1 - y0)) * (height - top - bottom);
  for (const t of ticks(y0, y1, height / 55)) {
    shape(svg, "line", { class: "grid", x1: left, x2: width - right, y1: y(t), y2: y(t) });
    shape(svg, "text", { x: left - 6, y: y(t) + 4, "text-anchor": "end" }, tick(t, unitY));
  }
  const years = unitX === "year";
  for (const t of ticks(x0, x1, width / (years ? 60 : 90))) {
    if (years && !Number.isInteger(t)) continue;
    shape(svg, "text", { x: x(t), y: height - bottom + 16, "text-anchor": "middle" },
      years ? t : tick(t, unitX));
  }
  shape(svg, "line", { class: "axis", x1: left, x2: width - right, y1: y(y0), y2: y(y0) });
  if (nameX) shape(svg, "text", { x: (left + width - right) / 2, y: height - 6, "text-anchor": "middle" }, nameX);
  if (nameY) shape(svg, "text", { x: 0, y: 9, fill: GREY }, nameY);
  return { svg, x, y, left, right, top, bottom, width, height };
}

const path = (points) => points.map(([a, b], i) => `${i ? "L" : "M"}${a.toFixed(1)} ${b.toFixed(1)}`).join("");

function band(f, years, low, high, colour, opacity) {
  const there = years.map((t, i) => [f.x(t), f.y(low[i])]);
  const back = years.map((t, i) => [f.x(t), f.y(high[i])]).reverse();
  shape(f.svg, "path", { d: path([...there, ...back]) + "Z", fill: colour, "fill-opacity": opacity });
}

function tip(event, text) {
  const box = byId("tip");
  if (!text) return void (box.style.display = "none");
  box.textContent = text;
  box.style.display = "block";
  const across = Math.min(event.pageX + 14, document.documentElement.clientWidth - box.offsetWidth - 8);
  box.style.left = `${across}px`;
  box.style.top = `${event.pageY + 14}px`;
}

/** Median and bands of one policy, the baseline's median, published figures and targets. */
function fanChart(host, { indicator, unit, policy, history, targets, width, height, name }) {
  const rows = data.fans[indicator][policy], base = data.fans[indicator][data.baseline];
  const years = data.years, column = (of, i) => of.map((row) => row[i]);
  const past = history || { years: [], values: [] };
  const all = [...rows.flat(), ...column(base, 2), ...past.values, ...(targets || [])];
  let low = Math.min(...all), high = Math.max(...all);
  if (low > 0 && low < 0.75 * high) low = 0;
  if (low === high) high = low + 1;
  if (targets && targets.length) high *= 1.04;
  const f = frame(host, { width, height, x: [Math.min(years[0], ...past.years), years.at(-1)],
    y: [low, high], unitX: "year", unitY: unit, nameY: name,
    label: `${name}: ${data.names[policy]}, median and bands` });
  band(f, years, column(rows, 0), column(rows, 4), BLUE, 0.16);
  band(f, years, column(rows, 1), column(rows, 3), BLUE, 0.32);
  for (const target of targets || []) {
    shape(f.svg, "line", { x1: f.left, x2: width - f.right, y1: f.y(target), y2: f.y(target),
      stroke: RED, "stroke-dasharray": "6 3" });
    shape(f.svg, "text", { x: width - f.right, y: f.y(target) - 3, "text-anchor": "end",
      style: `fill:${RED}` }, target >= 1e6 ? `${(target / 1e6).toFixed(1)} million` : target.toLocaleString("en"));
  }
  if (policy !== data.baseline)
    shape(f.svg, "path", { d: path(years.map((t, i) => [f.x(t), f.y(base[i][2])])), fill: "none",
      stroke: ORANGE, "stroke-width": 2, "stroke-dasharray": "5 3", class: "baseline" });
  shape(f.svg, "path", { d: path(years.map((t, i) => [f.x(t), f.y(rows[i][2])])), fill: "none",
    stroke: BLUE, "stroke-width": 2.2, class: "median" });
  if (past.years.length) {
    const points = past.years.map((t, i) => [f.x(t), f.y(past.values[i])]);
    shape(f.svg, "path", { d: path(points), fill: "none", stroke: INK, "stroke-width": 1.5 });
    for (const [cx, cy] of points) shape(f.svg, "circle", { cx, cy, r: 2.6, fill: INK });
    shape(f.svg, "path", { d: path([points.at(-1), [f.x(years[0]), f.y(rows[0][2])]]),
      stroke: GREY, "stroke-dasharray": "2 3" });
  }
  const line = shape(f.svg, "line", { y1: f.top, y2: height - f.bottom, stroke: GREY, visibility: "hidden" });
  f.svg.addEventListener("mousemove", (event) => {
    const scale = width / f.svg.getBoundingClientRect().width;
    const at = (event.clientX - f.svg.getBoundingClientRect().left) * scale;
    const i = years.reduce((best, t, k) => Math.abs(f.x(t) - at) < Math.abs(f.x(years[best]) - at) ? k : best, 0);
    line.setAttribute("x1", f.x(years[i]));
    line.setAttribute("x2", f.x(years[i]));
    line.setAttribute("visibility", "visible");
    const say = (v) => format(v, unit), r = rows[i];
    tip(event, `${years[i]}, ${data.names[policy]}\nmedian ${say(r[2])}\nhalf of the runs ${say(r[1])} to ${say(r[3])}` +
      `\n90 % ${say(r[0])} to ${say(r[4])}` +
      (policy === data.baseline ? "" : `\n${data.names[data.baseline]} ${say(base[i][2])}`));
  });
  f.svg.addEventListener("mouseleave", (event) => {
    line.setAttribute("visibility", "hidden");
    tip(event, "");
  });
}

// ------------------------------------------------------------------------- what is interactive

function fill(select, pairs, chosen) {
  for (const [value, text] of pairs) select.add(new Option(text, value, false, value === chosen));
}
const policyPairs = data.policies.map((p) => [p, data.names[p]]);

function output() {
  const what = byId("fan-indicator"), who = byId("fan-policy");
  if (!what) return;
  fill(what, Object.entries(data.indicators).map(([id, i]) => [id, i.label]));
  fill(who, policyPairs, data.favourite);
  const draw = () => {
    const id = what.value, is = data.indicators[id];
    const output = id === "vehicles";
    fanChart(byId("fan"), { indicator: id, unit: is.unit, policy: who.value, width: 900, height: 330,
      name: `${is.label} [${is.unit}], ${data.names[who.value]}`, history: output ? data.history : null,
      targets: output ? data.targets : null });
  };
  what.onchange = who.onchange = draw;
  draw();
}

function plants() {
  const who = byId("plants-policy");
  if (!who) return;
  fill(who, policyPairs, data.favourite);
  const draw = () => {
    const host = byId("plants-charts");
    host.replaceChildren();
    for (const plant of data.plants) {
      const figure = host.appendChild(document.createElement("figure"));
      fanChart(figure, { indicator: `output_${plant.id}`, unit: "vehicles", policy: who.value,
        width: 400, height: 190, name: plant.name, history: plant.history });
    }
  };
  who.onchange = draw;
  draw();
}

function tradeOffs() {
  const across = byId("trade-x"), up = byId("trade-y");
  if (!across) return;
  const pairs = data.objectives.map((o, i) => [String(i), o.label]);
  const start = (id, other) => String(Math.max(0, data.objectives.findIndex((o) => o.id === id)) || other);
  fill(across, pairs, start(data.trade[0], 0));
  fill(up, pairs, start(data.trade[1], 0));
  const draw = () => {
    const a = data.objectives[across.value], b = data.objectives[up.value];
    const range = (o) => {
      const values = data.policies.flatMap((p) => [o.rows[p].low, o.rows[p].high, o.rows[p].value, 0]);
      const numbers = values.filter((v) => v !== null), low = Math.min(...numbers), high = Math.max(...numbers);
      const room = 0.12 * (high - low || 1);
      return [low - room, high + room];
    };
    const f = frame(byId("trade"), { width: 760, height: 420, x: range(a), y: range(b), unitX: a.unit,
      unitY: b.unit, nameX: `${a.label} [${a.unit}], ${a.better === "max" ? "more" : "less"} is better`,
      nameY: `${b.label} [${b.unit}], ${b.better === "max" ? "more" : "less"} is better`,
      label: `${b.label} against ${a.label}` });
    shape(f.svg, "line", { class: "axis", x1: f.x(0), x2: f.x(0), y1: f.top, y2: f.height - f.bottom });
    shape(f.svg, "line", { class: "axis", x1: f.left, x2: f.width - f.right, y1: f.y(0), y2: f.y(0) });
    const gain = (p) => [[a, 1], [b, 1]].map(([o]) => (o.better === "max" ? 1 : -1) * o.rows[p].value);
    const beaten = (p) => data.policies.some((q) => {
      const [g, h] = [gain(q), gain(p)];
      return g[0] >= h[0] && g[1] >= h[1] && (g[0] > h[0] || g[1] > h[1]);
    });
    const taken = [];
    for (const p of [...data.policies].sort((p, q) => b.rows[q].value - b.rows[p].value)) {
      const { value: u, low: u0, high: u1 } = a.rows[p], { value: v, low: v0, high: v1 } = b.rows[p];
      const on = !beaten(p), colour = on ? BLUE : GREY;
      if (u0 !== null) shape(f.svg, "line", { x1: f.x(u0), x2: f.x(u1), y1: f.y(v), y2: f.y(v), stroke: colour, "stroke-opacity": .5 });
      if (v0 !== null) shape(f.svg, "line", { x1: f.x(u), x2: f.x(u), y1: f.y(v0), y2: f.y(v1), stroke: colour, "stroke-opacity": .5 });
      const at = [f.x(u), f.y(v)];
      const dot = on
        ? shape(f.svg, "circle", { cx: at[0], cy: at[1], r: 5.5, fill: colour, class: "point" })
        : shape(f.svg, "rect", { x: at[0] - 4.5, y: at[1] - 4.5, width: 9, height: 9, fill: "#fff", stroke: colour, "stroke-width": 1.6, class: "point" });
      const right = at[0] < 0.68 * f.width, long = 6.2 * data.names[p].length;
      let ty = at[1] + 4;
      const left = right ? at[0] + 9 : at[0] - 9 - long;
      while (taken.some(([x, y, w]) => Math.abs(y - ty) < 12 && left < x + w && x < left + long)) ty += 3;
      taken.push([left, ty, long]);
      shape(f.svg, "text", { x: right ? at[0] + 9 : at[0] - 9, y: ty, "text-anchor": right ? "start" : "end" }, data.names[p]);
      const say = (o) => `${o.label}: ${format(o.rows[p].value, o.unit, true)} (${format(o.rows[p].low, o.unit, true)} to ${format(o.rows[p].high, o.unit, true)})`;
      dot.addEventListener("mousemove", (event) => tip(event, `${data.names[p]}\n${say(a)}\n${say(b)}`));
      dot.addEventListener("mouseleave", (event) => tip(event, ""));
    }
  };
  across.onchange = up.onchange = draw;
  draw();
}

function numbers() {
  const which = byId("numbers-response");
  if (!which) return;
  fill(which, data.responses.map((r) => [r.id, r.label]), data.ranked);
  const table = byId("numbers-table"), body = table.tBodies[0];
  const cell = (row, value, text) => {
    const td = row.insertCell();
    td.textContent = text;
    td.dataset.sort = value === null ? "" : value;
  };
  const draw = () => {
    const r = data.responses.find((one) => one.id === which.value);
    body.replaceChildren();
    for (const point of data.points) {
      const c = point.cells[r.id], row = body.insertRow();
      cell(row, point.name, point.name);
      for (const [key, signed] of [["value"], ["low"], ["high"], ["difference", 1], ["difference_low", 1], ["difference_high", 1]])
        cell(row, c[key], format(c[key], r.unit, Boolean(signed)));
      cell(row, c.n, String(c.n));
    }
    table.querySelectorAll("th").forEach((th) => th.removeAttribute("aria-sort"));
  };
  which.onchange = draw;
  draw();
}

/** A click on a header sorts: numbers by data-sort, else by text; what is missing stays last. */
function sortable(table) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((th, column) => {
    th.querySelector("button").addEventListener("click", () => {
      const up = th.getAttribute("aria-sort") === "descending" || (!th.hasAttribute("aria-sort") && column === 0);
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      th.setAttribute("aria-sort", up ? "ascending" : "descending");
      const key = (row) => row.cells[column].dataset.sort ?? row.cells[column].textContent;
      const rows = [...table.tBodies[0].rows];
      rows.sort((a, b) => {
        const [k, l] = [key(a), key(b)];
        if (k === "" || l === "") return (k === "") - (l === "");
        const order = isNaN(k) || isNaN(l) ? k.localeCompare(l) : k - l;
        return up ? order : -order;
      });
      table.tBodies[0].append(...rows);
    });
  });
}

function chronicle() {
  const who = byId("event-run");
  if (!who) return;
  const { runs, kinds, rows } = data.events, off = new Set(), most = 400;
  fill(who, [["", "all runs"], ...runs.map((name, i) => [String(i), name])],
    String(Math.max(0, data.events.shown)));
  const chips = byId("event-kinds"), text = byId("event-text"), body = byId("events").querySelector("tbody");
  let limit = most;
  kinds.forEach((kind, k) => {
    const chip = chips.appendChild(document.createElement("button"));
    chip.type = "button";
    chip.className = "chip";
    chip.dataset.kind = kind;
    chip.setAttribute("aria-pressed", "true");
    chip.onclick = () => {
      off.has(k) ? off.delete(k) : off.add(k);
      chip.setAttribute("aria-pressed", String(!off.has(k)));
      limit = most;
      draw();
    };
  });
  byId("event-none").onclick = () => {
    const all = off.size === kinds.length;
    kinds.forEach((_, k) => (all ? off.delete(k) : off.add(k)));
    chips.querySelectorAll("button").forEach((chip) => chip.setAttribute("aria-pressed", String(all)));
    draw();
  };
  const draw = () => {
    const run = who.value, word = text.value.trim().toLowerCase();
    const found = rows.filter((r) => (run === "" || r[0] === +run) && (!word || r[3].toLowerCase().includes(word)));
    const counts = kinds.map(() => 0);
    for (const r of found) counts[r[2]] += 1;
    chips.querySelectorAll("button").forEach((chip, k) => (chip.textContent = `${kinds[k]} ${counts[k]}`));
    const shown = found.filter((r) => !off.has(r[2]));
    body.replaceChildren();
    for (const r of shown.slice(0, limit)) {
      const row = body.insertRow();
      row.insertCell().textContent = r[1];
      row.insertCell().textContent = kinds[r[2]];
      row.insertCell().textContent = run === "" ? runs[r[0]] : "";
      row.insertCell().textContent = r[3];
    }
    byId("event-count").textContent = `${shown.length.toLocaleString("en")} events` +
      (shown.length > limit ? `, the first ${limit} shown` : "");
    byId("event-more").hidden = shown.length <= limit;
  };
  byId("event-more").onclick = () => {
    limit += 5 * most;
    draw();
  };
  who.onchange = text.oninput = () => {
    limit = most;
    draw();
  };
  draw();
}

document.body.append(Object.assign(document.createElement("div"), { id: "tip" }));
byId("print").onclick = () => window.print();
output();
tradeOffs();
plants();
numbers();
chronicle();
document.querySelectorAll("table.sortable").forEach(sortable);
document.documentElement.dataset.ready = "true";
