"""How pages look: labels, colours, tables, names, the choice of sizes; by width and theme."""

import looks

WIDE, NARROW, NARROWEST = 1280, 390, 360


def check_front(check, page, pages):
    """The labels of the front, at every width."""
    sizes = [f"b = {size}" for size in (1, 2, 3, 4, 6, 8)]
    files = ["batched/answers.jsonl", "eight.jsonl", "single/answers.jsonl"]
    for name, widths, expected in (
        ("usual", (WIDE, NARROW, NARROWEST), sizes),
        ("close", (WIDE, NARROWEST), sizes),
        ("files_compared", (NARROWEST,), files),
        ("crowded", (WIDE, NARROWEST), sizes),
        ("many_variants", (NARROWEST,), ["b = 1", "b = 2", "b = 4", "b = 8"]),
    ):
        for width in widths:
            page.open(pages.address(name), width)
            what = f"{name}, {width} wide"
            check(f"{what}: labels that collide", looks.collisions(page), [])
            said = [label.replace(", recommended", "") for label in looks.front_labels(page)]
            check(f"{what}: labels of the front", said, expected)


def check_colours(check, page, pages):
    for name in ("usual", "close"):
        for dark in (False, True):
            page.open(pages.address(name), dark=dark)
            what = f"{name}, {'dark' if dark else 'light'}"
            check(f"{what}: shading follows shares", looks.wrong_shading(page), [])
            check(f"{what}: lines that hide", looks.hidden_lines(page), [])


def check_tables(check, page, pages):
    for name in ("usual", "close", "files_compared", "hostile"):
        page.open(pages.address(name), NARROW)
        looks.open_tables(page)
        check(f"{name}, tables open: beyond the window", looks.overflowing(page), [])
        check(f"{name}, tables open: headings out of line", looks.boxed_headings(page), [])
    page.open(pages.address("close"), NARROW)
    looks.open_tables(page)
    small = [f"#figure-{name} table" for name in ("rounds", "rates", "confusion")]
    check("small tables fit a phone", looks.scrolling(page, [".choices", *small]), [])
    page.open(pages.address("usual"), NARROW)
    check("classes fit a phone", looks.scrolling(page, ["#figure-classes table"]), [])
    check(
        "what is the same in all rows is said once",
        page.value("document.querySelector('#all-runs caption').textContent"),
        "All runs. Format: labelled. Grouping: sequential. Model: gpt-4.1-mini. Repeat: 1. "
        "Simulated: yes. Complete: yes.",
    )


def check_names(check, page, pages):
    """Files go by their last names, whole ones are at hand."""
    page.open(pages.address("close"))
    path = pages.report("close")["rows"]["file"]
    base = path.rsplit("/", 1)[1]
    about = page.value("document.querySelector('#about').textContent").replace("\u00a0", " ")
    check("the header has the file's last name", about, f"1,200 rows of {base}; 7 runs")
    check(
        "and its path as a title",
        page.value("document.querySelector('#about bdi').title"),
        path,
    )
    check(
        "the path stands whole over all runs",
        page.value("document.querySelector('#all-runs .file')?.textContent"),
        f"Rows: {path}",
    )
    page.open(pages.address("files_compared"))
    check(
        "a note names a file as the figures do",
        page.value("document.querySelector('.notes').textContent"),
        "Before you rely on thisbatched/answers.jsonl has no checkpoint beside it.",
    )


def check_choice(check, page, pages):
    """The sizes stand beside each other at the top, the recommended one marked."""
    page.open(pages.address("usual"))
    rows = (
        "[...document.querySelectorAll('#answer .choices tbody tr{}')].map(row =>"
        " [...row.children].map(cell => cell.textContent.replaceAll('\u00a0', ' ')))"
    )
    check(
        "the sizes to choose from", [row[0] for row in page.value(rows.format(""))], list("123468")
    )
    size = pages.report("usual")["variants"][0]["sizes"][3]
    loss = f"{100 * size['against_single']['loss_bound']:.1f}"
    check(
        "the recommended one",
        page.value(rows.format(".chosen")),
        [["4", "$0.165", "2.08×", "82.1 %", loss]],
    )
    page.open(pages.address("many_variants"))
    check(
        "variants stand in a line each before their cards",
        page.value(
            "[...document.querySelectorAll('.overview tbody tr')].slice(1, 4).map(row =>"
            " [...row.children].map(cell => cell.textContent))"
        ),
        [
            ["labelled, random, gpt-4.1-nano", "2", "$0.227", "1.52×", "81.7\u00a0%", "0.2"],
            ["labelled, similarity, gpt-4.1-mini", "1", "$0.344", "1.00×", "81.2\u00a0%", "none"],
            ["labelled, similarity, gpt-4.1-nano", "–", "–", "–", "–", "–"],
        ],
    )
    page.open(pages.address("undecided"))
    check(
        "what cannot be told is not called a choice",
        page.value("document.querySelector('.choice').firstChild.textContent"),
        "Cannot tell yet: stay with 1 row per prompt",
    )


def check_positions(check, page, pages):
    """Accuracy has its axis to itself; without gold, doubts have it."""
    chart = "Chart.getChart(document.querySelector('#figure-positions canvas'))"
    labels = f"{chart}.data.datasets.map(set => set.label)"
    page.open(pages.address("no_gold"))
    check("no_gold: what is drawn by position", page.value(labels), ["doubtful"])
    page.open(pages.address("usual"))
    check("usual: what is drawn by position", page.value(labels), ["right at first pass"])
    low = page.value(f"{chart}.scales.y.min")
    check("usual: the axis begins near the points", low > 0.5)


ALL = (check_front, check_colours, check_tables, check_names, check_choice, check_positions)
