// The map: hands the marks of the present scene to the drawing library, which keeps them in view while it pans and zooms.
const frame = document.getElementById("map");
const tip = document.getElementById("tip");
let network = null;

function placed(id) {
  const [look, x, y, w, h, words, foot] = scene().marks[id];
  return { look, x, y, w, h, lines: words, foot };
}

const present = () => Object.keys(scene().marks).filter(shown);

function drawn({ ctx, id }) {
  const mark = placed(id);
  return {
    drawNode() {
      ctx.save();
      for (const shape of look(id)) onCanvas(ctx, shape);
      ctx.restore();
    },
    nodeDimensions: { width: mark.w, height: mark.h },
  };
}

function links() {
  const here = new Set(present());
  return data.edges.filter((edge) => scene().edges.includes(edge.kind) && here.has(edge.from) && here.has(edge.to));
}

function start() {
  network = new vis.Network(frame, { nodes: [], edges: [] }, {
    physics: { enabled: false },
    layout: { improvedLayout: false },
    interaction: { dragNodes: false, hover: false, keyboard: false, selectable: false, hideEdgesOnDrag: false },
  });
  network.on("beforeDrawing", (ctx) => {
    ctx.save();
    for (const shape of [...furniture(scene()), ...links().map(curve)]) onCanvas(ctx, shape);
    ctx.restore();
  });
  network.on("click", ({ pointer }) => {
    const id = under(pointer.canvas);
    if (id) go(id);
  });
  frame.addEventListener("pointermove", ({ clientX, clientY }) => {
    const { left, top } = frame.getBoundingClientRect();
    hover(under(network.DOMtoCanvas({ x: clientX - left, y: clientY - top })));
  });
  frame.addEventListener("pointerleave", () => hover(null));
  network.on("dragStart", () => (tip.hidden = true));
  network.on("zoom", () => (tip.hidden = true));
  const canvas = frame.querySelector(".vis-network");
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", "Map of the evidence. Arrow keys move from mark to mark, Enter opens one, Escape goes one step out. The list holds the same.");
  canvas.addEventListener("keydown", steer);
}

// The mark at a point. Dots may be missed by a few pixels; the library itself would go by the sizes of the last picture.
function under({ x, y }) {
  const hit = (id) => {
    const mark = placed(id);
    const near = mark.look === "dot" ? 2.5 : 0;
    return Math.abs(x - mark.x) <= mark.w / 2 + near && Math.abs(y - mark.y) <= mark.h / 2 + near;
  };
  return present().find(hit) ?? null;
}

let hovered = null;
function hover(id) {
  if (id === hovered) return;
  hovered = id;
  frame.style.cursor = id ? "pointer" : "";
  tip.hidden = true;
  if (id) hint(id);
}

function draw(anew) {
  hover(null);
  network.setSize("100%", "100%");
  const middle = network.getViewPosition();
  const scale = network.getScale();
  network.setData({
    nodes: present().map((id) => {
      const { x, y } = placed(id);
      return { id, x, y, shape: "custom", ctxRenderer: drawn, physics: false };
    }),
    edges: [],
  });
  if (anew) fit();
  else network.moveTo({ position: middle, scale, animation: false });
}

// The whole scene where that stays readable; otherwise its top at a readable size, or what is selected.
function fit(whole = false) {
  if (!frame.clientWidth) return;
  const [left, top, right, bottom] = scene().box;
  const margin = narrow.matches ? 10 : 28;
  const across = frame.clientWidth - 2 * margin;
  // The buttons in the corner would hide the end of the last line.
  const foot = narrow.matches ? 44 : 30;
  const down = frame.clientHeight - 2 * margin - foot;
  const wide = Math.min(1.25, across / (right - left));
  const all = Math.min(wide, down / (bottom - top));
  const scale = whole || all > 0.8 * wide ? all : Math.min(wide, 1);
  const tall = (bottom - top) * scale > down;
  const half = down / 2 / scale;
  let y = tall ? top + half : (top + bottom) / 2;
  const mark = view.selected && scene().marks[view.selected];
  if (tall && mark) y = Math.min(Math.max(mark[2], top + half), bottom - half);
  network.moveTo({ position: { x: (left + right) / 2, y: y + foot / 2 / scale }, scale, animation: false });
}

function zoom(factor) {
  network.moveTo({ scale: Math.min(3, Math.max(0.2, network.getScale() * factor)), animation: false });
}

function hint(id) {
  const mark = placed(id);
  if (mark.look !== "dot") return;
  const { x, y } = network.canvasToDOM({ x: mark.x, y: mark.y });
  tip.textContent = said(id);
  tip.hidden = false;
  tip.style.left = `${Math.min(Math.max(8, x - 130), frame.clientWidth - 276)}px`;
  tip.style.top = `${y > frame.clientHeight - 160 ? y - tip.offsetHeight - 14 : y + 14}px`;
}

// What a mark is, in words, for the tip and for a screen reader.
function said(id) {
  const node = nodes.get(id);
  if (node.kind === "claim") return `${node.label} (${[node.hedge, node.support, ...node.flags].join("; ")})`;
  if (node.kind === "entry") return node.label;
  const claims = isPaper(id) ? [] : claimsOf(id);
  return claims.length ? `${node.label}: ${claims.length} ${claims.length === 1 ? "claim" : "claims"}` : node.label;
}

const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
function steer(event) {
  if (event.key === "Enter" && view.cursor) {
    event.preventDefault();
    go(view.cursor);
  } else if (event.key in ways) {
    event.preventDefault();
    view.cursor = next(view.cursor ?? view.selected, ways[event.key]) ?? view.cursor;
    if (view.cursor) {
      announce(said(view.cursor));
      keepInView(placed(view.cursor));
    }
  }
}

function next(id, [right, down]) {
  const marks = present();
  if (!id || !marks.includes(id)) return marks[0];
  const from = placed(id);
  let best = null;
  let least = Infinity;
  for (const other of marks) {
    const to = placed(other);
    const along = (to.x - from.x) * right + (to.y - from.y) * down;
    const aside = Math.abs((to.x - from.x) * down) + Math.abs((to.y - from.y) * right);
    if (other !== id && along > 2 && along + aside * 3 < least) [best, least] = [other, along + aside * 3];
  }
  return best;
}

function keepInView(mark) {
  const { x, y } = network.canvasToDOM({ x: mark.x, y: mark.y });
  const inside = x > 40 && y > 40 && x < frame.clientWidth - 40 && y < frame.clientHeight - 40;
  if (inside) network.redraw();
  else network.moveTo({ position: { x: mark.x, y: mark.y }, animation: false });
}
