/* Rows for people: a table with links to pages, and files to keep. Texts are only ever set as texts. */
function made(name, text, attributes = {}) {
  const element = document.createElement(name);
  if (text !== undefined) element.textContent = shownSafely(text);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

/* What controls and reordering characters would do to a line is left to nobody's title. */
function shownSafely(text) {
  // eslint-disable-next-line no-control-regex
  return String(text).replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}

/* Return the address of the page of an IRI, or the IRI itself where it is one of the web; null for anything else. */
function pageOf(iri, pages) {
  for (const [start, page] of pages) {
    if (iri.startsWith(start) && iri.length > start.length) {
      const rest = iri.slice(start.length);
      const safe = page === "/work/" ? rest : encodeURIComponent(rest).replaceAll("%2F", "/").replaceAll("%3A", ":");
      return page + safe.replaceAll("?", "%3F").replaceAll("#", "%23");
    }
  }
  return /^https?:\/\/[^\s<>"'\\]+$/i.test(iri) ? iri : null;
}

/* Shorten an IRI by the prefixes, ids by leaving out what they all begin with. */
function short(iri, data) {
  if (iri.startsWith(data.pages[0][0])) return iri.slice(data.pages[0][0].length);
  for (const [prefix, space] of Object.entries(data.prefixes)) {
    if (iri.startsWith(space) && iri.length > space.length) return `${prefix}:${iri.slice(space.length)}`;
  }
  return iri;
}

function cell(term, data) {
  const box = document.createElement("td");
  if (!term) return box;
  const text = term.type === "triple" ? JSON.stringify(term.value) : term.value;
  const page = term.type === "uri" ? pageOf(text, data.pages) : pageOf(text, []);
  const words = term.type === "uri" ? short(text, data) : text;
  if (words.length > 60) box.className = "long";
  else if (page) box.className = "iri";
  if (!page) box.append(made("span", words, { dir: "auto" }));
  else if (page.startsWith("/")) box.append(made("a", words, { href: page, dir: "auto" }));
  else box.append(made("a", words, { href: page, dir: "auto", class: "out", rel: "noopener noreferrer" }));
  return box;
}

/* Return the table of SPARQL results JSON, of at most so many rows. */
function tableOf(found, data) {
  const box = made("div", undefined, { class: found.head.vars.length > 6 ? "scroll broad" : "scroll", role: "region", "aria-label": "Rows", tabindex: "0" });
  const table = made("table", undefined, { class: "rows" });
  const head = table.createTHead().insertRow();
  for (const name of found.head.vars) head.append(made("th", name, { scope: "col" }));
  const body = table.createTBody();
  for (const row of found.results.bindings.slice(0, data.most)) {
    const line = body.insertRow();
    for (const name of found.head.vars) line.append(cell(row[name], data));
  }
  box.append(table);
  return box;
}

/* Comma-separated values that no spreadsheet takes for a formula (OWASP: a leading apostrophe). */
function csvOf(found) {
  const field = (text) => {
    const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const value = (term) => (!term ? "" : term.type === "triple" ? JSON.stringify(term.value) : term.value);
  const rows = found.results.bindings.map((row) => found.head.vars.map((name) => field(value(row[name]))));
  return [found.head.vars.map(field), ...rows].map((row) => `${row.join(",")}\n`).join("");
}

function fileLink(words, text, type, name) {
  const link = made("a", words, { download: name });
  link.href = URL.createObjectURL(new Blob([text], { type }));
  return link;
}
