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

// Without variants each run stands for itself, and by its name, which is that of its file.
const ALONE = VARIANTS.length === 0;

// The last `parts` parts of a path.
function end_of_path(path, parts) {
  return path.split(/[\\/]+/).filter(Boolean).slice(-parts).join("/") || path;
}

// The least of a path's end that tells it from the others.
function short_name(path, paths) {
  const others = paths.filter((other) => other !== path);
  const most = path.split(/[\\/]+/).length;
  for (let parts = 1; parts < most; ++parts) {
    const end = end_of_path(path, parts);
    if (!others.some((other) => end_of_path(other, parts) === end)) return end;
  }
  return path;
}

const FILES = ALONE ? CELLS.map((cell) => String(cell.name)) : [];
const RUN_NAMES = new Map(FILES.map((file) => [file, short_name(file, FILES)]));

function run_name(name) {
  return RUN_NAMES.get(name) || show(name);
}

// A text with the short names of the runs in it.
function with_run_names(text) {
  return [...RUN_NAMES].reduce((made, [name, short]) => made.replaceAll(name, short), text);
}

function given_run(name) {
  return given_short(run_name(name), show(name));
}

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
