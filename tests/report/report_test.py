"""Opens reports in a headless browser: usual, degenerate and hostile ones. Exits 0, 1 or 77 (no
browser here).

report_test.py REPORT_PAGE FOLDER, where REPORT_PAGE is the built tests/report/report_page.cpp and
FOLDER is for the pages and their screenshots."""

import csv
import io
import json
import pathlib
import subprocess
import sys

import appearance
import browser
import sample_reports

WIDE, NARROW = appearance.WIDE, appearance.NARROW
ALL_LOOKS = [(width, dark) for width in (WIDE, NARROW) for dark in (False, True)]
TWO_LOOKS = [(WIDE, False), (NARROW, True)]
# Charts and figures of a page. A figure always has its table.
EXPECTED = {
    "usual": (10, 13),
    "close": (10, 11),
    "crowded": (10, 11),
    "files_compared": (9, 12),
    "many_variants": (10, 12),
    "no_gold": (7, 12),
    "no_prices": (9, 12),
    "one_row": (10, 11),
    "all_right": (10, 12),
    "all_wrong": (10, 12),
    "one_cell": (4, 11),
    "comparison": (9, 11),
    "incomplete": (10, 12),
    "classes_1000": (10, 13),
    "positions_1000": (10, 12),
    "empty": (0, 0),
    "bare": (0, 0),
    "undecided": (10, 12),
    "hostile": (10, 13),
}
# What they have to say.
SAYS = {
    "no_gold": "no row has a known answer",
    "no_prices": "the task names no prices",
    "one_row": "The one row with a known answer was right, which tells next to nothing",
    "all_right": "All 120 answers were right",
    "all_wrong": "None of 120 answers was right",
    "one_cell": "Measured at 4 rows per prompt",
    "comparison": "b4 against b1",
    "files_compared": "batched/answers.jsonl against single/answers.jsonl",
    "incomplete": "Part of the sweep is missing.",
    "classes_1000": "The 12 classes with the most rows of 1,000 are shown",
    "empty": "This report holds no run.",
    "bare": "This report holds no run.",
    "many_variants": "Cannot tell which batch size yet",
}
wrong = []


def check(what, said, expected=True):
    ok = said == expected
    if not ok:
        print(f"not ok - {what}: {said!r}, not {expected!r}")
        wrong.append(what)


class Pages:
    def __init__(self, tool, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in sample_reports.write_all(self.folder):
            (self.folder / name).mkdir(exist_ok=True)
            subprocess.run([tool, self.folder / f"{name}.json", self.folder / name], check=True)

    def address(self, name):
        return (self.folder / name / "report.html").resolve().as_uri()

    def report(self, name):
        return json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))

    def csv(self, name, table):
        return (self.folder / name / f"{table}.csv").read_bytes()


def numbers_as_values(text):
    """CSV as rows, in which 0.50 and 5e-1 are one value."""

    def value(cell):
        try:
            return float(cell)
        except ValueError:
            return cell

    return [[value(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""))]


def check_look(page, name, what, dark):
    """What holds for every report at every width in both themes."""
    check(f"{what}: no complaint", page.complaints, [])
    check(
        f"{what}: it loads nothing",
        [url for url in page.requests[1:] if not url.startswith("data:")],
        [],
    )
    check(
        f"{what}: no sideways scrolling",
        page.value("document.documentElement.scrollWidth <= innerWidth"),
    )
    charts, figures = EXPECTED[name]
    check(f"{what}: charts", page.value("document.querySelectorAll('canvas').length"), charts)
    check(f"{what}: figures", page.value("document.querySelectorAll('figure').length"), figures)
    check(
        f"{what}: every figure has a table and its downloads",
        page.value(
            "[...document.querySelectorAll('figure')].filter(one => !one.querySelector('table') ||"
            " one.querySelectorAll('.downloads button').length !== 2).map(one => one.id)"
        ),
        [],
    )
    check(
        f"{what}: no empty chart",
        page.value(
            "[...document.querySelectorAll('canvas')].filter(one => {"
            " const bytes = one.getContext('2d').getImageData(0, 0, one.width, one.height).data;"
            " const drawn = Chart.getChart(one).data.datasets.some(set => set.data.length);"
            " return !drawn || !bytes.some(byte => byte); }).length"
        ),
        0,
    )
    check(
        f"{what}: every chart is described",
        page.value(
            "[...document.querySelectorAll('canvas')].every(one => one.getAttribute('role') === 'img'"
            " && one.getAttribute('aria-label').length > 20)"
        ),
    )
    check(
        f"{what}: tables have captions and scopes",
        page.value(
            "[...document.querySelectorAll('table')].every(one => one.caption && one.caption.textContent"
            " && [...one.querySelectorAll('th')].every(head => head.scope))"
        ),
    )
    check(
        f"{what}: nothing but words",
        page.value(
            r"(document.body.innerText.match(/\b(NaN|undefined|Infinity|null)\b|\[object/) || [''])[0]"
        ),
        "",
    )
    said = page.value("document.body.textContent").replace("\u00a0", " ")
    check(f"{what}: says its word", SAYS.get(name, "") in said)
    light = page.value("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
    check(f"{what}: the theme", sum(light) < 3 * 64, dark)


def check_usual(page):
    text = page.value("document.querySelector('#answer').textContent").replace("\u00a0", " ")
    said = (
        "With 4 rows per prompt, 1,000 rows cost $0.165 instead of $0.344 (2.08 times less). "
        "82.1 % of the answers were right (95 % interval 79.6 % to 84.3 %)."
    )
    check("the answer is said in words", said in text)
    check("the answer comes first", "Use 4 rows per prompt" in text)
    check(
        "all wrong answers stand there",
        page.value("document.querySelectorAll('.wrongs > details').length"),
        10,
    )
    check(
        "a simulated model is said first",
        page.value("document.querySelector('main').innerText.trim().startsWith('Simulated model')"),
    )


def check_switch(page):
    page.press("Tab", 9)
    check("the first stop of the keyboard", page.value("document.activeElement.className"), "skip")
    page.press("Tab", 9)
    colour = "Chart.getChart(document.querySelector('canvas')).data.datasets[0].borderColor"
    before = page.value(colour)
    page.value("document.activeElement.click()")
    check(
        "the switch turns the theme", page.value("document.documentElement.dataset.theme"), "dark"
    )
    check("the charts turn with it", page.value(colour) != before)
    page.value("document.querySelector('#sizes .term').focus()")
    page.settle()
    check(
        "a word is explained",
        page.value(
            "!by_tip.hidden && by_tip.textContent.length > 40".replace(
                "by_tip", "document.querySelector('#tip')"
            )
        ),
    )
    check(
        "to a screen reader too",
        page.value("document.activeElement.getAttribute('aria-describedby')"),
        "tip",
    )
    page.press("Escape", 27)
    check("Escape puts the explanation away", page.value("document.querySelector('#tip').hidden"))


def check_pickers(page):
    def pick(select, place):
        page.value(
            f"{{ const one = document.querySelector('{select}'); one.selectedIndex = {place};"
            " one.dispatchEvent(new Event('change')); }"
        )
        page.settle()

    first = page.value("document.querySelector('#figure-accuracy > p').textContent")
    pick("#pick-variant", 3)
    check(
        "another variant, other figures",
        page.value("document.querySelector('#figure-accuracy > p').textContent") != first,
    )
    pick("#pick-savings-of", 1)
    check(
        "savings of money",
        "Money saved" in page.value("document.querySelector('#figure-savings > p').textContent"),
    )
    first = page.value("document.querySelector('#figure-positions table').textContent")
    pick("#pick-run", 7)
    check(
        "another run, another table",
        page.value("document.querySelector('#figure-positions table').textContent") != first,
    )
    check("pickers: no complaint", page.complaints, [])


def check_downloads(page, pages, name):
    page.open(pages.address(name))
    for table in ("accuracy", "wrong-answers", "confusion"):
        place = "#wrong" if table == "wrong-answers" else f"#figure-{table}"
        page.value(f"document.querySelector('{place} .downloads button').click()")
        got = page.downloaded(f"{table}.csv")
        check(
            f"{name}: {table}.csv from the page",
            numbers_as_values(got.decode()),
            numbers_as_values(pages.csv(name, table).decode()),
        )
    page.value("document.querySelector('#figure-accuracy .downloads button:last-child').click()")
    check(f"{name}: a table as JSON", len(json.loads(page.downloaded("accuracy.json"))) > 1)
    page.value("document.querySelector('#download').click()")
    check(
        f"{name}: report.json from the page",
        json.loads(page.downloaded("report.json")),
        pages.report(name),
    )


def check_hostile(page, pages):
    page.open(pages.address("hostile"))
    text = sample_reports.HOSTILE
    check("hostile text runs nothing", page.value("typeof window.broken"), "undefined")
    check("the title is its text", page.value("document.querySelector('h1').textContent"), text)
    check(
        "a reply is its text",
        page.value("document.querySelectorAll('.wrongs pre')[1].textContent"),
        text,
    )
    check(
        "no element came from the data",
        page.value(
            "document.querySelectorAll('img, iframe, object, embed, form, base, script:not([id]) ~ script').length"
            " + document.querySelectorAll('script').length"
        ),
        4,
    )
    page.complaints.clear()
    page.value(
        "{ const one = document.createElement('script'); one.textContent = 'window.ran = 1';"
        " document.body.append(one); }"
    )
    check("the policy refuses another script", page.value("typeof window.ran"), "undefined")
    check("and says so", len(page.complaints), 1)
    check(
        "the policy refuses a request",
        page.value(
            "new Promise(done => { document.addEventListener('securitypolicyviolation',"
            " event => done(event.effectiveDirective)); fetch('https://example.invalid/').then("
            " () => done('sent'), () => setTimeout(() => done('no policy'), 500)); })"
        ),
        "connect-src",
    )
    check("every text that is a formula is escaped in CSV", page_formulas(pages), [])


def page_formulas(pages):
    cells = [
        cell
        for table in ("runs", "wrong-answers", "recommendation")
        for row in numbers_as_values(pages.csv("hostile", table).decode())
        for cell in row
    ]
    return [cell for cell in cells if isinstance(cell, str) and cell[:1] in tuple("=+-@\t\r\n")]


def check_many_positions(page):
    page.value(
        "{ const one = document.querySelector('#pick-run'); one.selectedIndex = 2;"
        " one.dispatchEvent(new Event('change')); }"
    )
    check(
        "a cut table says so",
        "The first 300 of 1,000 rows; the CSV file has all"
        in page.value("document.querySelector('#figure-positions caption').textContent").replace(
            "\u00a0", " "
        ),
    )


def main():
    tool, folder = sys.argv[1:]
    path = browser.find()
    if path is None:
        print("skipped: no Chromium here (Debian: chromium-headless-shell)")
        return 77
    pages = Pages(tool, folder)
    page = browser.Browser(path)
    try:
        for name in EXPECTED:
            for width, dark in ALL_LOOKS if name in ("usual", "hostile") else TWO_LOOKS:
                theme = "dark" if dark else "light"
                page.open(pages.address(name), width, dark=dark)
                check_look(page, name, f"{name}, {width} wide, {theme}", dark)
                if name == "usual":
                    check_usual(page)
                    page.screenshot(pages.folder / f"usual-{width}-{theme}.png", whole=True)
                if name == "positions_1000":
                    check_many_positions(page)
        page.open(pages.address("usual"))
        check_switch(page)
        page.open(pages.address("many_variants"))
        check_pickers(page)
        check_downloads(page, pages, "usual")
        check_downloads(page, pages, "hostile")
        check_hostile(page, pages)
        for check_part in appearance.ALL:
            check_part(check, page, pages)
    finally:
        page.close()
    print("all reports opened" if not wrong else f"{len(wrong)} checks failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
