// The live page: one state a second over server-sent events, drawn with the DOM and a little SVG. No library, no build step.
const ALL = "0000000000000000";
const PAPER_BYTES = 12800;
const $ = (id) => document.getElementById(id);

const MOST_ROWS = 8;
const SILENCE_MS = 10000;

/** Wished is what was chosen; bundle and window are that as far as the state has it, so that a choice outlives a restart of the server. */
const view = {
  state: null, history: {}, wished: { bundle: ALL, window: "PT5M" }, bundle: ALL, window: null, cursor: null,
  events: null, triedAt: 0, heardAt: 0, said: { of: "", value: 0, at: 0 }, alerts: "", warned: new Map(),
};

// ---------- small tools

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "style") Object.assign(element.style, value);
    else if (value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

function draw(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const count = (n) => whole.format(n);
const percent = (share, digits = 1) => (100 * share).toFixed(digits) + " %";
const roughly = (share) => percent(share, share < 0.01 ? 1 : 0);
const known = (value) => value !== null && value !== undefined;

function points(share) {
  const text = Math.abs(100 * share).toFixed(1);
  return (text === "0.0" ? "" : share > 0 ? "+" : "−") + text;
}

function duration(ms) {
  const sign = ms < 0 ? "−" : "";
  const abs = Math.abs(ms);
  if (abs < 1000) return sign + abs.toFixed(0) + " ms";
  if (abs < 60000) return sign + (abs / 1000).toFixed(1) + " s";
  if (abs < 3600000) return sign + (abs / 60000).toFixed(1) + " min";
  return sign + (abs / 3600000).toFixed(1) + " h";
}

/** Means of a few bytes differ after the point. */
const small = (n) => (n < 100 && !Number.isInteger(n) ? n.toFixed(1) : count(n));

function bytes(n) {
  return n < 10000 ? small(n) + " B" : (n / 1024).toFixed(1) + " KiB";
}

function windowName(name) {
  if (name === "total") return "all";
  if (name.startsWith("last-")) return "last " + name.slice(5);
  const match = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?$/.exec(name);
  return match ? ["h", "min", "s"].map((unit, i) => (match[i + 1] ? match[i + 1] + " " + unit : "")).filter(Boolean).join(" ") : name;
}

function windowInWords(name) {
  if (name === "total") return "over all frames";
  return name.startsWith("last-") ? "over the " + windowName(name) + " labelled frames" : "over the last " + windowName(name);
}

/** Leaves what is there as long as it says the same, so that a selection in it, or a screen reader on it, is not disturbed. */
function fill(box, ...nodes) {
  const same = box.childNodes.length === nodes.length && nodes.every((node, i) => node.isEqualNode(box.childNodes[i]));
  if (!same) box.replaceChildren(...nodes);
}

function bundleName(fingerprint) {
  return view.state.bundles[fingerprint] || "unknown";
}

/** A bundle's own head goes by the bundle's name, a further one by its own and the bundle's. */
function headName(fingerprint) {
  const head = view.state.heads[fingerprint];
  return head ? `${head.name}, head of ${bundleName(head.trunk)}` : bundleName(fingerprint);
}

/** Sets a big figure: text, a small unit, and the number itself for programs that read the page. */
function figure(id, text, unit, value) {
  const element = $(id);
  const old = element.dataset.text;
  const now = text + "|" + unit;
  element.dataset.value = known(value) ? String(value) : "";
  if (old !== now) {
    element.dataset.text = now;
    element.replaceChildren(text, ...(unit ? [make("small", {}, unit)] : []));
  }
}

function note(id, text) {
  if ($(id).textContent !== text) $(id).textContent = text;
}

// ---------- panels

function score() {
  const windows = view.state.accuracy[view.bundle] || {};
  return windows[view.window] || null;
}

function tiles() {
  const state = view.state;
  const s = score();
  const accuracy = s && s.accuracy;
  figure("accuracy", accuracy ? percent(accuracy.value) : "–", "", accuracy && accuracy.value);
  note("accuracy-note", accuracy
    ? `${count(s.correct)} of ${count(s.matched)} labelled, ±${(50 * (accuracy.high - accuracy.low)).toFixed(1)}`
    : "no labels in this window");

  const audit = s && s.audit;
  if (audit && audit.loss) {
    figure("loss", points(-audit.loss.value), "points", audit.loss.value);
    note("loss-note", `${points(-audit.loss.high)} to ${points(-audit.loss.low)}, ${count(audit.labelled)} audited with label`);
  } else if (audit && audit.changed) {
    figure("loss", percent(audit.changed.value), "changed", audit.changed.value);
    note("loss-note", `class changed in ${count(audit.frames)} audited frames`);
  } else {
    figure("loss", "–", "", null);
    note("loss-note", "no audited frames");
  }

  const payload = s && s.payloadBytesMean;
  figure("payload", known(payload) ? small(payload) : "–", known(payload) ? "bytes" : "", payload);
  note("payload-note", known(payload) ? `${payload > 1280 ? (PAPER_BYTES / payload).toFixed(1) : count(PAPER_BYTES / payload)} times smaller than the paper's code` : "no frames in this window");

  const rate = state.framesPerSecond;
  figure("throughput", known(rate) ? (rate < 10 ? rate.toFixed(1) : count(rate)) : "–", known(rate) ? "frames/s" : "", rate);
  note("throughput-note", `${state.batchFill.toFixed(1)} frames in a batch`);

  const latency = state.latency;
  figure("latency", latency ? duration(latency.p50) : "–", latency ? "median" : "", latency && latency.p50);
  note("latency-note", latency ? `99 % within ${duration(latency.p99)}` : "capture to classification");

  figure("coverage", s && known(s.coverage) ? percent(s.coverage) : "–", "", s && s.coverage);
  note("coverage-note", s ? `${count(s.matched)} of ${count(s.classified)} frames` : "no frames in this window");
}

function bars(id, rows, empty) {
  const box = $(id);
  if (rows.length === 0) {
    box.removeAttribute("role");
    fill(box, make("p", { class: "empty" }, empty));
    return;
  }
  box.setAttribute("role", "list");
  const old = [...box.querySelectorAll(".bar")];
  const nodes = rows.map((row, i) => {
    const bar = old[i] || make("div", { class: "bar", role: "listitem" },
      make("span", { class: "name" }), make("div", { class: "track", "aria-hidden": "true" }, make("div", { class: "fill" })), make("span", { class: "figure" }));
    const [name, track, number] = bar.children;
    name.textContent = row.name;
    name.title = row.name;
    track.firstChild.style.width = 100 * Math.min(1, row.share) + "%";
    track.firstChild.className = row.muted ? "fill muted" : "fill";
    number.replaceChildren(row.figure, ...(row.detail ? [make("small", {}, row.detail)] : []));
    for (const [key, value] of Object.entries(row.data || {})) bar.dataset[key] = value;
    return bar;
  });
  if (old.length !== nodes.length || box.firstChild !== nodes[0]) box.replaceChildren(...nodes);
}

function classes() {
  const s = score();
  bars("classes", !s ? [] : s.classes.map((c) => ({
    name: c.name,
    share: c.labelled ? c.correct / c.labelled : 0,
    figure: c.labelled ? percent(c.correct / c.labelled, 0) : "–",
    detail: count(c.labelled),
    data: { name: c.name, labelled: c.labelled, correct: c.correct },
  })), "No bundle has classified a frame yet.");
}

function confusion() {
  const s = score();
  const box = $("confusion");
  if (!s || s.classes.length === 0 || s.matched === 0) {
    fill(box, make("p", { class: "empty" }, "No labelled frames in this window."));
    box.dataset.cells = "";
    return;
  }
  if (s.confusion.length === 0) {
    fill(box, make("p", { class: "empty" }, `${s.classes.length} classes are too many for a matrix.`));
    box.dataset.cells = "";
    return;
  }
  const narrow = box.clientWidth < 420;
  const cells = JSON.stringify([narrow, s.classes.map((c) => c.name), s.confusion]);
  if (box.dataset.cells === cells) return;
  box.dataset.cells = cells;
  const short = s.classes.length <= 6 ? 8 : narrow ? 3 : 4;
  const head = make("tr", {}, make("td", { "aria-hidden": "true", style: { background: "none" } }), ...s.classes.map((c) =>
    make("th", { scope: "col", title: c.name, "aria-label": "predicted " + c.name }, c.name.length > short + 1 ? c.name.slice(0, short) : c.name)));
  const rows = s.confusion.map((row, i) => {
    const sum = row.reduce((a, b) => a + b, 0);
    return make("tr", {}, make("th", { scope: "row", title: s.classes[i].name }, s.classes[i].name), ...row.map((n, j) => {
      const share = sum ? n / sum : 0;
      const strength = Math.min(1, i === j ? 0.17 + 0.83 * share : 0.14 + 2.2 * share);
      return make("td", {
        class: n === 0 ? "zero" : "",
        title: `${s.classes[i].name} predicted as ${s.classes[j].name}: ${count(n)} (${percent(share, 0)})`,
        style: n === 0 ? {} : { background: `color-mix(in srgb, var(${i === j ? "--hit" : "--miss"}) ${(100 * strength).toFixed(1)}%, var(--track))` },
      }, count(n));
    }));
  });
  const least = s.classes.length > 10 ? { minWidth: 80 + 24 * s.classes.length + "px" } : {};
  box.replaceChildren(make("table", { class: "matrix", style: least },
    make("caption", { class: "hidden" }, "Confusion matrix"), make("thead", {}, head), make("tbody", {}, ...rows)));
}

function bytesPanel() {
  const s = score();
  const rows = [];
  const payload = s && s.payloadBytesMean;
  const image = s && s.audit && s.audit.imageBytesMean;
  const largest = Math.max(PAPER_BYTES, image || 0);
  if (image) rows.push({ name: "Image file", share: image / largest, figure: bytes(image), detail: "audited", muted: true, data: { name: "image" } });
  rows.push({ name: "Paper's code", share: PAPER_BYTES / largest, figure: bytes(PAPER_BYTES), detail: "128×5×5 floats", muted: true, data: { name: "paper" } });
  if (known(payload)) {
    const against = image ? ` ${roughly(payload / image)} of the file` : `${percent(payload / PAPER_BYTES, 1)} of it`;
    rows.push({ name: "Payload", share: payload / largest, figure: bytes(payload), detail: against.trim(), data: { name: "payload" } });
  }
  bars("bytes", rows, "");
}

function labels() {
  const s = score();
  const facts = $("labels");
  const all = view.state.accuracy[ALL] && view.state.accuracy[ALL][view.window];
  if (!s || !all) {
    facts.replaceChildren();
    $("coverage-bar").replaceChildren();
    return;
  }
  const waiting = Math.max(0, s.classified - s.matched - s.labelNever);
  const parts = [
    ["matched", s.matched, "var(--main)", "matched"],
    ["waiting", waiting, "var(--mute)", "waiting for a label"],
    ["never", s.labelNever, "var(--other)", "without a label"],
  ];
  $("coverage-bar").setAttribute("aria-label", parts.map(([, n, , words]) => `${count(n)} ${words}`).join(", "));
  $("coverage-bar").replaceChildren(...parts.filter(([, n]) => n > 0).map(([, n, colour]) =>
    make("span", { style: { width: (100 * n) / s.classified + "%", background: colour } })));
  const rows = [
    ...parts.map(([key, n, colour, words]) => [key, words, count(n), colour]),
    known(s.labelDelayMsMean) && s.labelDelayMsMean < 0
      ? ["delay", "mean time before classification", duration(-s.labelDelayMsMean)]
      : ["delay", "mean delay", known(s.labelDelayMsMean) ? duration(s.labelDelayMsMean) : "–"],
    ["corrected", "corrected", count(s.labelCorrected)],
    ["late", "arrived too late", count(s.labelLate)],
    ["pending", "waiting for their frame", count(all.labelPending)],
    ["without", "without a frame", count(all.labelWithoutPrediction)],
  ];
  facts.replaceChildren(...rows.map(([key, words, text, colour]) =>
    make("div", { "data-name": key }, make("dt", {}, colour ? make("i", { style: { background: colour } }) : null, words), make("dd", {}, text))));
}

/** The first column names the rows. */
function table(box, heads, rows, empty, more) {
  if (rows.length === 0) {
    fill(box, make("p", { class: "empty" }, empty));
    return;
  }
  const title = box.closest("section").getAttribute("aria-labelledby");
  const nodes = [make("table", { "aria-labelledby": title },
    make("thead", {}, make("tr", {}, ...heads.map(([text, kind]) => make("th", { scope: "col", class: kind }, text)))),
    make("tbody", {}, ...rows.slice(0, more ? MOST_ROWS : rows.length).map((row) => make("tr", {}, ...row.map((cell, i) =>
      i === 0 ? make("th", { scope: "row" }, ...[cell].flat()) : make("td", { class: heads[i][1] }, ...[cell].flat()))))))];
  if (more && rows.length > MOST_ROWS) nodes.push(make("p", { class: "note more" }, `${count(rows.length - MOST_ROWS)} ${more}`));
  fill(box, ...nodes);
}

/** Shown once there is more than one: how a roll-out goes. */
function bundles() {
  const rows = Object.entries(view.state.accuracy)
    .filter(([name]) => name !== ALL)
    .map(([name, windows]) => ({ name, s: windows[view.window], now: (windows[shortest(view.state)] || {}).classified || 0 }))
    .filter(({ s }) => s)
    .sort((a, b) => Boolean(a.s.trunk) - Boolean(b.s.trunk) || b.now - a.now);
  $("bundles-card").hidden = rows.length < 2;
  if (rows.length < 2) return;
  const all = rows.reduce((sum, row) => sum + (row.s.trunk ? 0 : row.now), 0);
  table($("bundles"), [["Head"], ["Newest frames", "number"], ["Accuracy", "number"], ["Labelled", "number"], ["Class changed", "number"], ["Payload", "number"]],
    rows.map(({ name, s, now }) => [
      [headName(name) + " ", make("code", {}, name)],
      all ? percent(now / all, 0) : "–",
      make("span", { "data-bundle": name, "data-value": s.accuracy ? s.accuracy.value : "" },
        s.accuracy ? `${percent(s.accuracy.value)} ±${(50 * (s.accuracy.high - s.accuracy.low)).toFixed(1)}` : "–"),
      count(s.matched),
      s.audit && s.audit.changed ? percent(s.audit.changed.value) : "–",
      known(s.payloadBytesMean) ? bytes(s.payloadBytesMean) : "–",
    ]), "");
}

function dead() {
  table($("dead"), [["Stage"], ["Reason"], ["Records", "number"]],
    view.state.deadLetters.map((d) => [d.stage, d.reason, count(d.count)]),
    "None. Every record was processed.", "more reasons, with fewer records each");
}

function drift() {
  table($("drift"), [["Sensor"], ["Mean payload", "number"], ["Expected", "number"], ["Change", "number"], ["Standard errors", "number"]],
    view.state.sensors.map((d) => {
      const change = d.meanBytes / d.expectedBytes - 1;
      const text = (change >= 0 ? "+" : "−") + Math.abs(100 * change).toFixed(1) + " %";
      return [d.sensorId, bytes(d.meanBytes), bytes(d.expectedBytes), d.alert ? make("span", { class: "wrong" }, "⚠ " + text) : text,
        known(d.z) ? (d.z < 0 ? "−" : "+") + Math.abs(d.z).toFixed(1) : "–"];
    }),
    "Nothing to compare: drift is measured on entropy-coded payloads of bundles with an expected size.", "more sensors, closer to their expected size");
}

function lines() {
  table($("lines"), [["Sensor"], ["Last frame", "number"], ["Delay", "number"], ["Dropped", "number"], ["Reason"]],
    view.state.lines.map((l) => [l.sensorId, known(l.silentMs) ? duration(l.silentMs) + " ago" : "other instance", known(l.lagMs) ? duration(l.lagMs) : "–",
      l.gapFrames ? make("span", { class: "wrong" }, "⚠ " + count(l.gapFrames)) : "0", l.gapReason || "–"]),
    "No frame has arrived since this instance started.", "more sensors, with a shorter delay");
}

const cards = new Map();

function frames() {
  const list = $("frames");
  const frames = view.state.frames;
  if (frames.length === 0) {
    cards.clear();
    fill(list, make("li", { class: "empty" }, "No frames have arrived yet."));
    return;
  }
  const keep = new Map();
  for (const f of frames) {
    const key = f.sensorId + "\u0000" + f.frameId;
    const card = cards.get(key) || frameCard(f);
    frameTruth(card, f);
    keep.set(key, card);
  }
  cards.clear();
  keep.forEach((card, key) => cards.set(key, card));
  const wanted = [...keep.values()];
  if (wanted.length !== list.children.length || wanted.some((card, i) => list.children[i] !== card)) list.replaceChildren(...wanted);
}

function frameCard(f) {
  return make("li", { class: "frame" }, make("div", { class: "what" },
    make("p", { class: "guess" }, make("span", {}, f.predicted), make("span", {}, percent(f.probability, 0))),
    make("p", { class: "truth" }),
    make("ul", { class: "predictions" }),
    make("p", { class: "id" }, `${f.sensorId} · ${f.frameId} · ${bytes(f.payloadBytes)}`)));
}

function frameTruth(card, f) {
  if (f.thumbnail && !card.querySelector("img")) {
    const image = make("img", { alt: "", src: `/live/thumbnail?sensor=${encodeURIComponent(f.sensorId)}&frame=${encodeURIComponent(f.frameId)}` });
    // It may have been forgotten meanwhile.
    image.addEventListener("error", () => image.remove(), { once: true });
    card.prepend(image);
  }
  const right = f.label === f.predicted;
  const text = f.label === null ? "no label yet" : right ? "✓ label agrees" : "✗ label: " + f.label;
  const truth = card.querySelector(".truth");
  if (truth.textContent !== text) {
    truth.textContent = text;
    truth.className = "truth " + (f.label === null ? "" : right ? "right" : "wrong");
  }
  fill(card.querySelector(".predictions"), ...f.heads.map(prediction));
}

/** A further head's prediction of a frame, with the label once it is known. */
function prediction(p) {
  const right = p.label === p.text;
  return make("li", { title: `${p.head} (${p.kind}): ${p.text}` },
    make("span", { class: "head" }, p.head + " "), p.text, known(p.probability) ? " " + percent(p.probability, 0) : "",
    p.label === null ? null : make("span", { class: right ? "right" : "wrong" }, right ? " ✓" : " ✗ " + p.label));
}

// ---------- chart

const SERIES = [
  { key: "accuracy", frames: "matched", name: "all labelled frames", colour: "var(--main)", dash: "" },
  { key: "compressed", frames: "auditMatched", name: "audited, compressed", colour: "var(--main)", dash: "2 5" },
  { key: "uncompressed", frames: "auditMatched", name: "audited, without compression", colour: "var(--other)", dash: "7 5" },
];
const ENOUGH_FRAMES = 20;

/** Points of a handful of frames jump about and say little: they are left out where there are better ones. */
function settled(points) {
  const enough = Object.fromEntries(SERIES.map((s) => [s.key, points.some((p) => p[s.frames] >= ENOUGH_FRAMES)]));
  return points.map((p) => ({ ...p, ...Object.fromEntries(SERIES.map((s) => [s.key, enough[s.key] && p[s.frames] < ENOUGH_FRAMES ? null : p[s.key]])) }));
}

function niceStep(span) {
  return [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25].find((step) => span / step <= 5) || 0.25;
}

function chart() {
  const box = $("chart");
  const data = view.history[view.bundle] || [];
  const now = view.state.at;
  const from = data.length ? Math.max(now - 30 * 60000, Math.min(data[0].at, now - 60000)) : now - 60000;
  const shown = settled(data.filter((p) => p.at >= from - 5000));
  const series = SERIES.filter((s) => shown.some((p) => known(p[s.key])));
  fill($("legend"), ...series.map((s) => make("li", {}, make("i", { class: s.dash ? "dashed" : "", style: { color: s.colour } }), s.name)));
  if (series.length === 0) {
    fill(box, make("p", { class: "empty" }, "No labels yet."));
    note("chart-note", "");
    $("chart-details").hidden = true;
    return;
  }
  const width = box.clientWidth;
  const height = box.clientHeight;
  const left = 46, right = 12, top = 8, bottom = 24;
  const values = shown.flatMap((p) => series.map((s) => p[s.key])).filter(known);
  let low = Math.min(...values), high = Math.max(...values);
  const step = niceStep(Math.max(0.04, high - low));
  low = Math.max(0, Math.floor((low - step / 4) / step) * step);
  high = Math.min(1, Math.ceil((high + step / 4) / step) * step);
  if (high - low < step * 1.5) low = Math.max(0, high - 2 * step);
  const x = (at) => left + ((at - from) / (now - from)) * (width - left - right);
  const y = (v) => top + (1 - (v - low) / (high - low)) * (height - top - bottom);

  const old = box.querySelector("svg");
  const svg = old || draw("svg", { role: "img" });
  svg.replaceChildren();
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("aria-label", chartInWords(shown, series));
  for (let tick = low; tick <= high + 1e-9; tick += step) {
    svg.append(draw("line", { class: "grid", x1: left, x2: width - right, y1: y(tick), y2: y(tick) }));
    const text = draw("text", { x: left - 8, y: y(tick) + 4, "text-anchor": "end" });
    text.textContent = (100 * tick).toFixed(step < 0.01 ? 1 : 0) + " %";
    svg.append(text);
  }
  const ticks = Math.max(2, Math.min(6, Math.floor(width / 150)));
  for (let i = 0; i <= ticks; i++) {
    const at = from + ((now - from) * i) / ticks;
    const text = draw("text", { x: x(at), y: height - 6, "text-anchor": i === 0 ? "start" : i === ticks ? "end" : "middle" });
    text.textContent = new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: now - from < 10 * 60000 ? "2-digit" : undefined });
    svg.append(text);
  }
  series.forEach((s) => {
    for (const run of runs(shown, s.key, now)) {
      const path = run.map((p, i) => `${i ? "L" : "M"}${x(Math.max(from, p.at)).toFixed(1)} ${y(p.value).toFixed(1)}`).join("");
      if (s.key === "accuracy") {
        svg.append(draw("path", { class: "area", d: `${path}L${x(run[run.length - 1].at).toFixed(1)} ${y(low)}L${x(Math.max(from, run[0].at)).toFixed(1)} ${y(low)}Z` }));
      }
      svg.append(draw("path", { class: "line", d: path, stroke: s.colour, "stroke-dasharray": s.dash }));
      if (run.length === 1) svg.append(draw("circle", { cx: x(run[0].at), cy: y(run[0].value), r: 3, fill: s.colour }));
    }
  });
  if (!old) box.replaceChildren(svg);
  box.querySelectorAll(".tip").forEach((tip) => tip.remove());
  pointer(box, svg, shown, series, { x, from, now, left, right, width, height, top, bottom });
  note("chart-note", `Each point is the accuracy over the ${windowName(view.state.settings.windows.find((w) => w.startsWith("PT")) || "PT1M")} before it.`);
  $("chart-details").hidden = false;
  if ($("chart-details").open) chartTable(shown, series);
}

/** The same for readers who cannot see or point at the chart: the last point of each minute, the newest first. */
function chartTable(shown, series) {
  const minutes = new Map(shown.map((p) => [Math.floor(p.at / 60000), p]));
  table($("chart-table"), [["Time"], ...series.map((s) => [s.name, "number"])],
    [...minutes.values()].reverse().map((p) =>
      [new Date(p.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }), ...series.map((s) => known(p[s.key]) ? percent(p[s.key]) : "–")]), "");
}

/** Unbroken stretches of one series; the newest value holds until now. */
function runs(data, key, now) {
  const runs = [];
  let run = null;
  for (const p of data) {
    if (!known(p[key])) {
      run = null;
    } else {
      if (!run) runs.push((run = []));
      run.push({ at: p.at, value: p[key] });
    }
  }
  if (run && run.length) run.push({ at: now, value: run[run.length - 1].value });
  return runs;
}

function chartInWords(data, series) {
  return "Accuracy over time. " + series.map((s) => {
    const values = data.map((p) => p[s.key]).filter(known);
    return `${s.name}: now ${percent(values[values.length - 1])}, lowest ${percent(Math.min(...values))}, highest ${percent(Math.max(...values))}`;
  }).join(". ");
}

function pointer(box, svg, data, series, scale) {
  if (view.cursor === null) return;
  const at = scale.from + ((view.cursor - scale.left) / (scale.width - scale.left - scale.right)) * (scale.now - scale.from);
  const p = data.reduce((best, q) => (!best || Math.abs(q.at - at) < Math.abs(best.at - at) ? q : best), null);
  if (!p) return;
  const px = scale.x(Math.max(scale.from, p.at));
  svg.append(draw("line", { class: "cursor", x1: px, x2: px, y1: scale.top, y2: scale.height - scale.bottom }));
  const tip = make("div", { class: "tip" }, make("div", {}, new Date(p.at).toLocaleTimeString()),
    ...series.filter((s) => known(p[s.key])).map((s) => make("div", {}, make("b", {}, percent(p[s.key])), " " + s.name)));
  box.append(tip);
  tip.style.left = Math.max(0, Math.min(px + 12, scale.width - tip.offsetWidth - 4)) + "px";
  tip.style.top = scale.top + 4 + "px";
}

// ---------- alerts and speech

function alerts() {
  const found = [];
  const limit = view.state.settings.auditLossAlert;
  const all = view.state.accuracy[view.bundle] && view.state.accuracy[view.bundle][view.window];
  const changed = all && all.audit && all.audit.changed;
  if ($("connection").dataset.state === "lost" && Date.now() - view.heardAt > SILENCE_MS / 2) {
    found.push({ keys: ["lost"], text: `The server does not answer. These figures are from ${new Date(view.state.at).toLocaleTimeString()}.` });
  }
  if (changed && changed.low > limit) {
    found.push({ keys: ["audit"], text: `Compression changes the class of ${percent(changed.value)} of the audited frames; the limit is ${percent(limit, 0)}.` });
  }
  if (view.state.misplacedLabels) {
    found.push({
      keys: ["misplaced"],
      text: `${count(view.state.misplacedLabels)} labels are in other partitions than their frames and cannot be joined: their producer needs partitioner=murmur2_random (librdkafka).`,
    });
  }
  const drifting = view.state.sensors.filter((s) => s.alert).map((s) => s.sensorId);
  if (drifting.length) {
    found.push({
      keys: drifting.map((id) => "drift " + id),
      text: `Payload sizes are unusual at ${drifting.length === 1 ? "sensor" : count(drifting.length) + " sensors:"} ${drifting.slice(0, 3).join(", ")}${drifting.length > 3 ? " …" : ""}. The kind of images may have changed.`,
    });
  }
  const joined = found.map(({ text }) => text).join("\n");
  if (joined !== view.alerts) {
    view.alerts = joined;
    $("alerts").replaceChildren(...found.map(({ text }) => make("p", { class: "alert" }, text)));
  }
  warn(found);
}

/** Says an alert when it is new, not whenever a number in it changes or it comes and goes. */
function warn(found) {
  const now = Date.now();
  const fresh = found.filter(({ keys }) => keys.some((key) => !(now - view.warned.get(key) < 60000)));
  found.flatMap(({ keys }) => keys).forEach((key) => view.warned.set(key, now));
  if (fresh.length) $("warned").textContent = fresh.map(({ text }) => text).join(" ");
}

/** Says the accuracy when another one was asked for, and when it has changed by a point; not more often than twice a minute. */
function speak() {
  const s = score();
  if (!s || !s.accuracy) return;
  const { of, value, at } = view.said;
  const asked = view.bundle + " " + view.window;
  if (of === asked && (Math.abs(s.accuracy.value - value) < 0.01 || Date.now() - at < 30000)) return;
  view.said = { of: asked, value: s.accuracy.value, at: Date.now() };
  note("spoken", `Accuracy ${percent(s.accuracy.value)} ${windowInWords(view.window)}, ${count(s.matched)} labelled frames.`);
}

// ---------- controls

function controls() {
  const state = view.state;
  const windows = state.settings.windows;
  if (windows.length) {
    view.window = windows.includes(view.wished.window) ? view.wished.window : windows[windows.length - 1];
  }
  const box = $("windows");
  if (box.dataset.windows !== windows.join()) {
    box.dataset.windows = windows.join();
    box.replaceChildren(...windows.map((name) => {
      const input = make("input", { type: "radio", name: "window", value: name });
      input.addEventListener("change", () => {
        view.wished.window = name;
        render();
      });
      return make("label", {}, input, make("span", {}, windowName(name)));
    }));
  }
  for (const input of box.querySelectorAll("input")) input.checked = input.value === view.window;
  const bundles = Object.keys(state.accuracy).filter((name) => name !== ALL)
    .sort((a, b) => Boolean(state.heads[a]) - Boolean(state.heads[b]));
  view.bundle = bundles.includes(view.wished.bundle) ? view.wished.bundle : ALL;
  const select = $("bundle");
  const options = [[ALL, "all bundles"], ...bundles.map((name) => [name, `${headName(name)} · ${name}`])];
  if (select.dataset.options !== options.join()) {
    select.dataset.options = options.join();
    select.replaceChildren(...options.map(([name, text]) => make("option", { value: name }, text)));
  }
  if (select.value !== view.bundle) select.value = view.bundle;
}

const SUN = "M12 3v2m0 14v2m9-9h-2M5 12H3m15.4-6.4L17 7M7 17l-1.4 1.4m12.8 0L17 17M7 7 5.6 5.6M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8Z";
const MOON = "M20 14.5A8 8 0 0 1 9.5 4 8 8 0 1 0 20 14.5Z";

function theme(chosen) {
  const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  $("theme").replaceChildren(draw("svg", { viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": 1.8, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" },
    draw("path", { d: dark ? SUN : MOON })));
}

function remembered(name, value) {
  try {
    if (value === undefined) return localStorage.getItem(name);
    localStorage.setItem(name, value);
  } catch {
    // A browser may forbid storage; then nothing is remembered.
  }
  return null;
}

function connection(state, text) {
  if ($("connection").dataset.state !== state) {
    $("connection").dataset.state = state;
    $("connection-text").textContent = text;
  }
}

// ---------- life

function render() {
  if (!view.state) return;
  controls();
  tiles();
  chart();
  classes();
  confusion();
  bytesPanel();
  labels();
  bundles();
  dead();
  drift();
  lines();
  frames();
  alerts();
  speak();
}

function shortest(state) {
  return state.settings.windows.find((name) => name.startsWith("PT"));
}

/** Between two loads of the history the page adds the points itself, from the states. */
function extendHistory(state) {
  for (const [bundle, windows] of Object.entries(state.accuracy)) {
    const s = windows[shortest(state)];
    const line = (view.history[bundle] = view.history[bundle] || []);
    if (s && (line.length === 0 || line[line.length - 1].at !== s.emittedAt)) {
      line.push({
        at: s.emittedAt,
        matched: s.matched,
        accuracy: s.accuracy ? s.accuracy.value : null,
        auditMatched: s.audit ? s.audit.labelled : 0,
        compressed: s.audit && s.audit.compressedAccuracy ? s.audit.compressedAccuracy.value : null,
        uncompressed: s.audit && s.audit.uncompressedAccuracy ? s.audit.uncompressedAccuracy.value : null,
      });
      if (line.length > 1800) line.shift();
    }
  }
}

/** A server that has just been started may still be reading its past: what the page knows already stays. */
async function loadHistory() {
  try {
    const response = await fetch("/live/history");
    if (response.ok) {
      for (const [bundle, theirs] of Object.entries(await response.json())) {
        const points = new Map([...(view.history[bundle] || []), ...theirs].map((p) => [p.at, p]));
        view.history[bundle] = [...points.values()].sort((a, b) => a.at - b.at).slice(-1800);
      }
      render();
    }
  } catch {
    // The event source tries again by itself, and with it this.
  }
}

function connect() {
  if (view.events) view.events.close();
  view.triedAt = Date.now();
  const events = (view.events = new EventSource("/live/events"));
  events.addEventListener("open", loadHistory);
  events.addEventListener("state", (event) => {
    view.state = JSON.parse(event.data);
    view.heardAt = Date.now();
    connection("live", "live");
    extendHistory(view.state);
    render();
  });
  events.addEventListener("error", () => {
    connection("lost", "reconnecting");
    // A browser gives up after some responses; then a new source is needed.
    if (events.readyState === EventSource.CLOSED) setTimeout(() => events === view.events && connect(), 2000);
  });
}

/** A connection may be dead without a word, as after a machine has slept. */
function watch() {
  if (Date.now() - Math.max(view.heardAt, view.triedAt) > SILENCE_MS) {
    connection("lost", "reconnecting");
    connect();
  }
  if (view.state) alerts();
}

theme(remembered("theme"));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => theme(remembered("theme")));
$("theme").addEventListener("click", () => {
  const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  remembered("theme", next);
  theme(next);
  render();
});
$("bundle").addEventListener("change", (event) => {
  view.wished.bundle = event.target.value;
  render();
});
$("chart").addEventListener("pointermove", (event) => {
  view.cursor = event.clientX - $("chart").getBoundingClientRect().left;
  if (view.state) chart();
});
for (const end of ["pointerleave", "pointercancel"]) {
  $("chart").addEventListener(end, () => {
    view.cursor = null;
    if (view.state) chart();
  });
}
$("chart-details").addEventListener("toggle", () => view.state && chart());
new ResizeObserver(() => view.state && chart()).observe($("chart"));
document.querySelector(".filters").addEventListener("submit", (event) => event.preventDefault());
connect();
setInterval(watch, 1000);
