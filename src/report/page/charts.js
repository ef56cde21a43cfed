// What is drawn, by its canvas, so that it can be drawn anew in other colours.
const DRAWN = new Map();

let COLOURS = {};

// The colours of the style as they are in the theme that holds now.
function read_colours() {
  const probe = element("span", { hidden: true });
  document.body.append(probe);
  for (const name of [
    "c1",
    "c2",
    "c3",
    "c4",
    "c5",
    "c6",
    "c7",
    "ink",
    "muted",
    "grid",
    "card",
    "line",
  ]) {
    probe.style.color = `var(--${name})`;
    COLOURS[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  Chart.defaults.color = COLOURS.muted;
  Chart.defaults.borderColor = COLOURS.grid;
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  Chart.defaults.font.size = 12.5;
  Chart.defaults.animation = false;
  Chart.defaults.maintainAspectRatio = false;
  Object.assign(Chart.defaults.plugins.legend.labels, {
    usePointStyle: true,
    boxWidth: 9,
    boxHeight: 9,
    padding: 14,
  });
  Chart.defaults.plugins.legend.position = "bottom";
}

// Whiskers at the points of a data set that has `intervals: [{low, high} or null]`.
const INTERVALS = {
  id: "intervals",
  beforeDatasetsDraw(chart) {
    const { ctx, scales } = chart;
    chart.data.datasets.forEach((set, index) => {
      if (!set.intervals || !chart.isDatasetVisible(index)) return;
      ctx.save();
      ctx.strokeStyle = set.borderColor;
      ctx.lineWidth = set.thin ? 1 : 1.75;
      chart.getDatasetMeta(index).data.forEach((point, place) => {
        const interval = set.intervals[place];
        if (!interval || !known(interval.low) || !known(interval.high)) return;
        const low = scales.y.getPixelForValue(interval.low);
        const high = scales.y.getPixelForValue(interval.high);
        ctx.beginPath();
        ctx.moveTo(point.x, low);
        ctx.lineTo(point.x, high);
        for (const end of [low, high]) {
          ctx.moveTo(point.x - 5, end);
          ctx.lineTo(point.x + 5, end);
        }
        ctx.stroke();
      });
      ctx.restore();
    });
  },
};

// A dashed line across at `options.plugins.limit.value`.
const LIMIT = {
  id: "limit",
  beforeDatasetsDraw(chart, _, options) {
    if (!known(options.value)) return;
    const { ctx, chartArea, scales } = chart;
    const y = scales.y.getPixelForValue(options.value);
    ctx.save();
    ctx.strokeStyle = COLOURS.c2;
    ctx.setLineDash([6, 4]);
    ctx.lineWidth = 1.5;
    ctx.beginPath();
    ctx.moveTo(chartArea.left, y);
    ctx.lineTo(chartArea.right, y);
    ctx.stroke();
    ctx.restore();
  },
};

function draw(canvas) {
  const before = Chart.getChart(canvas);
  if (before) before.destroy();
  const config = DRAWN.get(canvas)();
  config.plugins = [INTERVALS, LABELS, LIMIT];
  new Chart(canvas, config);
}

function draw_all() {
  read_colours();
  for (const canvas of DRAWN.keys()) {
    if (canvas.isConnected) draw(canvas);
    else DRAWN.delete(canvas);
  }
}

// A canvas that `configure` draws, once it is in the page. `says` is read out in its place.
function chart_element(configure, says, shape) {
  const canvas = element("canvas", { role: "img", "aria-label": says });
  DRAWN.set(canvas, configure);
  return element("div", { class: shape ? `chart ${shape}` : "chart" }, canvas);
}

// A line's look: 0 is the first and strongest.
function series(place, label, data, more) {
  const colour = COLOURS[`c${1 + (place % 6)}`];
  return {
    label,
    data,
    borderColor: colour,
    backgroundColor: colour,
    borderWidth: 2.25,
    pointRadius: 4.5,
    pointHoverRadius: 6,
    pointStyle: ["circle", "rectRot", "triangle", "rect"][place % 4],
    clip: 10,
    ...more,
  };
}

const HOLLOW = () => ({
  pointBackgroundColor: COLOURS.card,
  borderDash: [5, 4],
  borderWidth: 1.75,
});

// Named places side by side: "1", "2", "4" for batch sizes.
function place_scale(labels, title) {
  return {
    type: "linear",
    min: -0.5,
    max: labels.length - 0.5,
    offset: false,
    afterBuildTicks: (axis) => {
      axis.ticks = labels.map((_, value) => ({ value }));
    },
    ticks: { callback: (value) => labels[value], autoSkip: labels.length > 24, maxRotation: 0 },
    grid: { display: false },
    title: { display: true, text: title },
  };
}

function value_scale(title, kind, more) {
  return {
    title: { display: true, text: title },
    ticks: { callback: (value) => axis_text(value, kind), maxTicksLimit: 7, includeBounds: false },
    ...more,
  };
}

function axis_text(value, kind) {
  const shortest = (number) =>
    minus(Number(number.toPrecision(4)).toLocaleString("en-US", { maximumSignificantDigits: 4 }));
  if (kind === "share") return `${shortest(100 * value)}${HARD_SPACE}%`;
  if (kind === "points") return shortest(100 * value);
  if (kind === "usd") return `$${shortest(value)}`;
  if (kind === "times") return `${shortest(value)}×`;
  if (kind === "number" || kind === "count") return shortest(value);
  return show(value, kind);
}

// Room around all values and interval ends, within the bounds of a share where `share` is true.
function span(values, share) {
  const all = values.filter(known);
  const least = Math.min(...all);
  const most = Math.max(...all);
  const room = Math.max(0.06 * (most - least), share ? 0.01 : 0.002);
  const low = least - room;
  const high = most + room;
  return share ? { min: Math.max(0, low), max: Math.min(1, high) } : { min: low, max: high };
}

function tooltips(kind, title) {
  return {
    tooltip: {
      callbacks: {
        title: (items) => (items.length && title ? title(items[0]) : ""),
        label: (item) => {
          const set = item.dataset;
          const interval = list(set.intervals)[item.dataIndex];
          const value =
            typeof item.parsed === "object"
              ? item.parsed[item.chart.options.indexAxis === "y" ? "x" : "y"]
              : item.parsed;
          const range =
            interval && known(interval.low)
              ? ` (${show(interval.low, kind)} to ${show(interval.high, kind)})`
              : "";
          return ` ${set.label}: ${show(value, kind)}${range}`;
        },
      },
    },
  };
}
