const MOST_CLASSES = 12;

// From this share of a line on, a wrong answer has its full colour.
const DEEPEST_WRONG = 0.25;

function sum(numbers) {
  return numbers.reduce((all, one) => all + one, 0);
}

// A confusion table cut to the classes with the most rows, what it leaves out in one column: a line
// for each class, {name, all, cells: [{answer, count, is_right}]}.
function confusion_lines(confusion) {
  const classes = list(confusion.classes);
  const counts = classes.map((_, place) => list(list(confusion.counts)[place]));
  const shown = classes
    .map((_, place) => place)
    .sort((a, b) => sum(counts[b]) - sum(counts[a]) || a - b)
    .slice(0, MOST_CLASSES)
    .sort((a, b) => a - b);
  const others = classes.map((_, place) => place).filter((place) => !shown.includes(place));
  const beyond = [
    ["other classes", others],
    ["no class", [classes.length]],
    ["failed", [classes.length + 1]],
  ].filter(([, places]) => shown.some((gold) => places.some((place) => counts[gold][place])));
  const columns = [...shown.map((place) => [show(classes[place]), [place]]), ...beyond];
  return shown.map((gold) => ({
    name: show(classes[gold]),
    all: sum(counts[gold]),
    cells: columns.map(([answer, places], order) => ({
      answer,
      count: sum(places.map((place) => counts[gold][place] || 0)),
      is_right: shown[order] === gold,
    })),
  }));
}

function confusion_cell(cell, line) {
  const share = line.all > 0 ? cell.count / line.all : 0;
  const what =
    `${show(cell.count, "count")} of ${plural(line.all, "row", "rows")} of ` +
    `${clip(line.name, 60)}: ${clip(cell.answer, 60)} (${show(share, "share")})`;
  const look = cell.count === 0 ? "none" : cell.is_right ? "right" : "wrong";
  const made = element("td", { class: look, title: what }, show(cell.count, "count"));
  const depth = cell.is_right ? share : Math.min(1, share / DEEPEST_WRONG);
  if (cell.count) made.style.setProperty("--depth", depth.toFixed(4));
  return made;
}

function confusion_element(confusion) {
  const lines = confusion_lines(confusion);
  const cut =
    lines.length < confusion.classes.length
      ? ` The ${lines.length} classes with the most rows of ` +
        `${show(confusion.classes.length, "count")} are shown; the CSV file has all.`
      : "";
  const columns = lines[0].cells.map((cell) => cell.answer);
  const name_cell = (name, scope) => element("th", { scope }, given(clip(name, 60)));
  return element(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": "Confusion table" },
    element(
      "table",
      { class: "matrix" },
      element("caption", null, given(`A line is a gold class, a column an answer.${cut}`)),
      element(
        "thead",
        null,
        element(
          "tr",
          null,
          element("th", { scope: "col" }, "gold ↓ answer →"),
          columns.map((name) => name_cell(name, "col")),
        ),
      ),
      element(
        "tbody",
        null,
        lines.map((line) =>
          element(
            "tr",
            null,
            name_cell(line.name, "row"),
            line.cells.map((cell) => confusion_cell(cell, line)),
          ),
        ),
      ),
    ),
  );
}

function confusion_figure(cell) {
  const has = cell.confusion && list(cell.confusion.classes).length > 0;
  return figure("confusion", "Confusion table", {
    heading: term("confusion table", "Confusion table"),
    wide: has && list(cell.confusion.classes).length > 4,
    empty: has ? null : "There is none: the answers are no classes, or no row has a known answer.",
    says:
      "The deeper a colour, the larger its share of the line: blue are right answers, orange " +
      `wrong ones, deepest from ${plain_number(100 * DEEPEST_WRONG)}${HARD_SPACE}% of the line on.`,
    body: has ? confusion_element(cell.confusion) : null,
    keeps: (row) => row.run === cell.name,
    without: ["run"],
  });
}
