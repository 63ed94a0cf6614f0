// Saves the present map as a drawing (SVG) or picture (PNG): the same shapes as on the screen, on plain paper.
const SVG = "http://www.w3.org/2000/svg";

function node_of(tag, attributes, words) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (words !== undefined) element.textContent = words;
  return element;
}

function drawnShape(shape) {
  if (shape.kind === "text") {
    const anchor = { left: "start", center: "middle", right: "end" }[shape.align];
    return node_of("text", {
      x: shape.x, y: shape.y, fill: shape.fill, "font-size": shape.size, "font-weight": shape.weight,
      "font-family": typeface, "text-anchor": anchor, "dominant-baseline": "central", opacity: shape.opacity ?? 1,
    }, shape.words);
  }
  const ink = { fill: shape.fill ?? "none", stroke: shape.stroke ?? "none", "stroke-width": shape.width ?? 0, opacity: shape.opacity ?? 1 };
  if (shape.dash?.length) ink["stroke-dasharray"] = shape.dash.join(" ");
  if (shape.kind === "circle") return node_of("circle", { cx: shape.x, cy: shape.y, r: shape.r, ...ink });
  if (shape.kind === "path") return node_of("polygon", { points: shape.points.map((point) => point.join(",")).join(" "), ...ink });
  if (shape.kind === "curve") return node_of("path", { d: `M${shape.points[0]}C${shape.points.slice(1).join(" ")}`, ...ink });
  if (!shape.h) return node_of("path", { d: `M${shape.x} ${shape.y}h${shape.w}`, ...ink });
  return node_of("rect", { x: shape.x, y: shape.y, width: shape.w, height: shape.h, rx: shape.radius ?? 0, ...ink });
}

// Where the shown claims come from, in lines of about as many letters as fit.
function sourceLines(across) {
  const shown = paperShown()?.id;
  const words = data.papers.filter(([id]) => !shown || id === shown).map(([, , , citation]) => citation).join(" ");
  return words.match(new RegExp(`.{1,${Math.max(20, Math.floor(across / 5.4))}}(\\s|$)|\\S+`, "gu")) ?? [];
}

function drawing() {
  const [left, top, right, bottom] = scene().box;
  const [x, y, w] = [left - 24, top - 36, right - left + 48];
  const h = bottom - y + 56 + 14 * sourceLines(w - 48).length;
  const svg = node_of("svg", { xmlns: SVG, viewBox: `${x} ${y} ${w} ${h}`, width: w, height: h, role: "img" });
  svg.append(node_of("title", {}, scene().title), node_of("rect", { x, y, width: w, height: h, fill: colour.paper }));
  svg.append(...furniture(scene()).map(drawnShape), ...links().map(curve).map(drawnShape));
  for (const id of present()) {
    const group = node_of("g", {});
    group.append(node_of("title", {}, said(id)), ...look(id).map(drawnShape));
    svg.append(group);
  }
  const below = sourceLines(w - 48);
  below.forEach((line, at) => svg.append(drawnShape(text(line, x + 24, bottom + 42 + at * 14, { size: 10, fill: colour.muted }))));
  return svg;
}

function save(blob, ending) {
  const link = make("a", { href: URL.createObjectURL(blob), download: `${(view.scene || "papers").replaceAll("/", "-")}.${ending}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

const written = () => new XMLSerializer().serializeToString(drawing());

function saveDrawing() {
  save(new Blob([written()], { type: "image/svg+xml" }), "svg");
}

function savePicture() {
  const picture = new Image();
  picture.addEventListener("load", () => {
    const canvas = make("canvas", { width: picture.width * 2, height: picture.height * 2 });
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => save(blob, "png"));
  });
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(written())}`;
}
