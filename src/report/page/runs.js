function default_run() {
  const chosen = VARIANTS.map((variant) =>
    variant.recommended && variant.recommended.batch_size > 1
      ? size_of(variant, variant.recommended.batch_size)
      : null,
  ).find(Boolean);
  const name = chosen && list(chosen.cells)[0];
  if (CELLS.some((cell) => cell.name === name)) return name;
  const largest = [...CELLS].sort((a, b) => b.batch_size - a.batch_size)[0];
  return largest.name;
}

function position_figure(cell) {
  const own = records("positions").filter((row) => row.run === cell.name);
  const many = own.length > 40;
  const right = filled(own, "first_pass");
  const doubtful = filled(own, "doubtful_rate");
  const ends = right.length
    ? right.flatMap((row) => (many ? [row.first_pass] : [row.first_pass, row.low, row.high]))
    : doubtful.map((row) => row.doubtful_rate);
  const look = many ? { pointRadius: 0, borderWidth: 1.5 } : {};
  const configure = () => ({
    type: "line",
    data: {
      datasets: [
        right.length
          ? series(
              0,
              "right at first pass",
              right.map((row) => ({ x: row.position, y: row.first_pass })),
              { ...look, intervals: many ? null : right },
            )
          : series(
              1,
              "doubtful",
              doubtful.map((row) => ({ x: row.position, y: row.doubtful_rate })),
              { ...HOLLOW(), ...look },
            ),
      ],
    },
    options: {
      scales: {
        x: {
          type: "linear",
          min: 0.5,
          max: own.length + 0.5,
          grid: { display: false },
          ticks: { stepSize: own.length <= 24 ? 1 : undefined, precision: 0, includeBounds: false },
          title: { display: true, text: "position in the prompt" },
        },
        y: value_scale("share of rows", "share", span(ends, true)),
      },
      plugins: tooltips("share", (item) => `position ${item.parsed.x}`),
    },
  });
  const one = own.length === 1 ? "There is only one position here. " : "";
  const what = right.length
    ? "Right at the first pass, by position; how many were doubtful is in the table."
    : "Right at first is not known: no row has a known answer. Doubtful, by position.";
  const where = many ? " Intervals are in the table." : "";
  return figure("positions", "By position in the prompt", {
    configure,
    empty: own.length && right.length + doubtful.length ? null : "Nothing is known by position.",
    says: `${one}Does it matter where in the prompt a row stands? ${what}${where}`,
    keeps: (row) => row.run === cell.name,
    without: ["run"],
  });
}

function round_figure(cell) {
  const own = records("rounds").filter((row) => row.run === cell.name);
  const scored = own.some((row) => known(row.correct));
  const bars = (label, data, colour) => ({
    label,
    data,
    backgroundColor: colour,
    borderColor: COLOURS.card,
    borderWidth: { right: 1 },
    maxBarThickness: 40,
    pointStyle: "rect",
  });
  const configure = () => ({
    type: "bar",
    data: {
      labels: own.map((row) => `round ${row.round}`),
      datasets: scored
        ? [
            bars(
              "right",
              own.map((row) => row.correct),
              COLOURS.c1,
            ),
            bars(
              "wrong",
              own.map((row) => row.answered - row.correct),
              COLOURS.c2,
            ),
          ]
        : [
            bars(
              "answered",
              own.map((row) => row.answered),
              COLOURS.c6,
            ),
          ],
    },
    options: {
      indexAxis: "y",
      scales: {
        x: value_scale("rows", "count", { stacked: true, beginAtZero: true }),
        y: { stacked: true, grid: { display: false } },
      },
      plugins: tooltips("count", (item) => item.label),
    },
  });
  return figure("rounds", "By round", {
    configure,
    shape: "low",
    empty: own.length ? null : "No row was answered.",
    says:
      "Round 1 is a row's first prompt; each later one asked again for what was missing or in " +
      "doubt.",
    keeps: (row) => row.run === cell.name,
    without: ["run"],
  });
}

function rates_figure(cell) {
  const own = filled(
    records("rates").filter((row) => row.run === cell.name),
    "rate",
  );
  const configure = () => ({
    type: "bar",
    data: {
      labels: own.map((row) => row.what),
      datasets: [
        {
          label: "rate",
          data: own.map((row) => row.rate),
          backgroundColor: COLOURS.c5,
          maxBarThickness: 26,
        },
      ],
    },
    options: {
      indexAxis: "y",
      scales: {
        x: value_scale("share", "share", { beginAtZero: true, suggestedMax: 0.01 }),
        y: { grid: { display: false } },
      },
      plugins: { ...tooltips("share", (item) => item.label), legend: { display: false } },
    },
  });
  const more = ["missing", "doubtful", "repaired", "truncated", "failed"].flatMap((name, place) => [
    place ? ", " : "",
    term(name),
  ]);
  return figure("rates", "What went wrong with answers", {
    configure,
    shape: "low",
    empty: own.length ? null : "No rates are known.",
    says: own.every((row) => row.rate === 0) ? "Nothing did. " : "",
    more: ["What the words mean: ", ...more, "."],
    keeps: (row) => row.run === cell.name,
    without: ["run"],
  });
}

function table_figure(id, cell, says) {
  const has = records(id).some((row) => row.run === cell.name);
  if (!has) return null;
  return element(
    "figure",
    { class: "figure", id: `figure-${id}` },
    element("figcaption", null, element("h3", null, TABLES.get(id).title)),
    element("p", null, says),
    table_element(id, (row) => row.run === cell.name, ["run"]),
    element("div", { class: "tools" }, download_buttons(id)),
  );
}

function fill_run() {
  const section = by_id("run");
  if (CELLS.length === 0) return;
  if (!CELLS.some((cell) => cell.name === CHOICE.run)) CHOICE.run = default_run();
  const cell = CELLS.find((one) => one.name === CHOICE.run);
  const change = (value) => {
    CHOICE.run = value;
    fill_run();
    draw_all();
    by_id("pick-run").focus();
  };
  const words = (one) =>
    (ALONE ? `${run_name(one.name)}: ` : "") +
    `${size_name(one.batch_size)}, ${one.format}, ${one.grouping}, ${one.model}` +
    (one.noise ? ", second run" : "") +
    (CELLS.some((other) => other.repeat > 1) ? `, repeat ${show(one.repeat)}` : "");
  section.replaceChildren(
    element("h2", { id: "run-title" }, "One run closely"),
    CELLS.length > 1
      ? picker(
          "Run",
          CELLS.map((one) => [one.name, words(one)]),
          CHOICE.run,
          change,
        )
      : element("p", null, given(words(cell))),
    element("div", { class: "grid" }, [
      position_figure(cell),
      rates_figure(cell),
      round_figure(cell),
      table_figure("failures", cell, "They count as wrong."),
      confusion_figure(cell),
      table_figure("classes", cell, "How well each class was found."),
    ]),
  );
}

function text_block(title, text) {
  return element(
    "div",
    null,
    element("h4", null, title),
    element(
      "pre",
      { class: "text", tabindex: "0", dir: "auto", "aria-label": title },
      text === null || text === undefined ? "not kept" : String(text),
    ),
  );
}

function wrong_element(wrong, place, of_one_run) {
  const answer =
    wrong.answer === null || wrong.answer === undefined
      ? ["failed", wrong.reason ? ": " : "", wrong.reason ? given(wrong.reason) : ""]
      : ["answered ", given(clip(show(wrong.answer), 200))];
  const where =
    `${size_name(wrong.batch_size)}, position ${show(wrong.position)}, ` +
    `round ${show(wrong.round)}`;
  return element(
    "details",
    { open: place === 0 },
    element(
      "summary",
      null,
      "Row ",
      given(clip(show(wrong.id), 80)),
      ": ",
      answer,
      ", right is ",
      given(clip(show(wrong.gold), 200)),
      " ",
      element(
        "span",
        { class: "where" },
        `(${where}`,
        of_one_run ? null : [", run ", given_run(wrong.cell)],
        ")",
      ),
    ),
    element(
      "div",
      { class: "beside-each-other" },
      text_block("End of the prompt", wrong.prompt),
      element(
        "div",
        null,
        text_block("Reply", wrong.reply),
        text_block("This row's answer as printed", wrong.text),
      ),
    ),
  );
}

function fill_wrong() {
  if (CELLS.length === 0) return;
  const wrongs = list(REPORT.wrong_answers);
  const scored = CELLS.some((cell) => cell.accuracy);
  const missed = CELLS.some(
    (cell) => cell.accuracy && cell.accuracy.final.correct < cell.accuracy.final.n,
  );
  const of_one_run = new Set(wrongs.map((wrong) => wrong.cell)).size === 1;
  const none = !scored ? NO_GOLD : missed ? "No wrong answer was kept." : "No answer was wrong.";
  by_id("wrong").replaceChildren(
    element("h2", { id: "wrong-title" }, "Wrong answers beside their prompts"),
    of_one_run ? element("p", { class: "lead" }, "Run ", given_run(wrongs[0].cell), ".") : "",
    wrongs.length
      ? element(
          "div",
          { class: "wrongs" },
          wrongs.map((wrong, place) => wrong_element(wrong, place, of_one_run)),
        )
      : element("p", { class: "empty" }, none),
    tools("wrong-answers", null, ["prompt", "reply"]),
  );
}

// The whole names of the files that go by short ones.
function files_element() {
  const shortened = CELLS.filter((cell) => run_name(cell.name) !== show(cell.name));
  const lines = [
    ...(REPORT.rows && REPORT.rows.file ? [["Rows: ", REPORT.rows.file]] : []),
    ...shortened.map((cell) => [`${run_name(cell.name)}: `, cell.name]),
  ];
  return lines.map(([name, file]) =>
    element("p", { class: "file" }, name, element("bdi", null, show(file))),
  );
}

function fill_all_runs() {
  if (CELLS.length === 0) return;
  by_id("all-runs").replaceChildren(
    element("h2", { id: "all-runs-title" }, "All runs"),
    element(
      "div",
      { class: "figure" },
      files_element(),
      table_element("runs"),
      element("div", { class: "tools" }, download_buttons("runs")),
    ),
  );
}

function fill_words() {
  const items = Object.entries(TERMS).flatMap(([name, text]) => [
    element("dt", null, name),
    element("dd", null, text),
  ]);
  by_id("words").replaceChildren(
    element("h2", { id: "words-title" }, "Words"),
    element("div", { class: "figure" }, element("dl", { class: "words" }, items)),
  );
}
