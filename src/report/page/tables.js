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
  const long = text.length > 60 ? " long" : text.length > 44 ? "" : " short";
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

// The rows for which `keeps` is true, as a table. What is cut is said in its caption.
function table_element(id, keeps, without) {
  const table = TABLES.get(id);
  const columns = table.columns
    .map((column, place) => ({ ...column, place }))
    .filter((column) => !list(without).includes(column.name));
  const all = records(id);
  const kept = table.rows.filter((row, place) => !keeps || keeps(all[place]));
  const shown = kept.slice(0, MOST_ROWS);
  const cut =
    kept.length > shown.length
      ? `: the first ${show(shown.length, "count")} of ${plural(kept.length, "row", "rows")}; ` +
        "the CSV file has all"
      : "";
  const gaps = shown.some((row) => columns.some((column) => row[column.place] === null));
  const body = shown.map((row) =>
    element(
      "tr",
      null,
      columns.map((column, order) => body_cell(row[column.place], column, order === 0)),
    ),
  );
  return element(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": table.title },
    element(
      "table",
      null,
      element("caption", null, `${table.title}${cut}${gaps ? `. ${UNKNOWN} is not known` : ""}.`),
      element("thead", null, element("tr", null, columns.map(header_cell))),
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
