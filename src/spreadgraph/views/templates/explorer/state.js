// What is known and what is looked at: nodes and links, the address, filters, and which nodes stand out.
const data = JSON.parse(document.getElementById("data").textContent);
const nodes = new Map(data.nodes.map((node) => [node.id, node]));
const papers = data.papers.map(([id, name, title]) => ({ id, name, title }));
const several = "" in data.scenes.wide;
const home = several ? "" : papers[0].id;
const narrow = window.matchMedia("(max-width: 760px)");
const view = { scene: home, selected: null, list: false, about: false, audit: "", hits: null, around: new Set(), words: "", cursor: null };
const allowed = { framing: new Set(), support: new Set(), sort: new Set() };

const after = linked("from", "to");
const before = linked("to", "from");

function linked(start, end) {
  const found = new Map();
  for (const edge of data.edges) {
    if (edge.kind === "rests on") continue;
    if (!found.has(edge[start])) found.set(edge[start], []);
    found.get(edge[start]).push(edge[end]);
  }
  return found;
}

const kindOf = (id) => nodes.get(id)?.kind;
const isPart = (id) => ["factor", "characteristic", "section"].includes(kindOf(id));
const isPaper = (id) => ["paper", "further"].includes(kindOf(id));
const scenes = () => data.scenes[narrow.matches ? "narrow" : "wide"];
const scene = () => scenes()[view.scene];

// All that an id leads to in one direction.
function reach(id, links, found = new Set()) {
  for (const next of links.get(id) ?? []) {
    if (!found.has(next)) {
      found.add(next);
      reach(next, links, found);
    }
  }
  return found;
}

// The claims behind a node of any kind, in reading order.
function claimsOf(id) {
  const node = nodes.get(id);
  if (node.kind === "claim") return [id];
  if (node.kind === "side") return claimsOf(node.part).filter((claim) => sideOf(claim) === node.framing);
  if (node.kind === "entry") return data.entries[id].claims.filter((claim) => nodes.has(claim));
  if (node.kind === "citation") return before.get(id) ?? [];
  return node.claims ?? [];
}

const sideOf = (claim) => (nodes.get(claim).framing === "improvement" ? "improvement" : "innovation");

// A node with everything before and behind it; the rest recedes.
function chain(id) {
  const found = new Set([id]);
  for (const claim of claimsOf(id)) {
    found.add(claim);
    for (const other of [...(before.get(claim) ?? []), ...reach(claim, after)]) {
      found.add(other);
      if (kindOf(other) === "characteristic") found.add(`${other}/${sideOf(claim)}`);
    }
  }
  if (kindOf(id) !== "entry") return found;
  // Of a claim with several markers only the one that leads to this entry belongs to its chain.
  const markers = new Set(before.get(id));
  return new Set([...found].filter((other) => (kindOf(other) === "citation" ? markers.has(other) : kindOf(other) !== "entry" || other === id)));
}

const audits = {
  uncited: (node) => node.support === "none given",
  single: (node) => node.support === "one source",
  disputed: (node) => node.flags.includes("disputed reference"),
};
const pointedOut = (node) => Boolean(view.audit) && node.kind === "claim" && audits[view.audit](node);

function shown(id) {
  const node = nodes.get(id);
  if (node.kind === "citation") return (before.get(id) ?? []).some(shown);
  if (node.kind !== "claim") return true;
  return allowed.framing.has(node.framing) && allowed.support.has(node.support) && allowed.sort.has(node.sort);
}

let focus = null;
function refocus() {
  const chained = view.selected && !isPart(view.selected) && !isPaper(view.selected);
  focus = chained ? chain(view.selected) : null;
}

function stands(id) {
  const node = nodes.get(id);
  // What is pointed out stays in sight beside the chain that is open, and so does what was opened.
  if (id === view.selected) return true;
  if (focus && !focus.has(id)) return pointedOut(node);
  if (view.hits && !view.hits.has(id) && !view.around.has(id)) return false;
  return !view.audit || node.kind !== "claim" || pointedOut(node);
}

// The address names what is looked at, so that every view can be linked to and Back works.
function follow() {
  const id = decodeURIComponent(location.hash.slice(1));
  const node = nodes.get(id);
  view.selected = node ? id : null;
  view.cursor = null;
  view.about = id === "about";
  if (id === "list") {
    view.list = true;
  } else if (!node || isPaper(id)) {
    view.list = false;
    view.scene = id in scenes() ? id : home;
  } else {
    // A claim, marker or source opens beside the list; a part is something to see on the map.
    view.list = view.list && !isPart(id) && node.kind !== "side";
    view.scene = sceneOf(id, node);
  }
  refocus();
}

function sceneOf(id, node) {
  if (isPart(id)) return id;
  if (node.part && kindOf(node.part)) return node.part;
  return id in scene().marks ? view.scene : `${node.paper}/sources`;
}

function go(id) {
  if (location.hash === `#${id}`) return;
  location.hash = `#${id}`;
}

// One step out: from a claim to its part, from a part to the map, from one map to all papers.
function out() {
  const node = view.selected && nodes.get(view.selected);
  if (node && node.part) return go(node.part);
  if (node && node.paper && !isPaper(node.id)) return go(node.paper);
  return go(home);
}

// Texts to search: what stands in the trace of a claim or an entry, and the names of parts.
// They are gathered when the first search begins.
const texts = new Map();
function simple(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
function gather() {
  for (const node of data.nodes) {
    if (["side", "citation"].includes(node.kind)) continue;
    const trace = data.traces[node.id] ?? data.entries[node.id];
    const fields = trace ? [trace.subject, ...trace.fields.map(([, text]) => text)] : [node.definition ?? ""];
    texts.set(node.id, simple([node.label, ...fields].join(" ")));
  }
}

function search(words) {
  view.words = words.trim();
  if (!texts.size) gather();
  const terms = simple(view.words).split(/\s+/).filter(Boolean);
  const found = [...texts.keys()].filter((id) => terms.every((term) => texts.get(id).includes(term)));
  // What has the words in its own name or text comes before what only leads to them.
  const named = (id) => terms.every((term) => simple(nodes.get(id).label).includes(term));
  const best = [...found.filter(named), ...found.filter((id) => !named(id))];
  view.hits = terms.length ? new Set(best) : null;
  view.around = new Set(best.map((id) => nodes.get(id).part));
  return best;
}
