const NO_GOLD = "No row has a known answer (gold), so nothing can be said about accuracy.";

// A figure: what it says in words, its chart (or why there is none), and its table.
function figure(id, title, parts) {
  const says = parts.says || parts.empty;
  const drawing =
    parts.configure && !parts.empty
      ? chart_element(
          parts.configure,
          `${title}. ${says} The table below has the figures.`,
          parts.shape,
        )
      : element("p", { class: "empty" }, parts.empty || "");
  return element(
    "figure",
    { class: parts.wide ? "figure wide" : "figure", id: `figure-${id}` },
    element("figcaption", null, element("h3", null, parts.heading || title)),
    parts.empty ? null : element("p", null, says, parts.more || null),
    parts.body || drawing,
    tools(parts.table || id, parts.keeps, parts.without),
  );
}

function filled(rows, name) {
  return rows.filter((row) => known(row[name]));
}

const AXIS = ALONE ? "run" : "batch size (rows per prompt)";

function rows_of(id, variant) {
  return records(id).filter((row) => ALONE || row.variant === variant);
}

function keeps_of(variant) {
  return ALONE ? null : (row) => row.variant === variant;
}

function place_of(row) {
  return ALONE ? row.variant : row.batch_size;
}

function places_axis(rows) {
  const places = [...new Set(rows.map(place_of))];
  return ALONE ? places : places.sort((a, b) => a - b);
}

function place_label(place) {
  return clip(ALONE ? run_name(place) : show(place), 24);
}

function place_words(place) {
  return ALONE ? clip(run_name(place), 60) : size_name(place);
}

// The points of `name` along the sizes, moved a little sideways so that intervals do not cover
// each other.
function points(rows, sizes, name, shift) {
  const used = filled(rows, name);
  return {
    data: used.map((row) => ({ x: sizes.indexOf(place_of(row)) + (shift || 0), y: row[name] })),
    rows: used,
  };
}

function from_to(rows, name, kind, what) {
  const used = filled(rows, name);
  if (used.length === 0) return "";
  const first = used[0];
  const last = used[used.length - 1];
  if (used.length === 1)
    return `${what}: ${show(first[name], kind)} at ${place_words(place_of(first))}.`;
  return (
    `${what}: ${show(first[name], kind)} at ${place_words(place_of(first))}, ` +
    `${show(last[name], kind)} at ${place_words(place_of(last))}.`
  );
}

function accuracy_figure(variant) {
  const all = records("accuracy");
  const mine = rows_of("accuracy", variant);
  const own = mine.filter((row) => row.runs === "all");
  const noise = filled(
    mine.filter((row) => row.runs !== "all"),
    "final",
  );
  const others = [...new Set(all.map((row) => row.variant))]
    .filter((name) => !ALONE && name !== variant)
    .slice(0, 5);
  const sizes = places_axis(own);
  const ends = mine.flatMap((row) => [
    row.final,
    row.final_low,
    row.final_high,
    row.first_pass,
    row.first_pass_low,
    row.first_pass_high,
  ]);
  const configure = () => {
    const final = points(own, sizes, "final", -0.08);
    const first = points(own, sizes, "first_pass", 0.08);
    const sets = [
      series(0, "final", final.data, {
        intervals: final.rows.map((row) => ({ low: row.final_low, high: row.final_high })),
      }),
      series(1, "first pass", first.data, {
        ...HOLLOW(),
        thin: true,
        intervals: first.rows.map((row) => ({
          low: row.first_pass_low,
          high: row.first_pass_high,
        })),
      }),
    ];
    if (noise.length) {
      sets.push(
        series(
          2,
          "second run at b = 1",
          noise.map((row) => ({ x: 0.24, y: row.final })),
          {
            showLine: false,
            intervals: noise.map((row) => ({ low: row.final_low, high: row.final_high })),
          },
        ),
      );
    }
    others.forEach((name, place) => {
      const rows = all.filter((row) => row.variant === name && row.runs === "all");
      sets.push(
        series(
          5,
          place === 0 ? "other variants, final" : "",
          points(rows, sizes, "final", -0.08).data.filter((point) => point.x > -0.5),
          { borderWidth: 1, pointRadius: 0, pointHoverRadius: 0 },
        ),
      );
    });
    return {
      type: "line",
      data: { datasets: sets },
      options: {
        scales: {
          x: place_scale(sizes.map(place_label), AXIS),
          y: value_scale("accuracy", "share", span(ends, true)),
        },
        plugins: {
          ...tooltips("share", (item) => place_words(sizes[Math.round(item.parsed.x)])),
          legend: { labels: { filter: (item) => item.text !== "" } },
        },
      },
    };
  };
  return figure("accuracy", ALONE ? "Accuracy" : "Accuracy by batch size", {
    configure,
    empty: filled(own, "final").length ? null : NO_GOLD,
    says:
      `${from_to(own, "final", "share", "Final")} ` +
      `${from_to(own, "first_pass", "share", "First pass")} `,
    more: [
      "The bars are ",
      term("interval", `${CONFIDENCE} intervals`),
      "; ",
      term("first pass"),
      " is before repairs, ",
      term("final"),
      " after them.",
    ],
    keeps: keeps_of(variant),
  });
}

function difference_figure(variant) {
  const mine = rows_of("differences", variant);
  const own = filled(
    mine.filter((row) => row.answers === "final"),
    "difference",
  );
  const noise = filled(
    mine.filter((row) => row.answers.startsWith("second")),
    "difference",
  );
  const sizes = places_axis([...noise, ...own]);
  const allowed = known(REPORT.max_loss) ? -REPORT.max_loss : null;
  const ends = [...own, ...noise]
    .flatMap((row) => [row.difference, row.low, row.high])
    .concat(0, allowed === null ? [] : allowed);
  const intervals = (rows) => rows.map((row) => ({ low: row.low, high: row.high }));
  const configure = () => {
    const sets = [
      series(0, "difference", points(own, sizes, "difference").data, {
        showLine: false,
        intervals: intervals(own),
      }),
    ];
    if (noise.length) {
      sets.push(
        series(2, "second run at b = 1", points(noise, sizes, "difference").data, {
          showLine: false,
          intervals: intervals(noise),
        }),
      );
    }
    return {
      type: "line",
      data: { datasets: sets },
      options: {
        scales: {
          x: place_scale(sizes.map(place_label), AXIS),
          y: value_scale("percentage points", "points", span(ends, false)),
        },
        plugins: {
          ...tooltips("points", (item) => place_words(sizes[item.parsed.x])),
          limit: { value: allowed },
        },
      },
    };
  };
  const base = ALONE ? run_name((REPORT.comparison || {}).base) : "one row per prompt";
  return figure("differences", `Gain or loss against ${base}`, {
    configure,
    table: "differences",
    empty: own.length + noise.length ? null : `There is nothing to set beside ${base}.`,
    says:
      "Below zero is a loss. Where a bar crosses zero, these rows cannot tell the two apart, " +
      "which does not make them the same. ",
    more: [
      ALONE ? "" : [term("second run", "A second run at b = 1"), " shows what chance alone does."],
      allowed === null
        ? ""
        : ` The dashed line is the loss allowed, ${plain_number(-100 * allowed)} points.`,
    ].flat(),
    keeps: keeps_of(variant),
    without: ["standard_error"],
  });
}
