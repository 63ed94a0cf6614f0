// How things look: each mark becomes a few plain shapes, which are then put on the canvas or into a drawing.
const names = ["paper", "ink", "muted", "line", "brand", "on-brand", "link", "alert", "focus", "innovation", "improvement", "both", "neither"];
let colour = {};
function readColours() {
  const style = getComputedStyle(document.documentElement);
  colour = Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

const typeface = "Arial, 'Liberation Sans', Helvetica, sans-serif";
const DIM = 0.2;

// Python makes boxes for letters as wide as Arial's. Where a machine has only wider ones, they are set smaller.
const ease = {};
function readLetters() {
  const ctx = document.createElement("canvas").getContext("2d");
  for (const weight of ["normal", "bold"]) {
    ctx.font = `${weight} 100px ${typeface}`;
    ease[weight] = Math.min(1, data.sample.width / ctx.measureText(data.sample.text).width);
  }
}

function text(words, x, y, { size = 13, weight = "normal", ...options } = {}) {
  return { kind: "text", words, x, y, align: "left", fill: colour.ink, ...options, weight, size: size * ease[weight] };
}

function glyph(node, x, y, size) {
  const fill = colour[node.framing];
  if (node.support === "several sources") {
    const r = size * 1.2;
    return { kind: "path", points: [[x, y - r], [x + r, y], [x, y + r], [x - r, y]], fill, stroke: fill, width: 1 };
  }
  const hollow = node.support === "none given";
  return { kind: "circle", x, y, r: size, fill: hollow ? colour.paper : fill, stroke: fill, width: size / 3.4 };
}

const looks = {
  dot(node, mark) {
    const found = [glyph(node, mark.x, mark.y, 6.4)];
    if (pointedOut(node)) found.unshift({ kind: "circle", x: mark.x, y: mark.y, r: 10, stroke: colour.alert, width: 2 });
    return found;
  },
  port: (node, mark) => [{ ...box(mark), fill: colour.paper }, ...lines(mark, { align: "right", x: mark.x + mark.w / 2 - 8, weight: "bold" }, 18)],
  label: (node, mark) => lines(mark, { x: mark.x - mark.w / 2, size: narrow.matches ? 13 : 15, weight: "bold" }, 20),
  name: (node, mark) => lines(mark, { align: "center", size: narrow.matches ? 13 : 15, weight: "bold" }, 20),
  count: (node, mark) => lines(mark, { align: "center", size: 14, fill: colour.muted }, 16),
  title: (node, mark) => [
    { ...box(mark), radius: 4, fill: colour.brand, stroke: colour.brand },
    ...lines(mark, { align: "center", size: 15, weight: "bold", fill: colour["on-brand"] }, 18),
  ],
  chip: (node, mark) => [{ ...box(mark), radius: 12, fill: colour.paper, stroke: colour.muted }, ...lines(mark, { align: "center", size: 12 }, 15)],
  entry(node, mark) {
    const dash = { yes: [], no: [5, 4], unknown: [2, 3] }[node.reviewed];
    return [{ ...box(mark), radius: 0, fill: colour.paper, stroke: colour.muted, dash }, ...lines(mark, { x: mark.x - mark.w / 2 + 10, size: 12 }, 15)];
  },
  card(node, mark) {
    const left = mark.x - mark.w / 2;
    const top = mark.y - mark.h / 2;
    const marked = pointedOut(node);
    const found = [{ ...box(mark), radius: 5, fill: colour.paper, stroke: marked ? colour.alert : colour.line, width: marked ? 2.5 : 1.2 }];
    if (isPaper(node.id)) Object.assign(found[0], { stroke: colour.muted, dash: node.kind === "further" ? [5, 4] : [] });
    if (node.framing) found.push({ kind: "rect", x: left, y: top, w: 5, h: mark.h, radius: 2, fill: colour[node.framing] });
    mark.lines.forEach((words, at) => found.push(text(words, left + 16, top + 19 + at * 17)));
    const foot = top + mark.h - 13 - (mark.foot.length - 1) * 14;
    if (node.support) found.push(glyph(node, left + 21, foot, 4.6));
    mark.foot.forEach((words, at) => found.push(text(words, left + (node.support ? 32 : 16), foot + at * 14, { size: 11, fill: colour.muted })));
    return found;
  },
};

function box(mark) {
  return { kind: "rect", x: mark.x - mark.w / 2, y: mark.y - mark.h / 2, w: mark.w, h: mark.h, width: 1.2 };
}

function lines(mark, options, step) {
  const first = mark.y - ((mark.lines.length - 1) * step) / 2;
  return mark.lines.map((words, at) => text(words, options.x ?? mark.x, first + at * step, options));
}

// All shapes of one mark, with a ring where it is selected or under the keyboard's cursor.
function shapes(id, mark) {
  const found = looks[mark.look](nodes.get(id), mark);
  const chosen = id === view.selected && mark.look !== "title";
  const ring = id === view.cursor ? colour.focus : chosen ? colour.link : null;
  if (ring) found.push({ ...box({ ...mark, w: mark.w + 10, h: mark.h + 8 }), radius: 8, stroke: ring, width: 3 });
  return found;
}

function furniture(place) {
  const heads = { head: { size: 16, weight: "bold" }, small: { size: 12, fill: colour.muted } };
  const words = place.captions.map(([x, y, label, align, weight]) =>
    text(label, x, y, { align, ...(heads[weight] ?? { size: 13, weight: "bold", fill: colour[weight] }) }));
  const rules = place.rules.map(([x, y, width]) => ({ kind: "rect", x, y, w: width, h: 0, stroke: colour.line, width: 1 }));
  return [...rules, ...words];
}

// A link runs from the side of one mark to the facing side of the other.
function curve(edge) {
  const [from, to] = [placed(edge.from), placed(edge.to)];
  const way = Math.sign(to.x - from.x);
  const [x1, x2] = [from.x + (way * from.w) / 2, to.x - (way * to.w) / 2];
  const bend = (x2 - x1) / 2;
  const on = stands(edge.from) && stands(edge.to);
  const printed = edge.kind === "prints";
  return {
    kind: "curve", points: [[x1, from.y], [x1 + bend, from.y], [x2 - bend, to.y], [x2, to.y]],
    stroke: printed ? colour.alert : on && focus ? colour.link : colour.muted, dash: printed ? [4, 4] : [],
    width: edge.count ? Math.min(5, 0.8 + edge.count * 0.7) : on && focus ? 2 : 1.3, opacity: on ? 1 : 0.12,
  };
}

// What recedes turns pale, but still hides what runs behind it.
function recede(id, mark) {
  const solid = ["card", "chip", "entry", "port"].includes(mark.look);
  return [...(solid ? [{ ...box(mark), fill: colour.paper }] : []), ...shapes(id, mark).map((shape) => ({ ...shape, opacity: DIM }))];
}

const look = (id) => (stands(id) ? shapes(id, placed(id)) : recede(id, placed(id)));

function onCanvas(ctx, shape) {
  ctx.globalAlpha = shape.opacity ?? 1;
  ctx.beginPath();
  if (shape.kind === "text") {
    ctx.font = `${shape.weight} ${shape.size}px ${typeface}`;
    ctx.textAlign = shape.align;
    ctx.textBaseline = "middle";
    ctx.fillStyle = shape.fill;
    ctx.fillText(shape.words, shape.x, shape.y);
    return;
  }
  if (shape.kind === "circle") ctx.arc(shape.x, shape.y, shape.r, 0, 2 * Math.PI);
  if (shape.kind === "rect") ctx.roundRect(shape.x, shape.y, shape.w, shape.h, shape.radius ?? 0);
  if (shape.kind === "curve") {
    const [[x, y], ...rest] = shape.points;
    ctx.moveTo(x, y);
    ctx.bezierCurveTo(...rest.flat());
  }
  if (shape.kind === "path") {
    shape.points.forEach(([x, y], at) => (at ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
    ctx.closePath();
  }
  if (shape.fill) {
    ctx.fillStyle = shape.fill;
    ctx.fill();
  }
  if (shape.stroke) {
    ctx.setLineDash(shape.dash ?? []);
    ctx.strokeStyle = shape.stroke;
    ctx.lineWidth = shape.width;
    ctx.stroke();
    ctx.setLineDash([]);
  }
}
