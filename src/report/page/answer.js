function warning(title, text) {
  return element("p", { class: "warning", role: "note" }, element("strong", null, title), text);
}

function fill_warnings() {
  const made = CELLS.filter((cell) => cell.simulated);
  const open = CELLS.filter((cell) => !cell.complete);
  const warnings = [];
  if (REPORT.simulated || made.length) {
    const which =
      made.length === 0 || made.length === CELLS.length
        ? ""
        : ` This holds for ${plural(made.length, "run", "runs")} of ${CELLS.length}: ` +
          `${made.map((cell) => run_name(cell.name)).join(", ")}.`;
    const warn = warning(
      "Simulated model.",
      "A program answered in place of a language model. Accuracy, cost and time below show how " +
        "this report works; they say nothing about any real model.",
    );
    warn.append(which);
    warn.id = "simulated";
    warnings.push(warn);
  }
  if (open.length) {
    const warn = warning(
      `${plural(open.length, "run is", "runs are")} not complete.`,
      `What stands here for ${open.length === 1 ? "it" : "them"} is of the rows ` +
        "that were reached: ",
    );
    open.forEach((cell, place) => {
      warn.append(
        place ? "; " : "",
        given_run(cell.name),
        cell.stopped ? ": " : "",
        cell.stopped ? given(cell.stopped) : "",
      );
    });
    warn.id = "incomplete";
    warnings.push(warn);
  }
  if (REPORT.stopped) {
    const warn = warning("Part of the sweep is missing.", given(REPORT.stopped));
    warn.id = "stopped";
    warnings.push(warn);
  }
  by_id("warnings").replaceChildren(...warnings);
}

// What 1,000 rows take: money where the task names prices, else tokens.
function cost_words(size, single) {
  const compare = (mine, other, say) => {
    const saved = known(other) && known(mine) && mine > 0 && single !== size ? other / mine : null;
    if (saved === null) return "";
    if (saved >= 1.005) return ` instead of ${say(other)} (${decimal(saved, 2)} times less)`;
    if (saved <= 0.995) return ` instead of ${say(other)} (${decimal(1 / saved, 2)} times more)`;
    return `, about what they cost at one row per prompt`;
  };
  if (known(size.usd_per_row)) {
    const say = (value) => show(1000 * value, "usd");
    const compared = compare(size.usd_per_row, single && single.usd_per_row, say);
    return `cost ${say(size.usd_per_row)}${compared}`;
  }
  if (known(size.tokens_per_row)) {
    const say = (value) => `${show(Math.round(1000 * value), "count")} tokens`;
    const compared = compare(size.tokens_per_row, single && single.tokens_per_row, say);
    const tokens = `take ${say(size.tokens_per_row)}${compared}`;
    return `${tokens}; what that costs is not known, because the task names no prices`;
  }
  return "cost an amount that is not known";
}

function accuracy_words(size) {
  const final = size.accuracy && size.accuracy.final;
  if (!final || !known(final.rate))
    return "How many answers are right is not known: no row has a known answer.";
  if (final.n === 1) {
    const found = final.correct === 1 ? "right" : "wrong";
    const range = interval_words(final);
    return `The one row with a known answer was ${found}, which tells next to nothing (${range}).`;
  }
  const part =
    final.correct === final.n
      ? `All ${show(final.n, "count")} answers were right`
      : final.correct === 0
        ? `None of ${show(final.n, "count")} answers was right`
        : `${show(final.rate, "share")} of the answers were right`;
  return `${part} (${interval_words(final)}).`;
}

function size_sentence(size, single) {
  const cost = `With ${rows_per_prompt(size.batch_size)}, 1,000 rows ${cost_words(size, single)}.`;
  return `${cost} ${accuracy_words(size)}`;
}

function fact(name, value, beside) {
  return element(
    "div",
    null,
    element("dt", null, name),
    element(
      "dd",
      null,
      element("div", { class: "value" }, value),
      beside ? element("div", { class: "beside" }, beside) : null,
    ),
  );
}

function against(size, single, name, say) {
  if (!single || single === size || !known(single[name]) || !known(size[name])) return "";
  return `${say(single[name])} at one row per prompt`;
}

function facts(size, single) {
  const final = size.accuracy && size.accuracy.final;
  const money = (value) => show(1000 * value, "usd");
  const tokens = (value) => show(Math.round(1000 * value), "count");
  const time = (value) => show(1000 * value, "ms");
  const one = single && single !== size && single.accuracy && single.accuracy.final;
  const one_words =
    one && known(one.rate) ? `; ${show(one.rate, "share")} at one row per prompt` : "";
  const beside =
    final && known(final.rate)
      ? `${interval_words(final)}${one_words}`
      : "no row has a known answer";
  return element(
    "dl",
    { class: "facts" },
    known(size.usd_per_row)
      ? fact(
          "1,000 rows cost",
          money(size.usd_per_row),
          against(size, single, "usd_per_row", money),
        )
      : fact(
          "1,000 rows take",
          known(size.tokens_per_row) ? `${tokens(size.tokens_per_row)} tokens` : "not known",
          against(size, single, "tokens_per_row", tokens) ||
            (known(size.tokens_per_row) ? "the task names no prices" : ""),
        ),
    fact(
      element("span", null, term("accuracy", "Accuracy"), ", ", term("final")),
      final && known(final.rate) ? show(final.rate, "share") : "not known",
      beside,
    ),
    fact(
      "Time of 1,000 rows",
      known(size.ms_per_row) ? time(size.ms_per_row) : "not known",
      against(size, single, "ms_per_row", time),
    ),
  );
}

function run_card(cell) {
  const size = { ...cell };
  return element(
    "article",
    { class: "card" },
    element("p", { class: "name" }, given_run(cell.name)),
    element("h3", { class: "choice" }, `Measured at ${rows_per_prompt(cell.batch_size)}`),
    facts(size, null),
    element("p", { class: "sentence" }, size_sentence(size, null)),
    cell.failed > 0
      ? element(
          "p",
          { class: "reason" },
          `${plural(cell.failed, "row", "rows")} of ${show(cell.rows, "count")} failed ` +
            `and ${cell.failed === 1 ? "counts" : "count"} as wrong.`,
        )
      : null,
  );
}

// Two runs: what the second gains or loses.
function comparison_card(both) {
  const final = both.final;
  const points = final && known(final.difference) && known(final.low);
  const size = points ? `${decimal(100 * Math.abs(final.difference), 1)} percentage points` : "";
  const choice = !points
    ? "No difference is known"
    : final.low > 0
      ? `${size} better`
      : final.high < 0
        ? `${size} worse`
        : "No difference could be shown";
  const range = points
    ? "Accuracy of the first minus that of the second: " +
      `${show(final.difference, "points")} points ` +
      `(${CONFIDENCE} interval ${show(final.low, "points")} to ${show(final.high, "points")}).`
    : "";
  return element(
    "article",
    { class: "card told" },
    element("p", { class: "name" }, given_run(both.other), " against ", given_run(both.base)),
    element("h3", { class: "choice" }, choice),
    element("p", { class: "sentence" }, range || "No row with a known answer is in both."),
    final && final.sentence ? element("p", { class: "reason" }, given(final.sentence)) : null,
  );
}

const MOST_CARDS = 4;

// What is recommended for each variant, in a line; the cards have the rest.
function overview() {
  const priced = records("recommendation").some((row) => known(row.usd_per_1000_rows));
  const money = ["usd_per_1000_rows", "saving_usd"];
  const in_cards = ["usd_per_1000_rows_single", "low", "high", "accuracy_single", "rows_needed"];
  const without = [...in_cards, "sentence", ...(priced ? ["saving_tokens"] : money)];
  return element(
    "div",
    { class: "overview" },
    element("h3", null, "The recommended batch size of each variant"),
    table_element("recommendation", null, without),
  );
}

function fill_answer() {
  const section = by_id("answer");
  const all = VARIANTS.length ? VARIANTS.map(variant_card) : CELLS.map(run_card);
  if (REPORT.comparison) all.unshift(comparison_card(REPORT.comparison));
  const rest = all.slice(MOST_CARDS);
  // The yellow box says the first already.
  const told = list(REPORT.notes).filter((note) => !note.startsWith("The model was simulated"));
  const notes = told.map((note) => element("li", null, given(with_run_names(note))));
  section.replaceChildren(
    element(
      "h2",
      { id: "answer-title" },
      VARIANTS.length ? "Which batch size?" : "What was measured",
    ),
    VARIANTS.length
      ? element(
          "p",
          { class: "lead" },
          "Several rows in one prompt (b of them) share its instruction and examples, and so " +
            "cost less each; they may also be answered less well. This compares sizes on rows " +
            "whose right answers are known.",
        )
      : "",
    VARIANTS.length > 1
      ? overview()
      : "",
    all.length
      ? element("div", { class: "cards" }, all.slice(0, MOST_CARDS))
      : element("p", { class: "empty" }, "This report holds no run."),
    rest.length
      ? element(
          "details",
          null,
          element("summary", null, `${rest.length} more`),
          element("div", { class: "cards" }, rest),
        )
      : "",
    VARIANTS.length ? tools("recommendation") : "",
    notes.length
      ? element(
          "div",
          { class: "notes" },
          element("h3", null, "Before you rely on this"),
          element("ul", null, notes),
        )
      : "",
  );
}

function fill_head() {
  const rows = REPORT.rows || {};
  const kinds = {
    sweep: "sheaf sweep: one task at several batch sizes",
    eval: "sheaf eval: one run scored",
    comparison: "sheaf eval: runs compared",
  };
  by_id("kind").textContent = kinds[REPORT.kind] || "sheaf report";
  by_id("title").textContent = show(REPORT.title);
  document.title = `${show(REPORT.title)}: sheaf report`;
  const gold =
    rows.without_gold > 0 ? `, ${show(rows.with_gold, "count")} of them with a known answer` : "";
  const file = rows.file
    ? element("span", null, " of ", given_short(end_of_path(show(rows.file), 1), show(rows.file)))
    : "";
  by_id("about").replaceChildren(
    known(rows.count) ? plural(rows.count, "row", "rows") : "",
    file,
    gold,
    `${known(rows.count) ? "; " : ""}${plural(CELLS.length, "run", "runs")}`,
  );
}
