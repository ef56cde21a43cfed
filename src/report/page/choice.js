// What a variant's card advises, and the sizes that it chose from.

function advice(variant, size) {
  const told = variant.recommended || {};
  if (!size) return "Cannot tell which batch size yet";
  if (size.batch_size > 1) return `Use ${rows_per_prompt(size.batch_size)}`;
  return known(told.rows_needed)
    ? "Cannot tell yet: stay with 1 row per prompt"
    : "Stay with 1 row per prompt";
}

function loss_words(size) {
  const found = size.against_single;
  if (!found || !known(found.loss_bound)) return size.batch_size === 1 ? "" : UNKNOWN;
  return show(found.loss_bound, "loss");
}

function times_words(saving) {
  return known(saving) ? show(saving, "times") : UNKNOWN;
}

// The sizes of a variant with what each costs and may lose; nothing where there is one alone.
function choice_table(variant) {
  const sizes = list(variant.sizes).filter((size) => list(size.cells).length > 0);
  if (sizes.length < 2) return null;
  const priced = sizes.every((size) => known(size.usd_per_row));
  const cost = (size) =>
    priced
      ? show(1000 * size.usd_per_row, "usd")
      : known(size.tokens_per_row)
        ? show(Math.round(1000 * size.tokens_per_row), "count")
        : UNKNOWN;
  const accuracy = (size) => show(((size.accuracy || {}).final || {}).rate, "share");
  const saving = (size) => (size.saving || {})[priced ? "usd" : "tokens"];
  const columns = [
    ["Rows per prompt", (size) => show(size.batch_size, "count")],
    [priced ? "Cost of 1,000 rows" : "Tokens of 1,000 rows", cost],
    ["Times less", (size) => times_words(saving(size))],
    ["Accuracy", accuracy],
    [term("loss at most", "Points lost at most"), loss_words],
  ];
  const allowed = known(REPORT.max_loss)
    ? ` A loss of ${plain_number(100 * REPORT.max_loss)} points against one row per prompt is ` +
      "allowed."
    : "";
  const line = (size) =>
    element(
      "tr",
      { class: size.recommended ? "chosen" : null },
      columns.map(([, say], place) =>
        element(place ? "td" : "th", { scope: place ? null : "row" }, say(size)),
      ),
    );
  return element(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": `Sizes of ${variant.name}` },
    element(
      "table",
      { class: "choices" },
      element("caption", null, given(`The sizes to choose from.${allowed}`)),
      element(
        "thead",
        null,
        element(
          "tr",
          null,
          columns.map(([name]) => element("th", { scope: "col" }, name)),
        ),
      ),
      element("tbody", null, sizes.map(line)),
    ),
  );
}

function variant_card(variant) {
  const told = variant.recommended || {};
  const single = size_of(variant, 1);
  const size = known(told.batch_size) ? size_of(variant, told.batch_size) : null;
  const shown = size || single;
  return element(
    "article",
    { class: size ? "card told" : "card" },
    element("p", { class: "name" }, given(variant.name)),
    element(
      "h3",
      { class: "choice" },
      advice(variant, size),
      variant.simulated ? [" ", element("span", { class: "badge" }, "simulated model")] : [],
    ),
    !size && shown ? element("p", { class: "until" }, "Until then, one row per prompt:") : null,
    shown ? facts(shown, single) : null,
    element("p", { class: "sentence" }, shown ? size_sentence(shown, single) : ""),
    told.sentence ? element("p", { class: "reason" }, given(told.sentence)) : null,
    variant.repeats > 1
      ? element("p", { class: "reason" }, `Over ${variant.repeats} repeats of each size.`)
      : null,
    choice_table(variant),
  );
}
