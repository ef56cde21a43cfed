const STACKS = {
  input: ["c1", "input"],
  cached_input: ["c7", "cached input"],
  output: ["c2", "output"],
  reasoning: ["c4", "reasoning"],
  embeddings: ["c3", "embeddings"],
  unknown: ["c6", "unknown, at most"],
};

function stacked_figure(id, title, variant, kind, empty) {
  const own = filled(rows_of(id, variant), "total");
  const kinds = Object.keys(STACKS).filter((name) =>
    own.some((row) => known(row[name]) && row[name] > 0),
  );
  const configure = () => ({
    type: "bar",
    data: {
      labels: own.map((row) => place_label(place_of(row))),
      datasets: kinds.map((name) => ({
        label: STACKS[name][1],
        data: own.map((row) => row[name]),
        backgroundColor: COLOURS[STACKS[name][0]],
        borderColor: COLOURS.card,
        borderWidth: { top: 1 },
        maxBarThickness: 64,
        pointStyle: "rect",
      })),
    },
    options: {
      interaction: { mode: "index" },
      scales: {
        x: { stacked: true, grid: { display: false }, title: { display: true, text: AXIS } },
        y: value_scale(title.toLowerCase(), kind, { stacked: true, beginAtZero: true }),
      },
      plugins: tooltips(
        kind,
        (item) =>
          `${place_words(place_of(own[item.dataIndex]))}: ${show(own[item.dataIndex].total, kind)}`,
      ),
    },
  });
  return figure(id, title, {
    configure,
    empty: own.length ? null : empty,
    says: from_to(own, "total", kind, "In all"),
    keeps: keeps_of(variant),
  });
}

function time_figure(variant) {
  const own = filled(rows_of("time", variant), "ms_per_row");
  const configure = () => ({
    type: "bar",
    data: {
      labels: own.map((row) => place_label(place_of(row))),
      datasets: [
        {
          label: "time a row",
          data: own.map((row) => row.ms_per_row),
          backgroundColor: COLOURS.c3,
          maxBarThickness: 64,
        },
      ],
    },
    options: {
      scales: {
        x: { grid: { display: false }, title: { display: true, text: AXIS } },
        y: value_scale("time a row", "ms", { beginAtZero: true }),
      },
      plugins: {
        ...tooltips("ms", (item) => place_words(place_of(own[item.dataIndex]))),
        legend: { display: false },
      },
    },
  });
  return figure("time", "Time a row", {
    configure,
    empty: own.length ? null : "No time was measured.",
    says:
      from_to(own, "ms_per_row", "ms", "The whole run's time divided by its rows") +
      " It depends on how many requests were in flight.",
    keeps: keeps_of(variant),
  });
}

// More points than these are not joined by lines.
const MOST_JOINED = 16;

function front_figure(variant) {
  const rows = records("front");
  const priced = TABLES.get("front").columns[2].name === "usd_per_1000_rows";
  const cost = TABLES.get("front").columns[2].name;
  const kind = priced ? "usd" : "number";
  const variants = [...new Set(rows.map((row) => row.variant))];
  const chosen = rows.filter((row) => row.recommended);
  const cheapest = Math.min(...rows.map((row) => row[cost]));
  const dearest = Math.max(...rows.map((row) => row[cost]));
  const room = 0.1 * (dearest - cheapest || dearest || 1);
  const nothing = filled(records("accuracy"), "final").length
    ? "What the rows took is not known."
    : NO_GOLD;
  const configure = () => {
    const label = (row) => {
      if (ALONE) return place_label(place_of(row));
      return row.variant === variant ? size_name(row.batch_size) : null;
    };
    const sets = variants.map((name, place) => {
      const own = rows
        .filter((row) => row.variant === name)
        .sort((a, b) => a.batch_size - b.batch_size);
      const rings = own.flatMap((row, index) => (row.recommended ? [index] : []));
      return series(
        place,
        variants.length > 8 && place > 7 ? "" : name,
        own.map((row) => ({ x: row[cost], y: row.accuracy })),
        {
          showLine: rows.length <= MOST_JOINED,
          borderWidth: 1.5,
          rings,
          rows: own,
          pointBackgroundColor: (item) =>
            own[item.dataIndex] && own[item.dataIndex].on_front
              ? COLOURS[`c${1 + (place % 6)}`]
              : COLOURS.card,
          intervals: variants.length === 1 ? own : null,
          thin: true,
          labels: own.map((row) =>
            label(row) && row.recommended ? `${label(row)}, recommended` : label(row),
          ),
          short_labels: own.map((row) => label(row)),
        },
      );
    });
    return {
      type: "scatter",
      data: { datasets: sets },
      options: {
        layout: { padding: { top: 14, right: 10 } },
        scales: {
          x: value_scale(priced ? "cost of 1,000 rows" : "tokens a row", kind, {
            min: Math.max(0, cheapest - room),
            max: dearest + room,
          }),
          y: value_scale(
            "final accuracy",
            "share",
            span(
              rows.flatMap((row) =>
                variants.length === 1 ? [row.accuracy, row.low, row.high] : [row.accuracy],
              ),
              true,
            ),
          ),
        },
        plugins: {
          legend: {
            display: variants.length > 1 && !ALONE,
            labels: { filter: (item) => item.text !== "" },
          },
          tooltip: {
            callbacks: {
              label: (item) => {
                const row = item.dataset.rows[item.dataIndex];
                const where = `${row.variant}, ${size_name(row.batch_size)}`;
                return ` ${where}: ${show(row[cost], kind)}, ${show(row.accuracy, "share")}`;
              },
            },
          },
        },
      },
    };
  };
  const ring = chosen.length ? " The recommended size has a ring." : " No size is recommended.";
  return figure("front", "Cost and accuracy", {
    configure,
    wide: true,
    shape: variants.length > 4 ? "tall" : null,
    empty:
      rows.length === 0
        ? nothing
        : rows.length === 1
          ? "There is one point alone, and so nothing to weigh."
          : null,
    says: `Left is cheaper, up is better.${!ALONE ? ring : ""} `,
    more: [
      "Filled points are ",
      term("front", "the front"),
      "; for each hollow one another is at least as cheap and as accurate.",
      variants.length > 1 && !ALONE ? " The labels are those of the variant chosen above." : "",
    ],
  });
}

const SAVINGS = {
  tokens: ["Tokens", "tokens", "tokens_predicted"],
  usd: ["Money", "usd", "usd_predicted"],
  time: ["Time", "time", "time_predicted"],
};

function savings_figure(variant, what, change) {
  const own = rows_of("savings", variant);
  const [word, measured, predicted] = SAVINGS[what];
  const sizes = places_axis(own);
  const marks = own
    .filter((row) => row.mark)
    .map((row) => `${size_name(row.batch_size)}: ${row.mark}.`)
    .join(" ");
  const configure = () => {
    const sets = [
      series(0, "measured", points(own, sizes, measured).data, {
        order: 3,
        borderWidth: 4.5,
        pointRadius: 7,
        pointHoverRadius: 8,
      }),
      series(1, "predicted", points(own, sizes, predicted).data, {
        ...HOLLOW(),
        order: 2,
        pointRadius: 4,
      }),
    ];
    if (what === "tokens") {
      sets.push(
        series(5, "predicted, equal lengths", points(own, sizes, "tokens_equal_length").data, {
          order: 1,
          borderDash: [2, 3],
          borderWidth: 1.5,
          pointRadius: 2,
          pointStyle: "circle",
        }),
      );
    }
    return {
      type: "line",
      data: { datasets: sets },
      options: {
        scales: {
          x: place_scale(sizes.map(place_label), AXIS),
          y: value_scale("times less than b = 1", "times", { beginAtZero: true }),
        },
        plugins: {
          ...tooltips("times", (item) => place_words(sizes[item.parsed.x])),
          legend: { reverse: true },
        },
      },
    };
  };
  const select = picker(
    "Savings of",
    Object.entries(SAVINGS).map(([name, parts]) => [name, parts[0]]),
    what,
    change,
  );
  const has_any = filled(own, measured).length + filled(own, predicted).length > 0;
  const says = `${from_to(own, measured, "times", `${word} saved, measured`)} ${marks} `;
  const chart = chart_element(configure, `Measured and predicted savings. ${says}`);
  return figure("savings", "Measured and predicted savings", {
    says,
    more: ["What ", term("predicted"), " and ", term("equal lengths"), " mean."],
    body: element(
      "div",
      null,
      select,
      has_any
        ? chart
        : element(
            "p",
            { class: "empty" },
            `${word}: neither measured nor predicted` +
                (what === "usd" ? ", the task names no prices." : "."),
          ),
    ),
    keeps: keeps_of(variant),
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
  const pick =
    !ALONE && variants.length > 1
      ? picker(
          "Variant",
          variants.map((name) => [name, name]),
          CHOICE.variant,
          again((value) => {
            CHOICE.variant = value;
          }),
        )
      : null;
  const v = CHOICE.variant;
  const figures = [
    accuracy_figure(v),
    ALONE && !REPORT.comparison ? null : difference_figure(v),
    stacked_figure(
      "cost",
      "Cost of 1,000 rows",
      v,
      "usd",
      filled(records("tokens"), "total").length
        ? "The task names no prices, so money is not known; tokens are."
        : "What the rows cost is not known.",
    ),
    stacked_figure("tokens", "Tokens a row", v, "number", "No tokens were counted."),
    time_figure(v),
    records("savings").length
      ? savings_figure(
          v,
          CHOICE.saving,
          again((value) => {
            CHOICE.saving = value;
          }),
        )
      : null,
    front_figure(v),
  ];
  section.replaceChildren(
    element(
      "h2",
      { id: "sizes-title" },
      ALONE ? "Accuracy and cost" : "Batch sizes beside each other",
    ),
    pick || "",
    element("div", { class: "grid" }, figures),
  );
}
