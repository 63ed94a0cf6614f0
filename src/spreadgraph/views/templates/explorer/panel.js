// The panel beside the map: the trace of a claim, what rests on an entry, what a part holds, what a search finds.
const details = document.getElementById("details");
const intro = document.getElementById("home");

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

const isLink = (words) => /^https?:\/\/[^\s<>"'\\]+$/i.test(words);

// Only http and https become links; anything else stays text.
function linked_text(words) {
  if (!isLink(words)) return make("span", { dir: "auto" }, words);
  const label = words.includes(":~:text=") ? "Read it in the paper, at this sentence" : words.replace(/^https?:\/\//i, "");
  return make("a", { href: words, rel: "noopener noreferrer", target: "_blank" }, label);
}

function fieldList(fields) {
  const list = make("dl", { class: "trace" });
  for (const [label, words] of fields) {
    if (label) list.append(make("dt", {}, label));
    list.append(make("dd", { class: label.toLowerCase() }, linked_text(words)));
  }
  return list;
}

function to(id, words) {
  return make("a", { href: `#${id}`, dir: "auto" }, words ?? nodes.get(id).label);
}

// The key beside the first map holds a symbol for every sort of support.
function symbol(node) {
  const name = { "none given": "none", "one source": "one" }[node.support] ?? "several";
  return intro.querySelector(`.key .${name}`).cloneNode(true);
}

const entryLinks = (ids) => make("ul", { class: "claims" }, ...ids.map((id) => make("li", {}, to(id))));

function claimLinks(ids) {
  const items = ids.map((id) => {
    const node = nodes.get(id);
    const about = make("span", { class: "about" }, symbol(node), ` ${node.hedge} · ${[node.support, ...node.flags].join("; ")}`);
    return make("li", { class: `claim ${node.framing}` }, to(id), about);
  });
  return make("ul", { class: "claims" }, ...items);
}

function actions(...pairs) {
  const buttons = pairs.map(([label, content]) => {
    const button = make("button", { type: "button" }, label);
    button.addEventListener("click", () => copy(content(), button));
    return button;
  });
  return make("div", { class: "actions" }, ...buttons);
}

const pages = {
  claim(id, node) {
    const trace = data.traces[id];
    return [
      make("p", { class: `kind ${node.framing}` }, trace.subject),
      make("h2", { dir: "auto" }, node.label),
      fieldList(trace.fields),
      actions(
        ["Copy link", () => location.href],
        ["Copy citation", () => trace.cite],
        ["Copy as SPARQL", () => sparql(node, trace.iri)],
      ),
      to(node.part, `All claims on ${nodes.get(node.part).label}`),
    ];
  },
  entry(id) {
    const entry = data.entries[id];
    const claims = claimsOf(id);
    return [
      make("p", { class: "kind" }, "From a source to the claims"),
      make("h2", {}, entry.subject),
      fieldList(entry.fields),
      actions(["Copy link", () => location.href], ["Copy reference", () => entry.cite]),
      make("h3", {}, claims.length ? "Claims that rest on it" : "No claim rests on it"),
      claimLinks(claims),
    ];
  },
  citation(id, node) {
    const leads = (kind) => data.edges.filter((edge) => edge.from === id && edge.kind === kind).map((edge) => edge.to);
    const [meant, printed] = [leads("means"), leads("prints")];
    return [
      make("p", { class: "kind" }, "Citation marker"),
      make("h2", {}, node.label),
      node.function ? make("p", {}, `Cited as: ${node.function}`) : null,
      make("h3", {}, printed.length ? "Meant, after a curator's note" : "Leads to"),
      entryLinks(meant),
      printed.length ? make("h3", {}, "Printed") : null,
      printed.length ? entryLinks(printed) : null,
      make("h3", {}, "For"),
      claimLinks(claimsOf(id)),
    ];
  },
  further: (id, node) => [
    make("p", { class: "kind" }, "Paper, only counted here"),
    make("h2", { dir: "auto" }, node.label),
    make("p", { dir: "auto" }, `${node.name} holds ${node.count.toLocaleString("en-GB")} claims. They are not on this page, since a map of everything could not be read.`),
    make("p", {}, "For a page of this paper:"),
    make("p", {}, make("code", {}, `spreadgraph explore ${id}`)),
  ],
  side: (id, node) => [make("p", { class: `kind ${node.framing}` }, node.framing), make("h2", {}, nodes.get(node.part).label), claimLinks(claimsOf(id))],
  part(id, node) {
    const claims = claimsOf(id).filter(shown);
    const left = node.left_out ? make("p", { class: "muted" }, `${node.left_out} more claims are not on this page.`) : null;
    const groups = node.kind === "characteristic" ? ["innovation", "improvement"] : [null];
    const lists = groups.flatMap((side) => [
      side ? make("h3", { class: side }, side[0].toUpperCase() + side.slice(1)) : null,
      claimLinks(claims.filter((claim) => !side || sideOf(claim) === side)),
    ]);
    return [make("p", { class: "kind" }, node.kind), make("h2", { dir: "auto" }, node.label), make("p", { dir: "auto" }, node.definition), left, ...lists];
  },
};

// The query whose answer is this chain, ready for any SPARQL 1.1 endpoint.
function sparql(node, iri) {
  const name = node.support === "none given" ? "open-the-page-at-the-sentence" : "from-claim-to-work";
  return data.queries[name].replace("VALUES ?claim { UNDEF }", () => `VALUES ?claim { <${iri}> }`);
}

function tell() {
  const node = view.selected && nodes.get(view.selected);
  const page = node && (pages[node.kind] ?? (isPart(node.id) ? pages.part : null));
  if (view.words) return results();
  details.replaceChildren(...(page ? page(node.id, node).filter((part) => part !== null) : []));
  intro.hidden = Boolean(page);
  // On a narrow screen the map of a part already holds every word of its claims.
  const whole = page && narrow.matches && isPart(node.id);
  document.body.classList.toggle("open", (view.about && narrow.matches) || Boolean(page && !whole));
  if (page) document.getElementById("panel").scrollTop = 0;
}

const MOST = 60;
function results() {
  const found = [...view.hits];
  const head = found.length === 1 ? "1 match" : `${found.length} matches`;
  const items = found.slice(0, MOST).map((id) => make("li", {}, to(id), make("span", { class: "about" }, described(id))));
  const more = found.length > MOST ? make("p", { class: "muted" }, `and ${found.length - MOST} more; add a word`) : null;
  const none = found.length ? null : make("p", {}, "Nothing on this page has all of these words. Try fewer words, the beginning of one, or an author's name.");
  const parts = [make("p", { class: "kind" }, "Search"), make("h2", {}, head), none, make("ul", { class: "claims" }, ...items), more];
  details.replaceChildren(...parts.filter((part) => part !== null));
  intro.hidden = true;
  document.body.classList.add("open");
  announce(head);
}

function described(id) {
  const node = nodes.get(id);
  if (node.kind === "claim") return data.traces[id].subject;
  return node.kind === "entry" ? "reference" : node.kind;
}

const paperShown = () => papers.find(({ id }) => view.scene === id || view.scene.startsWith(`${id}/`));

function crumbs() {
  const node = view.selected && nodes.get(view.selected);
  const paper = paperShown();
  const part = isPart(view.scene) ? view.scene : null;
  const steps = [];
  if (several) steps.push(["", "All papers"]);
  if (paper) steps.push([paper.id, several ? paper.name : "Whole map"]);
  if (paper && view.scene === `${paper.id}/sources`) steps.push([view.scene, "Sources"]);
  if (part) steps.push([part, nodes.get(part).label]);
  if (node && node.id !== part && node.kind === "claim") steps.push([node.id, "One claim"]);
  const trail = steps.length > 1 ? steps : [];
  const items = trail.map(([id, label], at) => make("a", { href: `#${id}`, ...(at === trail.length - 1 ? { "aria-current": "page" } : {}) }, label));
  document.getElementById("crumbs").replaceChildren(...items);
}

async function copy(words, button) {
  try {
    await navigator.clipboard.writeText(words);
  } catch {
    // Without leave to use the clipboard: the old way, through a selected field.
    const field = make("textarea", { "aria-hidden": "true", class: "unseen" });
    field.value = words;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  const label = button.textContent;
  button.textContent = "Copied";
  announce("Copied");
  setTimeout(() => (button.textContent = label), 1500);
}

function announce(words) {
  document.getElementById("live").textContent = words;
}
