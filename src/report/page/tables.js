const MOST_ROWS = 300;

function header_cell(column) {
  const key = COLUMN_TERMS[column.name];
  const text = key ? term(key, column.title) : column.title;
  return element("th", { scope: "col", class: column.kind === "text" ? "text" : null }, text);
}

// Runs go by their short names.
function cell_text(value, column) {
  const names_run = column.name === "run" || (ALONE && column.name === "variant");
  const kind = column.name === "loss_bound" ? "loss" : column.kind;
  return names_run ? run_name(value) : show(value, kind);
}

function body_cell(value, column, first) {
  const is_text = column.kind === "text";
  const text = cell_text(value, column);
  const tag = first ? "th" : "td";
  const long = text.length > 44 ? " long" : " short";
  return element(
    tag,
    {
      scope: first ? "row" : null,
      class: is_text ? `text${long}` : null,
      title: is_text && text !== show(value) ? show(value) : null,
    },
    clip(text, 400),
  );
}

// A text, flag or repeat that is the same in all of several rows; no other column is left out.
function is_alike(column, rows) {
  const may_be = ["text", "flag"].includes(column.kind) || column.name === "repeat";
  return (
    may_be && rows.length > 1 && rows.every((row) => row[column.place] === rows[0][column.place])
  );
}

// The rows for which `keeps` is true, as a table. What is cut, and what is the same in all rows, is
// said in its caption.
function table_element(id, keeps, without) {
  const table = TABLES.get(id);
  const columns = table.columns
    .map((column, place) => ({ ...column, place }))
    .filter((column) => !list(without).includes(column.name));
  const all = records(id);
  const kept = table.rows.filter((row, place) => !keeps || keeps(all[place]));
  const shown = kept.slice(0, MOST_ROWS);
  const alike = columns.filter((column) => is_alike(column, kept));
  const told = columns.filter((column) => !alike.includes(column));
  const body = shown.map((row) =>
    element(
      "tr",
      null,
      told.map((column, order) => body_cell(row[column.place], column, order === 0)),
    ),
  );
  const says = [
    kept.length > shown.length
      ? `The first ${show(shown.length, "count")} of ${plural(kept.length, "row", "rows")}; ` +
        "the CSV file has all."
      : "",
    ...alike
      .filter((column) => kept[0][column.place] !== null)
      .map((column) => `${column.title}: ${clip(cell_text(kept[0][column.place], column), 200)}.`),
    shown.some((row) => told.some((column) => row[column.place] === null))
      ? `${UNKNOWN} is not known.`
      : "",
  ].filter(Boolean);
  return element(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": table.title },
    element(
      "table",
      null,
      element(
        "caption",
        null,
        element("span", { class: "unseen" }, `${table.title}. `),
        says.length ? given(says.join(" ")) : null,
      ),
      element("thead", null, element("tr", null, told.map(header_cell))),
      element("tbody", null, body),
    ),
  );
}

function download_buttons(id) {
  const table = TABLES.get(id);
  const csv = button("CSV", () => save(`${id}.csv`, "text/csv", to_csv(table)));
  const json = button("JSON", () =>
    save(`${id}.json`, "application/json", `${JSON.stringify(records(id), null, 1)}\n`),
  );
  csv.setAttribute("aria-label", `${table.title}, as CSV`);
  json.setAttribute("aria-label", `${table.title}, as JSON`);
  return element("div", { class: "downloads" }, csv, json);
}

function tools(id, keeps, without) {
  const holder = element(
    "details",
    null,
    element("summary", null, "As a table"),
    table_element(id, keeps, without),
  );
  return element("div", { class: "tools" }, holder, download_buttons(id));
}
