const NO_GOLD = "No row has a known answer (gold), so nothing can be said about accuracy.";

// A figure: what it says in words, its chart (or why there is none), and its table.
function figure(id, title, parts) {
  const says = parts.says || parts.empty;
  const drawing = parts.configure && !parts.empty
    ? chart_element(parts.configure, `${title}. ${says} The table below has the figures.`, parts.low)
    : element("p", { class: "empty" }, parts.empty || "");
  return element("figure", { class: parts.wide ? "figure wide" : "figure", id: `figure-${id}` },
    element("figcaption", null, element("h3", null, parts.heading || title)),
    parts.empty ? null : element("p", null, says, parts.more || null),
    parts.body || drawing,
    tools(parts.table || id, parts.keeps, parts.without));
}

function filled(rows, name) {
  return rows.filter((row) => known(row[name]));
}

function sizes_axis(rows) {
  return [...new Set(rows.map((row) => row.batch_size))].sort((a, b) => a - b);
}

// The points of `name` along the sizes, moved a little sideways so that intervals do not cover
// each other.
function points(rows, sizes, name, shift) {
  const used = filled(rows, name);
  return {
    data: used.map((row) => ({ x: sizes.indexOf(row.batch_size) + (shift || 0), y: row[name] })),
    rows: used,
  };
}

function from_to(rows, name, kind, what) {
  const used = filled(rows, name);
  if (used.length === 0) return "";
  const first = used[0];
  const last = used[used.length - 1];
  if (used.length === 1) return `${what}: ${show(first[name], kind)} at ${size_name(first.batch_size)}.`;
  return `${what}: ${show(first[name], kind)} at ${size_name(first.batch_size)}, ` +
    `${show(last[name], kind)} at ${size_name(last.batch_size)}.`;
}

function accuracy_figure(variant) {
  const all = records("accuracy");
  const mine = all.filter((row) => row.variant === variant);
  const own = mine.filter((row) => row.runs === "all");
  const noise = filled(mine.filter((row) => row.runs !== "all"), "final");
  const others = [...new Set(all.map((row) => row.variant))].filter((name) => name !== variant).slice(0, 5);
  const sizes = sizes_axis(own);
  const ends = mine.flatMap((row) =>
    [row.final, row.final_low, row.final_high, row.first_pass, row.first_pass_low, row.first_pass_high]);
  const configure = () => {
    const final = points(own, sizes, "final", -0.04);
    const first = points(own, sizes, "first_pass", 0.06);
    const sets = [
      series(0, "final", final.data, { intervals: final.rows.map((row) =>
        ({ low: row.final_low, high: row.final_high })) }),
      series(1, "first pass", first.data, { ...HOLLOW(), thin: true, intervals: first.rows.map((row) =>
        ({ low: row.first_pass_low, high: row.first_pass_high })) }),
    ];
    if (noise.length) {
      sets.push(series(2, "second run at b = 1", noise.map((row) => ({ x: 0.16, y: row.final })), {
        showLine: false, intervals: noise.map((row) => ({ low: row.final_low, high: row.final_high })) }));
    }
    others.forEach((name, place) => {
      const rows = all.filter((row) => row.variant === name && row.runs === "all");
      sets.push(series(5, place === 0 ? "other variants, final" : "", points(rows, sizes, "final").data
        .filter((point) => point.x >= 0), { borderWidth: 1, pointRadius: 0, pointHoverRadius: 0 }));
    });
    return {
      type: "line", data: { datasets: sets },
      options: {
        scales: { x: place_scale(sizes.map(String), "batch size (rows per prompt)"),
          y: value_scale("accuracy", "share", span(ends, true)) },
        plugins: { ...tooltips("share", (item) => size_name(sizes[Math.round(item.parsed.x)])),
          legend: { labels: { filter: (item) => item.text !== "" } } },
      },
    };
  };
  return figure("accuracy", "Accuracy by batch size", {
    configure, empty: filled(own, "final").length ? null : NO_GOLD,
    says: `${from_to(own, "final", "share", "Final")} ${from_to(own, "first_pass", "share", "First pass")} `,
    more: ["The bars are ", term("interval", `${CONFIDENCE} intervals`), "; ",
      term("first pass"), " is before repairs, ", term("final"), " after them."],
    keeps: (row) => row.variant === variant,
  });
}

function difference_figure(variant) {
  const mine = records("differences").filter((row) => row.variant === variant);
  const own = filled(mine.filter((row) => row.answers === "final" && row.batch_size !== 1), "difference");
  const noise = filled(mine.filter((row) => row.answers.startsWith("second")), "difference");
  const sizes = sizes_axis([...noise, ...own]);
  const allowed = known(REPORT.max_loss) ? -REPORT.max_loss : null;
  const ends = [...own, ...noise].flatMap((row) => [row.difference, row.low, row.high]).concat(0, allowed === null ? [] : allowed);
  const intervals = (rows) => rows.map((row) => ({ low: row.low, high: row.high }));
  const configure = () => {
    const sets = [series(0, "difference from b = 1", points(own, sizes, "difference").data,
      { showLine: false, intervals: intervals(own) })];
    if (noise.length) {
      sets.push(series(2, "second run at b = 1", points(noise, sizes, "difference").data,
        { showLine: false, intervals: intervals(noise) }));
    }
    return {
      type: "line", data: { datasets: sets },
      options: {
        scales: { x: place_scale(sizes.map(String), "batch size (rows per prompt)"),
          y: value_scale("percentage points", "points", span(ends, false)) },
        plugins: { ...tooltips("points", (item) => size_name(sizes[item.parsed.x])),
          limit: { value: allowed } },
      },
    };
  };
  return figure("differences", "Gain or loss against one row per prompt", {
    configure, table: "differences",
    empty: own.length + noise.length ? null : "There is nothing to set beside b = 1 here.",
    says: "Below zero is a loss. Where a bar crosses zero, these rows cannot tell the two apart, which does not make them the same. ",
    more: [term("second run", "A second run at b = 1"), " shows what chance alone does.",
      allowed === null ? "" : ` The dashed line is the loss allowed, ${plain_number(-100 * allowed)} points.`],
    keeps: (row) => row.variant === variant, without: ["standard_error"],
  });
}

const STACKS = {
  input: ["c1", "input"], cached_input: ["c7", "cached input"], output: ["c2", "output"],
  reasoning: ["c4", "reasoning"], embeddings: ["c3", "embeddings"], unknown: ["c6", "unknown, at most"],
};

function stacked_figure(id, title, variant, kind, empty) {
  const own = filled(records(id).filter((row) => row.variant === variant), "total");
  const kinds = Object.keys(STACKS).filter((name) => own.some((row) => known(row[name]) && row[name] > 0));
  const configure = () => ({
    type: "bar",
    data: {
      labels: own.map((row) => String(row.batch_size)),
      datasets: kinds.map((name) => ({
        label: STACKS[name][1], data: own.map((row) => row[name]), backgroundColor: COLOURS[STACKS[name][0]],
        borderColor: COLOURS.card, borderWidth: { top: 1 }, maxBarThickness: 64, pointStyle: "rect",
      })),
    },
    options: {
      interaction: { mode: "index" },
      scales: {
        x: { stacked: true, grid: { display: false }, title: { display: true, text: "batch size (rows per prompt)" } },
        y: value_scale(title.toLowerCase(), kind, { stacked: true, beginAtZero: true }),
      },
      plugins: tooltips(kind, (item) =>
        `${size_name(item.label)}: ${show(own[item.dataIndex].total, kind)}`),
    },
  });
  return figure(id, title, {
    configure, empty: own.length ? null : empty,
    says: from_to(own, "total", kind, "In all"),
    keeps: (row) => row.variant === variant,
  });
}

function time_figure(variant) {
  const own = filled(records("time").filter((row) => row.variant === variant), "ms_per_row");
  const configure = () => ({
    type: "bar",
    data: {
      labels: own.map((row) => String(row.batch_size)),
      datasets: [{ label: "time a row", data: own.map((row) => row.ms_per_row),
        backgroundColor: COLOURS.c3, maxBarThickness: 64 }],
    },
    options: {
      scales: {
        x: { grid: { display: false }, title: { display: true, text: "batch size (rows per prompt)" } },
        y: value_scale("time a row", "ms", { beginAtZero: true }),
      },
      plugins: { ...tooltips("ms", (item) => size_name(item.label)), legend: { display: false } },
    },
  });
  return figure("time", "Time a row", {
    configure, empty: own.length ? null : "No time was measured.",
    says: `${from_to(own, "ms_per_row", "ms", "The whole run's time divided by its rows")} It depends on how many requests were in flight.`,
    keeps: (row) => row.variant === variant,
  });
}

function front_figure(variant) {
  const rows = records("front");
  const priced = TABLES.get("front").columns[2].name === "usd_per_1000_rows";
  const cost = TABLES.get("front").columns[2].name;
  const kind = priced ? "usd" : "number";
  const variants = [...new Set(rows.map((row) => row.variant))];
  const chosen = rows.filter((row) => row.recommended);
  const crowded = rows.length > 16;
  const configure = () => {
    const sets = variants.map((name, place) => {
      const own = rows.filter((row) => row.variant === name).sort((a, b) => a.batch_size - b.batch_size);
      const rings = own.flatMap((row, index) => (row.recommended ? [index] : []));
      return series(place, variants.length > 8 && place > 7 ? "" : name,
        own.map((row) => ({ x: row[cost], y: row.accuracy })), {
          showLine: !crowded, borderWidth: 1.5, rings, rows: own,
          intervals: variants.length === 1 ? own : null, thin: true,
          labels: own.map((row) => {
            if (crowded && name !== variant) return null;
            return `${size_name(row.batch_size)}${row.recommended ? ", recommended" : ""}`;
          }) });
    });
    return {
      type: "scatter", data: { datasets: sets },
      options: {
        layout: { padding: { top: 14, right: 10 } },
        scales: {
          x: value_scale(priced ? "cost of 1,000 rows" : "tokens a row", kind, { beginAtZero: true, grace: "8%" }),
          y: value_scale("final accuracy", "share", span(rows.flatMap((row) =>
            (variants.length === 1 ? [row.accuracy, row.low, row.high] : [row.accuracy])), true)),
        },
        plugins: {
          legend: { display: variants.length > 1, labels: { filter: (item) => item.text !== "" } },
          tooltip: { callbacks: { label: (item) => {
            const row = item.dataset.rows[item.dataIndex];
            return ` ${row.variant}, ${size_name(row.batch_size)}: ${show(row[cost], kind)}, ${show(row.accuracy, "share")}`;
          } } },
        },
      },
    };
  };
  const ring = chosen.length ? " The recommended size has a ring." : " No size is recommended.";
  return figure("front", "Cost and accuracy", {
    configure, wide: true, empty: rows.length === 0 ? NO_GOLD : rows.length === 1 ? "There is one point alone, and so nothing to weigh." : null,
    says: `Left is cheaper, up is better.${VARIANTS.length ? ring : ""} `,
    more: [term("front", "The front"), " is in the table.",
      crowded ? " The labels are those of the variant chosen above." : ""],
  });
}

const SAVINGS = {
  tokens: ["Tokens", "tokens", "tokens_predicted"], usd: ["Money", "usd", "usd_predicted"],
  time: ["Time", "time", "time_predicted"],
};

function savings_figure(variant, what, change) {
  const own = records("savings").filter((row) => row.variant === variant);
  const [word, measured, predicted] = SAVINGS[what];
  const sizes = sizes_axis(own);
  const marks = own.filter((row) => row.mark).map((row) => `${size_name(row.batch_size)}: ${row.mark}.`).join(" ");
  const configure = () => {
    const sets = [series(0, "measured", points(own, sizes, measured).data),
      series(1, "predicted", points(own, sizes, predicted).data, HOLLOW())];
    if (what === "tokens") {
      sets.push(series(5, "predicted, equal lengths", points(own, sizes, "tokens_equal_length").data,
        { borderDash: [2, 3], borderWidth: 1.5, pointRadius: 3 }));
    }
    return {
      type: "line", data: { datasets: sets },
      options: {
        scales: { x: place_scale(sizes.map(String), "batch size (rows per prompt)"),
          y: value_scale("times less than b = 1", "times", { beginAtZero: true }) },
        plugins: tooltips("times", (item) => size_name(sizes[item.parsed.x])),
      },
    };
  };
  const select = picker("Savings of", Object.entries(SAVINGS).map(([name, parts]) => [name, parts[0]]), what, change);
  const has_any = filled(own, measured).length + filled(own, predicted).length > 0;
  const says = `${from_to(own, measured, "times", `${word} saved, measured`)} ${marks} `;
  const chart = chart_element(configure, `Measured and predicted savings. ${says}`);
  return figure("savings", "Measured and predicted savings", {
    says, more: ["What ", term("predicted"), " and ", term("equal lengths"), " mean."],
    body: element("div", null, select, has_any ? chart
      : element("p", { class: "empty" }, `${word}: neither measured nor predicted${what === "usd" ? ", the task has no prices" : ""}.`)),
    keeps: (row) => row.variant === variant,
  });
}

const CHOICE = { variant: null, saving: "tokens", run: null };

function fill_sizes() {
  const all = records("accuracy").map((row) => row.variant);
  const variants = [...new Set(all)];
  const section = by_id("sizes");
  if (variants.length === 0) return;
  if (!variants.includes(CHOICE.variant)) [CHOICE.variant] = variants;
  const again = (change) => (value) => {
    change(value);
    const focused = document.activeElement ? document.activeElement.id : "";
    fill_sizes();
    draw_all();
    if (focused && by_id(focused)) by_id(focused).focus();
  };
  const label = VARIANTS.length ? "Variant" : "Run";
  const pick = variants.length > 1
    ? picker(label, variants.map((name) => [name, name]), CHOICE.variant, again((value) => { CHOICE.variant = value; })) : null;
  const v = CHOICE.variant;
  const figures = [
    accuracy_figure(v),
    VARIANTS.length ? difference_figure(v) : null,
    stacked_figure("cost", "Cost of 1,000 rows", v, "usd", "The task names no prices, so money is not known; tokens are."),
    stacked_figure("tokens", "Tokens a row", v, "number", "No tokens were counted."),
    time_figure(v),
    records("savings").length ? savings_figure(v, CHOICE.saving, again((value) => { CHOICE.saving = value; })) : null,
    front_figure(v),
  ];
  section.replaceChildren(
    element("h2", { id: "sizes-title" }, VARIANTS.length ? "Batch sizes beside each other" : "Accuracy and cost"),
    pick || "", element("div", { class: "grid" }, figures));
}
