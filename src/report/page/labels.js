// Words beside points: each in the nearest free place, never upon another or upon a point.

const LABEL_FONT = 12.5;
const LABEL_DISTANCES = [9, 18, 28, 40, 54, 70, 90, 115, 145];
const LABEL_DIRECTIONS = [
  [1, -1],
  [1, 0],
  [0, -1],
  [-1, -1],
  [-1, 0],
  [0, 1],
  [1, 1],
  [-1, 1],
];
const RING = 11;
// A chart of less width has the short ones.
const WIDTH_FOR_LONG_LABELS = 560;

function box_around(point, reach) {
  return {
    left: point.x - reach,
    right: point.x + reach,
    top: point.y - reach,
    bottom: point.y + reach,
  };
}

function boxes_meet(a, b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

// Whether the line from `a` to `b` touches the box.
function line_meets(a, b, box) {
  let from = 0;
  let to = 1;
  for (const [start, way, low, high] of [
    [a.x, b.x - a.x, box.left, box.right],
    [a.y, b.y - a.y, box.top, box.bottom],
  ]) {
    if (way === 0) {
      if (start < low || start > high) return false;
    } else {
      const ends = [(low - start) / way, (high - start) / way].sort((x, y) => x - y);
      from = Math.max(from, ends[0]);
      to = Math.min(to, ends[1]);
    }
  }
  return from <= to;
}

// The box of `size` whose near side lies `distance` from the point.
function label_box(point, size, [across, down], distance) {
  const left = [point.x - distance - size.width, point.x - size.width / 2, point.x + distance];
  const top = [point.y - distance - size.height, point.y - size.height / 2, point.y + distance];
  const box = { left: left[across + 1], top: top[down + 1] };
  return { ...box, right: box.left + size.width, bottom: box.top + size.height };
}

// Where a leader ends: the box's point that is nearest.
function nearest_in(box, point) {
  return {
    x: Math.min(Math.max(point.x, box.left), box.right),
    y: Math.min(Math.max(point.y, box.top), box.bottom),
  };
}

function is_within(box, room) {
  const across = box.left >= room.left && box.right <= room.right;
  return across && box.top >= room.top && box.bottom <= room.bottom;
}

function distance_to(box, point) {
  const end = nearest_in(box, point);
  return Math.hypot(end.x - point.x, end.y - point.y);
}

// The cheapest free place of a label among those `placed`, or null. It crosses lines and stands
// beside strange points only where nothing else is free.
function label_place(label, placed, { points, lines }, room) {
  const taken = [...placed, ...points.map(({ point, reach }) => box_around(point, reach))];
  const is_clear = (box, end) =>
    is_within(box, room) &&
    !taken.some((other) => boxes_meet(box, other)) &&
    !placed.some((other) => line_meets(label.point, end, other));
  let best = null;
  LABEL_DISTANCES.forEach((far) => {
    LABEL_DIRECTIONS.forEach((direction, order) => {
      const is_corner = direction[0] !== 0 && direction[1] !== 0;
      const distance = label.reach - 5 + (is_corner ? 0.7 * far : far);
      const box = label_box(label.point, label.size, direction, distance);
      const end = nearest_in(box, label.point);
      if (!is_clear(box, end)) return;
      const crossed = lines.filter(([a, b]) => line_meets(a, b, box)).length;
      const own = distance_to(box, label.point);
      const strange = points.some(
        ({ point }) => point !== label.point && distance_to(box, point) <= own,
      );
      const cost = far + 8 * crossed + (strange ? 20 : 0) + order;
      const led = strange || far > LABEL_DISTANCES[0];
      if (!best || cost < best.cost) best = { ...box, end, cost, led };
    });
  });
  return best;
}

// Places the labels in their order; those for which there is no room are left out.
function place_labels(contents, room) {
  const placed = [];
  for (const label of contents.labels) {
    const place = label_place(label, placed, contents, room);
    if (place) placed.push({ ...place, text: label.text, point: label.point, reach: label.reach });
  }
  return placed;
}

// What stands in a chart: its points, the lines between and through them, and what to write.
function chart_contents(chart) {
  const { ctx, scales } = chart;
  const contents = { points: [], lines: [], labels: [] };
  chart.data.datasets.forEach((set, index) => {
    if (!chart.isDatasetVisible(index)) return;
    const drawn = chart.getDatasetMeta(index).data;
    drawn.forEach((point, place) => {
      const has_ring = list(set.rings).includes(place);
      const reach = has_ring ? RING + 2 : 6;
      contents.points.push({ point, reach, has_ring });
      const interval = list(set.intervals)[place];
      if (interval && known(interval.low) && known(interval.high)) {
        const [low, high] = [interval.low, interval.high].map((value) =>
          scales.y.getPixelForValue(value),
        );
        contents.lines.push([
          { x: point.x, y: low },
          { x: point.x, y: high },
        ]);
      }
      if (set.showLine && place) contents.lines.push([drawn[place - 1], point]);
      const is_wide = chart.width >= WIDTH_FOR_LONG_LABELS;
      const text = list(is_wide ? set.labels : set.short_labels)[place];
      if (!text) return;
      const size = { width: ctx.measureText(text).width, height: LABEL_FONT + 2 };
      contents.labels.push({ text, point, reach, size, has_ring });
    });
  });
  contents.labels.sort((a, b) => b.has_ring - a.has_ring);
  return contents;
}

function draw_leader(ctx, label) {
  const way = { x: label.end.x - label.point.x, y: label.end.y - label.point.y };
  const length = Math.hypot(way.x, way.y) || 1;
  ctx.strokeStyle = COLOURS.muted;
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(
    label.point.x + (way.x / length) * label.reach,
    label.point.y + (way.y / length) * label.reach,
  );
  ctx.lineTo(label.end.x, label.end.y);
  ctx.stroke();
}

function draw_label(ctx, label) {
  const middle = (label.top + label.bottom) / 2;
  ctx.strokeStyle = COLOURS.card;
  ctx.lineWidth = 4;
  ctx.strokeText(label.text, label.left, middle);
  ctx.fillStyle = COLOURS.ink;
  ctx.fillText(label.text, label.left, middle);
}

function draw_ring(ctx, point) {
  ctx.beginPath();
  ctx.arc(point.x, point.y, RING, 0, 2 * Math.PI);
  ctx.strokeStyle = COLOURS.ink;
  ctx.lineWidth = 2;
  ctx.stroke();
}

// Words beside the points of data sets that have `labels` and `short_labels` (each [text or null]),
// and a ring about the points of `rings: [place]`. `chart.$labels` are the places of the words.
const LABELS = {
  id: "labels",
  afterDatasetsDraw(chart) {
    const { ctx, chartArea } = chart;
    ctx.save();
    ctx.font = `600 ${LABEL_FONT}px ${Chart.defaults.font.family}`;
    ctx.textBaseline = "middle";
    const contents = chart_contents(chart);
    for (const { point, has_ring } of contents.points) if (has_ring) draw_ring(ctx, point);
    const room = { left: chartArea.left, right: chart.width, top: 0, bottom: chartArea.bottom };
    chart.$labels = place_labels(contents, room);
    for (const label of chart.$labels) if (label.led) draw_leader(ctx, label);
    for (const label of chart.$labels) draw_label(ctx, label);
    ctx.restore();
  },
};
