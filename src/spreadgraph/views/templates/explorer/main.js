// Puts the page together: reads the address, the filters and the keys, and shows what they ask for.
const field = document.getElementById("query");

function show(anew) {
  document.body.classList.toggle("as-list", view.list);
  // The map comes last, since the words around it decide how much room it has.
  crumbs();
  tell();
  mark();
  draw(anew);
}

// Keeps list, views and filters in step with what is looked at.
function mark() {
  const current = view.list ? "list" : view.scene.endsWith("/sources") ? "sources" : "map";
  for (const name of ["map", "sources", "list"]) {
    const link = document.getElementById(`view-${name}`);
    if (name === current) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.getElementById("view-sources").href = `#${(paperShown() ?? papers[0]).id}/sources`;
  let count = 0;
  for (const item of document.querySelectorAll("#list [data-claim]")) {
    const id = item.dataset.claim;
    item.hidden = !shown(id) || Boolean(view.hits && !view.hits.has(id)) || Boolean(view.audit && !pointedOut(nodes.get(id)));
    item.classList.toggle("selected", id === view.selected);
    count += item.hidden ? 0 : 1;
  }
  document.getElementById("list-count").textContent = `${count} of ${Object.keys(data.traces).length} claims`;
}

function arrive() {
  const [scene_before, list_before] = [view.scene, view.list];
  // A link out of search results ends the search.
  if (view.words) endSearch();
  follow();
  show(view.scene !== scene_before || view.list !== list_before);
  if (location.hash === "#list") document.getElementById("list").focus();
  else if (view.selected) announce(said(view.selected));
}

function filters() {
  const sorts = [...new Set(data.nodes.filter((node) => node.kind === "claim").map((node) => node.sort))].sort();
  for (const sort of sorts) {
    const tick = make("input", { type: "checkbox", "data-filter": "sort", value: sort, checked: "" });
    document.getElementById("kind-boxes").append(make("label", {}, tick, make("span", {}, sort)));
  }
  for (const tick of document.querySelectorAll("[data-filter]")) {
    const values = allowed[tick.dataset.filter];
    // A browser that goes back to the page may have kept a tick.
    const read = () => (tick.checked ? values.add(tick.value) : values.delete(tick.value));
    read();
    tick.addEventListener("change", () => {
      read();
      show(false);
      announce(document.getElementById("list-count").textContent);
    });
  }
  const audit = document.getElementById("audit");
  view.audit = audit.value;
  audit.addEventListener("change", () => {
    view.audit = audit.value;
    show(false);
    announce(document.getElementById("list-count").textContent);
  });
}

function searching() {
  field.addEventListener("input", () => {
    search(field.value);
    show(false);
  });
  document.getElementById("search").addEventListener("submit", (event) => {
    event.preventDefault();
    const [first] = view.hits ?? [];
    if (first) go(first);
  });
}

function keys(event) {
  const typing = event.target.matches("input[type=search], select, textarea");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    field.focus();
    field.select();
  } else if (event.key === "Escape" && view.words) {
    endSearch();
    show(false);
  } else if (event.key === "Escape" && !typing) {
    out();
  }
}

function endSearch() {
  field.value = "";
  search("");
}

function shut() {
  if (view.words) endSearch();
  else if (view.selected) return out();
  view.about = false;
  show(false);
}

function repaint() {
  readColours();
  show(false);
}

// On paper the map is a drawing: it keeps its proportions and stays sharp whatever the size of the sheet.
function printing(on) {
  document.documentElement.classList.toggle("printing", on);
  repaint();
  document.getElementById("printed").replaceChildren(...(on ? [drawing()] : []));
}

// In the frame of a notebook a link would lead into the notebook's own page, so that the address is set here.
function follow_link(event) {
  const link = event.target.closest("a[href^='#']");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (location.hash === link.getAttribute("href")) arrive();
  else location.hash = link.getAttribute("href");
}

function wire(id, act) {
  document.getElementById(id).addEventListener("click", act);
}

function begin() {
  readColours();
  readLetters();
  filters();
  searching();
  if (narrow.matches) document.getElementById("filters").open = false;
  start();
  follow();
  // Who arrives without an address first reads what sort of source this is.
  view.about ||= !location.hash;
  show(true);
  window.addEventListener("hashchange", arrive);
  document.addEventListener("keydown", keys);
  document.addEventListener("click", follow_link);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
  narrow.addEventListener("change", () => show(true));
  // The drawing library keeps its own view when the size changes, and sets it after this event.
  network.on("resize", () => requestAnimationFrame(() => fit()));
  window.addEventListener("beforeprint", () => printing(true));
  window.addEventListener("afterprint", () => printing(false));
  wire("closer", () => zoom(1.25));
  wire("further", () => zoom(0.8));
  wire("fit", () => fit(true));
  wire("close", shut);
  wire("save-png", savePicture);
  wire("save-svg", saveDrawing);
  wire("print", () => window.print());
}

begin();
