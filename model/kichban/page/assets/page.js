"use strict";
// One page, one state: what was chosen, what the last run said. Everything drawn follows from it.
const state = { lang: "vi", scenario: "", moved: {}, view: "current", answer: null, given: null };
let book = null;
let busy = false;
let waiting = false;

const at = (id) => document.getElementById(id);
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
const say = (key, values = {}) => fill(book.texts[state.lang][key] ?? key, values);
const locale = () => (state.lang === "vi" ? "vi-VN" : "en-GB");
const number = (value, decimals = 0) =>
  value.toLocaleString(locale(), { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
    .replace("-", "\u2212");
// A forecast has three significant digits, as in the printed report.
const significant = (value) => {
  if (!value) return "0";
  const decimals = 2 - Math.floor(Math.log10(Math.abs(value)));
  const scale = 10 ** decimals;
  return number(Math.round(value * scale) / scale, Math.max(decimals, 0));
};

function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(key, "");
    else if (value !== false && value != null) node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
}

function shape(name, attributes = {}, text = null) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== null) node.textContent = text;
  return node;
}

// --- controls -------------------------------------------------------------------------------

const scenario = () => book.scenarios.find((s) => s.name === state.scenario);

function printed(lever, value) {
  const shown = number(lever.percent ? 100 * value : value, lever.decimals);
  const unit = lever.unit[state.lang];
  if (lever.percent) return shown + (unit.startsWith("%") ? unit : "%");
  return lever.ratio ? `${shown}\u00d7` : `${shown} ${unit}`;
}

function leverRow(lever) {
  const id = `lever-${lever.key}`;
  const input = element("input", {
    type: "range", id, min: lever.low, max: lever.high, step: lever.step, "data-key": lever.key,
  });
  const row = element("div", { class: "lever" },
    element("label", { for: id }, element("span"), element("output", { for: id })),
    input, element("small", { class: "was" }));
  input.addEventListener("input", () => { move(lever, Number(input.value)); showLever(row, lever); });
  input.addEventListener("change", run);
  return row;
}

function move(lever, value) {
  const own = scenario().values[lever.key];
  if (Math.abs(value - own) < lever.step / 2) delete state.moved[lever.key];
  else state.moved[lever.key] = Math.min(Math.max(value, lever.low), lever.high);
}

function showLever(row, lever) {
  const own = scenario().values[lever.key];
  const moved = lever.key in state.moved;
  const value = moved ? state.moved[lever.key] : own;
  row.querySelector("label > span").textContent = lever.label[state.lang];
  row.querySelector("output").textContent = printed(lever, value);
  const input = row.querySelector("input");
  input.value = value;
  input.setAttribute("aria-valuetext", printed(lever, value));
  row.classList.toggle("moved", moved);
  row.querySelector(".was").textContent = moved ? say("was", { value: printed(lever, own) })
    : scenario().varies.includes(lever.key) ? say("varies") : "";
  at("reset").disabled = Object.keys(state.moved).length === 0;
}

function buildControls() {
  const select = at("scenario");
  for (const s of book.scenarios) select.append(element("option", { value: s.name }));
  select.addEventListener("change", () => {
    state.scenario = select.value;
    state.moved = {};
    showWords();
    run();
  });
  at("controls").addEventListener("submit", (event) => event.preventDefault());
  at("reset").addEventListener("click", () => { state.moved = {}; showWords(); run(); });
  let group = "";
  for (const lever of book.levers) {
    if (!lever.first && lever.group !== group) {
      group = lever.group;
      at("more-levers").append(element("p", { class: "group", "data-text": `group.${group}` }));
    }
    at(lever.first ? "levers" : "more-levers").append(leverRow(lever));
  }
  for (const lang of book.languages) {
    const button = element("button", { type: "button", "data-lang": lang, lang }, lang === "vi" ? "Tiếng Việt" : "English");
    button.addEventListener("click", () => { state.lang = lang; remember(); showWords(); showAnswer(); });
    at("languages").append(button);
  }
  for (const view of ["current", "constant_2010"]) {
    const input = element("input", { type: "radio", name: "view", value: view });
    input.addEventListener("change", () => { state.view = view; remember(); showWords(); showAnswer(); });
    at("views").append(element("label", {}, input, element("span", { "data-text": `basis.${view}` })));
  }
}

function remember() {
  const moved = Object.entries(state.moved).map(([key, value]) => `${key}=${value}`);
  history.replaceState(null, "", `#${[state.lang, state.view, state.scenario, ...moved].join(",")}`);
}

function showWords() {
  document.documentElement.lang = state.lang;
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = say(node.dataset.text);
  at("heading").textContent = `${say("heading")} · ${book.region[state.lang] ?? ""}`;
  const [year, month, day] = book.as_of.split("-");
  at("as-of").textContent = say("as_of", { date: `${day}/${month}/${year}` });
  at("languages").setAttribute("aria-label", say("language"));
  at("views").setAttribute("aria-label", say("view"));
  for (const button of at("languages").children) button.setAttribute("aria-pressed", String(button.dataset.lang === state.lang));
  for (const input of at("views").querySelectorAll("input")) input.checked = input.value === state.view;
  for (const option of at("scenario").options) {
    option.textContent = book.scenarios.find((s) => s.name === option.value).label[state.lang];
  }
  at("scenario").value = state.scenario;
  at("story").textContent = scenario().story[state.lang];
  for (const row of document.querySelectorAll(".lever")) {
    const key = row.querySelector("input").dataset.key;
    showLever(row, book.levers.find((l) => l.key === key));
  }
  for (const kind of ["kcn", "ccn"]) at(`name-${kind}`).textContent = say(`kind.${kind}`);
}

// --- asking ---------------------------------------------------------------------------------

async function ask(levers) {
  const reply = await fetch("/run", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ scenario: state.scenario, levers }),
  });
  const document_ = await reply.json();
  if (!reply.ok) throw new Error(document_.faults.map((f) => f.message[state.lang]).join("; ") || String(reply.status));
  return document_;
}

// One question at a time: while one is under way, only the newest wish is kept.
async function run() {
  if (busy) { waiting = true; return; }
  busy = true;
  const main = document.querySelector("main");
  main.setAttribute("aria-busy", "true");
  at("state").textContent = say("working");
  remember();
  try {
    do {
      waiting = false;
      const levers = { ...state.moved };
      if (state.given?.scenario !== state.scenario) state.given = await ask({});
      state.answer = Object.keys(levers).length ? await ask(levers) : state.given;
    } while (waiting);
    at("state").textContent = "";
    showAnswer();
  } catch (error) {
    const reason = error instanceof TypeError ? say("gone") : error.message;
    at("state").textContent = say("failed", { reason });
  } finally {
    busy = false;
    main.setAttribute("aria-busy", "false");
  }
}

// --- charts ---------------------------------------------------------------------------------

function ticks(top, count = 5) {
  const rough = top / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= rough);
  const found = [];
  for (let value = 0; value < top + step * 0.999; value += step) found.push(value);
  return found;
}

function frame(width, height, first, last, top, right, describe) {
  const marks = ticks(top);
  const box = { left: 58, right: width - right, top: 24, bottom: height - 26 };
  const ceiling = marks[marks.length - 1];
  const x = (year) => box.left + (year - first) / Math.max(last - first, 1) * (box.right - box.left);
  const y = (value) => box.bottom - value / ceiling * (box.bottom - box.top);
  const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": describe });
  const decimals = marks[1] < 1 ? 1 : 0;
  return { svg, box, x, y, drawGrid() {
    for (const mark of marks) {
      svg.append(shape("line", { class: mark ? "grid" : "axis", x1: box.left, x2: box.right, y1: y(mark), y2: y(mark) }));
      svg.append(shape("text", { class: "quiet-text", x: box.left - 8, y: y(mark) + 4, "text-anchor": "end" }, number(mark, decimals)));
    }
    const every = last - first > 9 ? 5 : last - first > 5 ? 2 : 1;
    for (let year = first; year <= last; year += 1) {
      if ((last - year) % every === 0) {
        svg.append(shape("text", { class: "quiet-text", x: x(year), y: box.bottom + 18, "text-anchor": "middle" }, String(year)));
      }
    }
  } };
}

const line = (points, x, y) => points.map((p, i) => `${i ? "L" : "M"}${x(p.year).toFixed(1)},${y(p.value).toFixed(1)}`).join("");

function band(fan, low, high, x, y) {
  const up = fan.map((f) => ({ year: f.year, value: f[high] }));
  const down = fan.map((f) => ({ year: f.year, value: f[low] })).reverse();
  return `${line(up, x, y)}L${line(down, x, y).slice(1)}Z`;
}

// Labels at line ends keep a distance from each other; a hair line leads back to the line.
function ends(svg, labels, x, top, bottom) {
  const gap = 17;
  const sorted = [...labels].sort((a, b) => a.y - b.y);
  let floor = top;
  for (const label of sorted) { label.at = Math.max(label.y, floor); floor = label.at + gap * (label.lines ?? 1); }
  let ceiling = bottom;
  for (const label of sorted.reverse()) {
    label.at = Math.min(label.at, ceiling - gap * ((label.lines ?? 1) - 1));
    ceiling = label.at - gap;
  }
  for (const label of labels) {
    if (Math.abs(label.at - label.y) > 3) {
      svg.append(shape("path", { class: "lead", d: `M${label.from ?? x - 12},${label.y}L${x - 3},${label.at}` }));
    }
    label.text.forEach((text, i) => {
      svg.append(shape("text", { class: i ? label.rest ?? label.class : label.class, x, y: label.at + 4 + gap * i }, text));
    });
  }
}

function diamond(svg, x, y, size = 6.5) {
  svg.append(shape("path", { class: "diamond", d: `M${x},${y - size}l${size},${size}l${-size},${size}l${-size},${-size}Z` }));
}

const thousands = (points) => points.map((p) => Object.fromEntries(Object.entries(p).map(([k, v]) => [k, k === "year" || typeof v !== "number" ? v : v / 1000])));

function drawFan() {
  const output = state.answer.output[state.view];
  at("fan").replaceChildren();
  at("figures").replaceChildren();
  if (!output) return;
  const past = thousands(output.history);
  const fan = thousands(output.fan);
  const targets = thousands(output.targets);
  const given = thousands(state.given.output[state.view]?.fan ?? []);
  const changed = state.answer !== state.given;
  const first = (past[0] ?? fan[0]).year;
  const last = fan[fan.length - 1].year;
  const join = past.length ? past[past.length - 1] : null;
  const opened = join ? [{ year: join.year, p10: join.value, p25: join.value, p50: join.value, p75: join.value, p90: join.value }, ...fan] : fan;
  const top = Math.max(...fan.map((f) => f.p90), ...targets.map((t) => t.value), ...past.map((p) => p.value));
  const { svg, box, x, y, drawGrid } = frame(920, 400, first, last, top, targets.some((t) => t.year === last) ? 240 : 170, at("title").textContent);
  const now = join ? join.year : fan[0].year;
  svg.append(shape("rect", { class: "future", x: x(now), y: box.top - 20, width: box.right - x(now), height: box.bottom - box.top + 20 }));
  drawGrid();
  svg.append(shape("path", { class: "outer", d: band(opened, "p10", "p90", x, y) }));
  svg.append(shape("path", { class: "inner", d: band(opened, "p25", "p75", x, y) }));
  svg.append(shape("line", { class: "divide", x1: x(now), x2: x(now), y1: box.top - 20, y2: box.bottom }));
  if (past.length > 1) svg.append(shape("text", { class: "quiet-text", x: x(now) - 6, y: box.top - 8, "text-anchor": "end" }, say("actual")));
  svg.append(shape("text", { class: "quiet-text", x: x(now) + 6, y: box.top - 8 }, say("forecast")));
  if (past.length) svg.append(shape("path", { class: "history", d: line(past, x, y) }));
  const labels = [];
  if (changed && given.length) {
    const reference = (join ? [join] : []).concat(given.map((f) => ({ year: f.year, value: f.p50 })));
    svg.append(shape("path", { class: "given", d: line(reference, x, y) }));
    const end = given[given.length - 1];
    const differs = Math.abs(end.p50 - fan[fan.length - 1].p50) > 0.001 * end.p50;
    if (differs) labels.push({ y: y(end.p50), class: "given-text", text: [`${significant(end.p50)} ${say("unchanged")}`] });
  }
  svg.append(shape("path", { class: "middle", d: line(opened.map((f) => ({ year: f.year, value: f.p50 })), x, y) }));
  for (const p of past) svg.append(shape("circle", { class: p.origin === "observed" ? "dot" : "dot open", cx: x(p.year), cy: y(p.value), r: 3.2 }));
  const end = fan[fan.length - 1];
  labels.push({ y: y(end.p50), class: "middle-text", text: [`${significant(end.p50)} ${say("median", { year: last })}`] });
  const aim = targets.reduce((a, b) => (a && a.year > b.year ? a : b), null);
  for (const t of targets) {
    diamond(svg, x(t.year), y(t.value));
    const gap = t.gap;
    const told = t === aim && Math.abs(gap) > 0.0005 * t.value;
    const words = say(gap > 0 ? "gap_short" : "gap_over", {
      amount: significant(Math.abs(gap)),
      share: `${number(-100 * gap / t.value, 1).replace(/^(?=\d)/, "+")}%`,
    });
    const named = `${significant(t.value)} ${say("target", { year: t.year })}`;
    if (t.year === last) {
      const side = box.right + 9;
      if (told) svg.append(shape("path", { class: "bracket", d: `M${side - 4},${y(t.value)}h4V${y(t.p50)}h-4` }));
      labels.push({ y: y(t.value), class: "target-text", rest: "plain-target", text: told ? [named, words] : [named], lines: told ? 2 : 1, from: box.right + 9 });
    } else {
      // inside the chart the words stand to the left, over the past, where nothing is drawn
      const left = past.length > 3;
      const lift = y(t.value) - (left ? 30 : 46);
      const place = { class: "target-text", x: left ? x(now) - 8 : x(t.year), "text-anchor": left ? "end" : "middle" };
      svg.append(shape("text", { ...place, y: lift }, named));
      if (told) svg.append(shape("text", { ...place, class: "plain-target", y: lift + 17 }, words));
      svg.append(shape("path", { class: "lead", d: `M${x(t.year) - 5},${y(t.value) - 5}L${left ? x(now) - 5 : x(t.year)},${lift + (left ? 14 : 6)}` }));
    }
  }
  ends(svg, labels, box.right + 22, box.top, box.bottom);
  at("fan").append(svg);
  const basis = say(`basis.${state.view}`);
  at("subtitle").textContent = say("chart_output", { basis, first, last });
  at("note").textContent = say("note", { draws: number(book.draws) }) + (state.view === "constant_2010" ? ` ${say("bridge_note")}` : "");
  const rows = [...past.map((p) => [p.year, p.value, null, null]), ...fan.map((f) => [f.year, f.p50, f.p10, f.p90])];
  at("figures").append(table(
    [["year"], [null, "P50"], [null, "P10"], [null, "P90"]],
    rows.map((r) => r.map((v, i) => (v === null ? "–" : i ? number(v, 1) : String(v)))), [1, 2, 3]));
}

function drawLand(kind) {
  const land = state.answer.land[kind];
  const place = at(`land-${kind}`);
  place.replaceChildren();
  at(`full-${kind}`).textContent = "";
  const fan = land.leased;
  if (!fan.length) return;
  const first = fan[0].year;
  const last = fan[fan.length - 1].year;
  const top = Math.max(...land.area.map((f) => f.p90), ...land.targets.map((t) => t.value));
  const { svg, box, x, y, drawGrid } = frame(460, 290, first, last, top, 172, say(`kind.${kind}`));
  drawGrid();
  const labels = [];
  for (const name of ["area", "leased"]) svg.append(shape("path", { class: "outer", d: band(land[name], "p10", "p90", x, y) }));
  const given = state.answer === state.given ? null : state.given.land[kind];
  for (const name of ["area", "serviced", "leased"]) {
    if (given) svg.append(shape("path", { class: "given", d: line(given[name].map((f) => ({ year: f.year, value: f.p50 })), x, y) }));
    const points = land[name].map((f) => ({ year: f.year, value: f.p50 }));
    svg.append(shape("path", { class: `line-${name}`, d: line(points, x, y) }));
    labels.push({ y: y(points[points.length - 1].value), class: "", text: [`${significant(points[points.length - 1].value)} ${say(`line.${name}`)}`] });
  }
  for (const t of land.targets.filter((one) => one.year === last)) {
    diamond(svg, x(t.year), y(t.value), 5.5);
    labels.push({ y: y(t.value), class: "target-text", text: [`${number(t.value)} ${say("target", { year: t.year })}`] });
  }
  ends(svg, labels, box.right + 14, box.top, box.bottom);
  place.append(svg);
  const full = land.occupancy[land.occupancy.length - 1];
  if (full) {
    const share = (v) => `${number(v, 1)}%`;
    at(`full-${kind}`).textContent = say("occupancy", { year: full.year, value: share(full.p50), low: share(full.p10), high: share(full.p90) });
  }
}

// --- tables ---------------------------------------------------------------------------------

function table(columns, rows, numeric, classes = {}) {
  const side = (i) => (numeric.includes(i) ? "number" : null);
  const head = element("tr", {}, ...columns.map(([key, text], i) => element("th", { scope: "col", class: side(i) }, text ?? say(key))));
  const body = rows.map((cells, r) => element("tr", {}, ...cells.map((cell, i) =>
    element("td", { class: classes[r]?.[i] ?? side(i) }, cell))));
  return element("table", {}, element("thead", {}, head), element("tbody", {}, ...body));
}

function word(target) {
  const p = target.probability;
  if (p === null) return null;
  return p >= 0.8 ? "likely" : p >= 0.5 ? "possible" : p >= 0.2 ? "hard" : "unlikely";
}

function showTargets() {
  const shown = state.answer.targets.filter((t) => t.probability !== null || t.remark === "by_construction");
  const rest = state.answer.targets.filter((t) => !shown.includes(t));
  const names = ["name", "period", "value", "forecast", "probability", "outlook"];
  const rows = shown.map((t) => names.map((n) => t[state.lang][n]));
  const classes = Object.fromEntries(shown.map((t, r) => [r, { 1: "period", 5: `outlook-cell ${word(t) ?? ""}` }]));
  at("targets").replaceChildren(table(names.map((n) => [`column.${n}`]), rows, [2, 3, 4], classes));
  const few = ["name", "period", "value", "outlook", "document"];
  at("unanswered").replaceChildren(table(few.map((n) => [`column.${n}`]), rest.map((t) => few.map((n) => t[state.lang][n])), [2]));
}

// Land in one sentence: what is leased in the last year, and what moving the levers changed.
function landResult() {
  const values = {};
  for (const kind of ["kcn", "ccn"]) {
    const now = state.answer.land[kind].leased.at(-1);
    if (!now) return "";
    values.year = now.year;
    const change = now.p50 - state.given.land[kind].leased.at(-1).p50;
    const words = Math.abs(change) < 0.5 ? "" : ` (${change > 0 ? "+" : ""}${significant(change)} ha)`;
    values[kind] = `${significant(now.p50)} ha${state.answer === state.given ? "" : words}`;
  }
  return say("land_result", values);
}

function showAnswer() {
  if (!state.answer) return;
  const output = state.answer.output[state.view];
  at("title").textContent = output ? output.title[state.lang] : "";
  at("outlook").textContent = output ? output.outlook[state.lang] : "";
  at("land-result").textContent = landResult();
  document.title = at("title").textContent || "kichban";
  drawFan();
  drawLand("kcn");
  drawLand("ccn");
  showTargets();
}

async function start() {
  book = await (await fetch("/catalogue.json")).json();
  const [lang, view, name, ...moved] = decodeURIComponent(location.hash.slice(1)).split(",");
  state.lang = book.languages.includes(lang) ? lang : book.languages[0];
  if (["current", "constant_2010"].includes(view)) state.view = view;
  state.scenario = book.scenarios.some((s) => s.name === name) ? name : book.scenarios[0].name;
  for (const [key, value] of moved.map((text) => text.split("="))) {
    const lever = book.levers.find((one) => one.key === key);
    if (lever && value && Number.isFinite(Number(value))) move(lever, Number(value));
  }
  buildControls();
  showWords();
  await run();
}

start();
