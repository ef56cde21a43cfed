const DATA = JSON.parse(by_id("data").textContent);
const REPORT = DATA.report || {};

function list(value) {
  return Array.isArray(value) ? value : [];
}

const CELLS = list(REPORT.cells);
const VARIANTS = list(REPORT.variants);
const CONFIDENCE = known(REPORT.confidence)
  ? `${plain_number(100 * REPORT.confidence)}${HARD_SPACE}%`
  : `95${HARD_SPACE}%`;

const TABLES = new Map(DATA.tables.map((table) => [table.id, table]));

// The rows of a table as objects by column name.
function records(id) {
  const table = TABLES.get(id);
  return table.rows.map((row) =>
    Object.fromEntries(table.columns.map((column, place) => [column.name, row[place]])),
  );
}

function csv_cell(value) {
  if (value === null) return "";
  let text = typeof value === "string" ? value : JSON.stringify(value);
  const is_formula =
    typeof value === "string" &&
    /^[=+\-@\t\r\n]/.test(value) &&
    !/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(value);
  if (is_formula) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function to_csv(table) {
  const lines = [table.columns.map((column) => column.name), ...table.rows];
  return lines.map((cells) => `${cells.map(csv_cell).join(",")}\r\n`).join("");
}

function size_of(variant, batch_size) {
  return list(variant.sizes).find(
    (size) => size.batch_size === batch_size && list(size.cells).length > 0,
  );
}
