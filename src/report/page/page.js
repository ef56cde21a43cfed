function dark_now() {
  const said = document.documentElement.dataset.theme;
  return said ? said === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function name_theme() {
  by_id("theme").textContent = dark_now() ? "Light" : "Dark";
  by_id("theme").setAttribute("aria-label", dark_now() ? "Light colours" : "Dark colours");
}

function set_theme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  name_theme();
  draw_all();
}

// Paper is light, whatever the screen is.
let theme_of_screen = null;

function before_print() {
  theme_of_screen = document.documentElement.dataset.theme || null;
  set_theme("light");
}

function fill_contents() {
  const sections = ["answer", "sizes", "run", "wrong", "all-runs", "words"]
    .map(by_id)
    .filter((section) => section.firstElementChild);
  const links = sections.map((section) =>
    element(
      "li",
      null,
      element("a", { href: `#${section.id}` }, section.querySelector("h2").textContent),
    ),
  );
  by_id("contents").replaceChildren(element("ul", null, links));
}

function start() {
  read_colours();
  fill_head();
  fill_warnings();
  fill_answer();
  fill_sizes();
  fill_run();
  fill_wrong();
  fill_all_runs();
  fill_words();
  fill_contents();
  name_theme();
  draw_all();
  by_id("theme").addEventListener("click", () => set_theme(dark_now() ? "light" : "dark"));
  by_id("download").addEventListener("click", () =>
    save("report.json", "application/json", `${JSON.stringify(REPORT)}\n`),
  );
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => set_theme(null));
  addEventListener("beforeprint", before_print);
  addEventListener("afterprint", () => set_theme(theme_of_screen));
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide_tip();
  });
  addEventListener("scroll", place_tip, { passive: true, capture: true });
}

start();
