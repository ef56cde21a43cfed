"""What can be told of a page's looks by measuring: each function lists what is amiss."""

import math

# Boxes of the labels of the front, its points, and what the labels' texts take.
FRONT = """(() => {
  const chart = Chart.getChart(document.querySelector('#figure-front canvas'));
  const font = chart.ctx.font;
  chart.ctx.font = `600 12.5px ${Chart.defaults.font.family}`;
  const labels = chart.$labels.map(one => ({text: one.text.replaceAll('\\u00a0', ' '),
    left: one.left, right: one.right, top: one.top, bottom: one.bottom, led: one.led,
    from: {x: one.point.x, y: one.point.y}, to: one.end,
    width: chart.ctx.measureText(one.text).width}));
  chart.ctx.font = font;
  const points = chart.data.datasets.flatMap((_, place) =>
    chart.getDatasetMeta(place).data.map(point => ({x: point.x, y: point.y})));
  return {labels, points, width: chart.width, height: chart.height};
})()"""


def boxes_meet(a, b):
    across = a["left"] < b["right"] and b["left"] < a["right"]
    return across and a["top"] < b["bottom"] and b["top"] < a["bottom"]


def leads_through(led, label, steps=200):
    """Whether a leader, looked at point by point, runs through a label."""
    for step in range(steps + 1):
        x, y = (
            led["from"][axis] + (led["to"][axis] - led["from"][axis]) * step / steps
            for axis in ("x", "y")
        )
        if label["left"] < x < label["right"] and label["top"] < y < label["bottom"]:
            return True
    return False


def front_labels(page):
    return sorted(label["text"] for label in page.value(FRONT)["labels"])


def collisions(page):
    """Labels of the front that meet each other, a point or the chart's edge."""
    front = page.value(FRONT)
    found = []
    for place, label in enumerate(front["labels"]):
        text = label["text"]
        found += [
            f"{text} meets {other['text']}"
            for other in front["labels"][:place]
            if boxes_meet(label, other)
        ]
        found += [
            f"{text} meets a point"
            for point in front["points"]
            if label["left"] < point["x"] + 3
            and point["x"] - 3 < label["right"]
            and label["top"] < point["y"] + 3
            and point["y"] - 3 < label["bottom"]
        ]
        found += [
            f"{text} is crossed by the leader of {other['text']}"
            for other in front["labels"]
            if other is not label and other["led"] and leads_through(other, label)
        ]
        if label["right"] - label["left"] < label["width"] - 0.5:
            found.append(f"{text} is wider than its box")
        if label["left"] < 0 or label["right"] > front["width"] or label["top"] < 0:
            found.append(f"{text} leaves the chart")
    return found


# The cells of the confusion table: their count, place and colours as bytes.
CELLS = """(() => {
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d', {willReadFrequently: true});
  const card = getComputedStyle(document.querySelector('#figure-confusion')).backgroundColor;
  const bytes = colour => {
    pen.fillStyle = card; pen.fillRect(0, 0, 1, 1);
    pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const lines = [...document.querySelectorAll('#figure-confusion .matrix tbody tr')];
  return lines.map((line, gold) => [...line.querySelectorAll('td')].map((cell, answer) => ({
    count: Number(cell.textContent.replaceAll(',', '')), right: gold === answer,
    paper: bytes('transparent'), back: bytes(getComputedStyle(cell).backgroundColor),
    ink: bytes(getComputedStyle(cell).color)})));
})()"""
DEEPEST_WRONG = 0.25


def luminance(colour):
    parts = [byte / 255 for byte in colour]
    r, g, b = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a, b):
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def depth(cell):
    return math.dist(cell["back"], cell["paper"])


def wrong_shading(page):
    """Confusion cells whose colour does not follow their share of the line."""
    found, wrongs = [], []
    for line in page.value(CELLS):
        total = sum(cell["count"] for cell in line)
        for cell in line:
            share = cell["count"] / total
            red, _, blue = (back - paper for back, paper in zip(cell["back"], cell["paper"]))
            if cell["count"] == 0 and depth(cell) > 0:
                found.append("a zero is shaded")
            if cell["count"] and (blue > red) != cell["right"]:
                found.append(f"{cell['count']} of {total} has the wrong hue")
            if contrast(cell["back"], cell["ink"]) < 4.5:
                found.append(f"{cell['count']} of {total} is hard to read")
            if not cell["right"]:
                wrongs.append((min(share, DEEPEST_WRONG), depth(cell)))
    wrongs.sort()
    for (less, pale), (more, deep) in zip(wrongs, wrongs[1:]):
        if (more - less > 0.01 and deep <= pale) or (more == less and abs(deep - pale) > 2):
            found.append(f"{more:.3f} is shaded {deep:.0f}, {less:.3f} {pale:.0f}")
    return found


# For each point of the savings: how many pixels about it have each line's colour.
SAVINGS = """(() => {
  const chart = Chart.getChart(document.querySelector('#figure-savings canvas'));
  const {ctx} = chart;
  const colours = chart.data.datasets.map(set => set.borderColor.match(/\\d+/g).map(Number));
  return chart.data.datasets.flatMap((set, place) =>
    chart.getDatasetMeta(place).data.map(point => {
      const near = ctx.getImageData(point.x - 9, point.y - 9, 18, 18).data;
      let pixels = 0;
      for (let at = 0; at < near.length; at += 4)
        pixels += colours[place].every((byte, part) => Math.abs(byte - near[at + part]) < 40);
      return {line: set.label, pixels};
    }));
})()"""


def hidden_lines(page):
    return sorted({one["line"] for one in page.value(SAVINGS) if one["pixels"] < 6})


def open_tables(page):
    page.value("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    page.settle()


def overflowing(page):
    """Elements that reach beyond the window, and are not in a box that scrolls."""
    return page.value(
        "[...document.querySelectorAll('body *')].filter(one => !one.closest('.scroll, .skip, pre')"
        " && one.getBoundingClientRect().right > innerWidth + 0.5)"
        ".map(one => `${one.tagName} ${one.className} ${one.textContent.slice(0, 40)}`)"
    )


def scrolling(page, tables):
    """Those of the tables, by selector, that do not fit their place."""
    return page.value(
        f"{tables!r}.filter(name => {{ const box = document.querySelector(name).closest('.scroll');"
        " return box.scrollWidth > box.clientWidth; })"
    )


def boxed_headings(page):
    """Column headings that have a border or a height of their own, and so stand out of line."""
    return page.value(
        "[...document.querySelectorAll('th .term')].filter(one => { const style ="
        " getComputedStyle(one); return style.borderTopWidth !== '0px' || style.minHeight !== '0px'"
        " && style.minHeight !== 'auto' || style.paddingLeft !== '0px'; })"
        ".map(one => one.textContent)"
    )
