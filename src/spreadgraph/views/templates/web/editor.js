/* The editor: a plain text field with colours painted behind it, a list of names, and a query that can be cancelled. */
const data = JSON.parse(document.getElementById("data").textContent);
const [form, field, paint, names, answer, state] = ["editor", "query", "paint", "names", "answer", "state"].map((id) => document.getElementById(id));
const [run, cancel, share] = ["run", "cancel", "share"].map((id) => document.getElementById(id));
let going = null;
// What the address of the page holds, or what was opened: nothing is lost where it is replaced.
let safe = "";
let offered = { typed: "", list: [], at: -1 };

function coloured() {
  paint.replaceChildren(...pieces(field.value).map(([kind, text]) => {
    if (!kind) return document.createTextNode(text);
    const span = document.createElement("span");
    span.className = kind;
    span.textContent = text;
    return span;
  }), document.createTextNode("\n"));
  field.rows = Math.min(30, Math.max(10, field.value.split("\n").length + 1));
  scrolled();
}

function scrolled() {
  paint.scrollTop = field.scrollTop;
  paint.scrollLeft = field.scrollLeft;
}

/* ------ completion */

function offer(forced) {
  const [typed, list] = offers(field.value, field.selectionStart, data, forced);
  if (!list.length || field.selectionStart !== field.selectionEnd) return withdraw();
  offered = { typed, list, at: 0 };
  names.replaceChildren(...list.map(([name, label], number) => {
    const item = made("li", undefined, { role: "option", id: `name-${number}` });
    item.append(made("b", name), made("span", label));
    item.addEventListener("mousedown", (event) => { event.preventDefault(); take(number); });
    return item;
  }));
  place(typed);
  names.hidden = false;
  field.setAttribute("aria-controls", "names");
  choose(0);
}

/* Put the list under the word; letters are all of one width. */
function place(typed) {
  const before = field.value.slice(0, field.selectionStart - typed.length).split("\n");
  const style = getComputedStyle(field);
  const line = parseFloat(style.lineHeight);
  const ruler = document.createElement("canvas").getContext("2d");
  ruler.font = `${style.fontSize} ${style.fontFamily}`;
  const across = ruler.measureText("M").width * before.at(-1).length;
  const left = parseFloat(style.paddingLeft) + across - field.scrollLeft;
  names.style.left = `${Math.max(0, Math.min(left, field.clientWidth - 280))}px`;
  names.style.top = `${parseFloat(style.paddingTop) + line * before.length - field.scrollTop + 2}px`;
}

function choose(at) {
  offered.at = (at + offered.list.length) % offered.list.length;
  [...names.children].forEach((item, number) => item.setAttribute("aria-selected", String(number === offered.at)));
  field.setAttribute("aria-activedescendant", `name-${offered.at}`);
  names.children[offered.at].scrollIntoView({ block: "nearest" });
}

function withdraw() {
  names.hidden = true;
  offered = { typed: "", list: [], at: -1 };
  field.removeAttribute("aria-activedescendant");
  field.removeAttribute("aria-controls");
}

function take(number) {
  const [name] = offered.list[number];
  const end = field.selectionStart;
  const start = end - offered.typed.length;
  const head = declared(field.value, name, data.prefixes);
  field.focus();
  // As if it were typed, so that it can be undone.
  field.setSelectionRange(start, end);
  write(name);
  if (head) {
    const at = field.selectionStart + head.length;
    const after = /^(?:\s*#[^\n]*\n)*/.exec(field.value)[0].length;
    field.setSelectionRange(after, after);
    write(head);
    field.setSelectionRange(at, at);
  }
  withdraw();
  coloured();
}

function write(text) {
  if (document.execCommand && document.execCommand("insertText", false, text)) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
}

/* ------ asking */

async function ask() {
  going?.abort();
  const mine = (going = new AbortController());
  const began = performance.now();
  const seconds = () => ((performance.now() - began) / 1000).toFixed(1);
  const clock = setInterval(() => say(`running, ${seconds()} s`), 500);
  cancel.hidden = false;
  run.disabled = true;
  say("running");
  // Whoever leaves for a result and comes back finds the query again.
  keep();
  try {
    const response = await fetch("/sparql", {
      method: "POST", signal: mine.signal, body: new URLSearchParams({ query: field.value }),
      headers: { Accept: "application/sparql-results+json, text/turtle;q=0.9" },
    });
    const text = await response.text();
    show(response, text);
    say(response.ok ? `answered in ${seconds()} s` : "");
  } catch (error) {
    if (error.name === "AbortError") {
      if (going === mine) say("cancelled");
    } else {
      fault("The server did not answer. Is it still running?");
      say("");
    }
  } finally {
    clearInterval(clock);
    if (going === mine) {
      going = null;
      cancel.hidden = true;
      run.disabled = false;
    }
  }
}

function show(response, text) {
  if (!response.ok) return fault(inWords(response.status, text));
  const parts = [];
  if (response.headers.get("Spreadgraph-Truncated")) {
    parts.push(made("p", "The answer was cut short: it is longer than this server gives at once. Add a LIMIT, or ask for less.", { class: "hedge" }));
  }
  if ((response.headers.get("Content-Type") || "").includes("json")) parts.push(...rowsOf(JSON.parse(text), text));
  else {
    const line = made("p", "Triples, as Turtle. ", { class: "about" });
    line.append(fileLink("Download", text, "text/turtle", "answer.ttl"));
    parts.push(line, made("pre", text.replaceAll("\t", " "), { tabindex: "0" }));
  }
  answer.replaceChildren(...parts);
}

function rowsOf(found, text) {
  if ("boolean" in found) return [made("p", found.boolean ? "Yes." : "No.", { class: "lead" }), ...(found.boolean ? [] : hint(field.value))];
  const count = found.results.bindings.length;
  const rest = count > data.most ? `, the first ${data.most.toLocaleString("en-GB")} of which are shown` : "";
  const line = made("p", `${count.toLocaleString("en-GB")} ${count === 1 ? "row" : "rows"}${rest}. `, { class: "about" });
  if (!count) return [line, ...hint(field.value)];
  line.append("Download as ", fileLink("CSV for a spreadsheet", csvOf(found), "text/csv", "answer.csv"), " or ", fileLink("JSON", text, "application/json", "answer.json"), ".");
  const none = count === 1 && Object.values(found.results.bindings[0]).every((term) => term.value === "0");
  return [line, ...(none ? hint(field.value) : []), tableOf(found, data)];
}

/* Say why a query that names no graph finds nothing, and offer the same one with the graphs. */
function hint(text) {
  if (!outsideGraphs(text)) return [];
  const line = made("p", "The data stand in named graphs, and this query looks outside them: write GRAPH ?g { … } around its patterns. ", { class: "note" });
  const better = inGraphs(text);
  if (better) {
    const link = made("a", "Put it in", { href: addressOf(better) });
    link.addEventListener("click", (event) => { event.preventDefault(); field.value = better; coloured(); ask(); });
    line.append(link);
  }
  return [line];
}

function fault(words) {
  answer.replaceChildren(made("p", words, { class: "fault", role: "alert", dir: "auto" }));
}

/* Say in plain words what went wrong, and what to do. */
function inWords(status, text) {
  let problem = {};
  try { problem = JSON.parse(text); } catch { /* not from this server */ }
  const advice = {
    deadline: "Ask for less: name a graph, a paper or a work, or add a LIMIT.",
    memory: "Ask for less: fewer combinations, a narrower pattern, or a LIMIT.",
    died: "The query ended its process; the server goes on. Ask for less, or in another way.",
    busy: "Try again in a moment.",
  }[problem.code];
  const said = problem.detail || `The server answered with ${status}.`;
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}${/[.!?]$/.test(said) ? "" : "."}${advice ? ` ${advice}` : ""}`;
}

function say(words) { state.textContent = words; }

/* ------ sharing */

function addressOf(text) {
  const short = `/query?${new URLSearchParams({ query: text })}`;
  // What stands behind # is not sent to the server, and so may be long.
  return short.length < 4000 ? short : `/query#${encodeURIComponent(text)}`;
}

function keep() {
  history.replaceState(null, "", addressOf(field.value));
  safe = field.value;
}

async function shareIt() {
  keep();
  const address = location.origin + addressOf(field.value);
  try {
    await navigator.clipboard.writeText(address);
    say("the link is copied");
  } catch { say("the link is now the address of this page"); }
}

/* ------ the field */

field.addEventListener("input", () => { coloured(); offer(false); });
field.addEventListener("scroll", () => { scrolled(); withdraw(); });
field.addEventListener("blur", withdraw);
field.addEventListener("click", withdraw);
field.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") { event.preventDefault(); withdraw(); ask(); return; }
  if (event.ctrlKey && event.code === "Space") { event.preventDefault(); offer(true); return; }
  if (names.hidden) return;
  const act = { ArrowDown: () => choose(offered.at + 1), ArrowUp: () => choose(offered.at - 1), Enter: () => take(offered.at), Tab: () => take(offered.at), Escape: withdraw }[event.key];
  if (act) { event.preventDefault(); act(); } else if (event.key.startsWith("Arrow")) withdraw();
});
form.addEventListener("submit", (event) => { event.preventDefault(); ask(); });
cancel.addEventListener("click", () => going?.abort());
share.addEventListener("click", shareIt);
document.querySelector("form.open").addEventListener("submit", (event) => {
  const lost = field.value.trim() && field.value !== safe;
  if (lost && !confirm("Replace the query that you have written? It has not been run, and is kept nowhere else.")) event.preventDefault();
});
share.hidden = false;
if (location.hash.length > 1) {
  try { field.value = decodeURIComponent(location.hash.slice(1)); } catch { /* a damaged link */ }
}
safe = field.value;
document.body.classList.add("scripted");
coloured();
