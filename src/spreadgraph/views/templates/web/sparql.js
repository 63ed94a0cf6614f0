"use strict";
/* The words of a SPARQL query, for colours and for completion. Nothing here understands a query; the server does. */
const KEYWORDS = ("ADD ALL AS ASC ASK AVG BASE BIND BOUND BY COALESCE CONCAT CONSTRUCT CONTAINS COUNT DATATYPE DESC DESCRIBE " +
  "DISTINCT EXISTS FILTER FROM GRAPH GROUP GROUP_CONCAT HAVING IF IN ISBLANK ISIRI ISLITERAL LANG LANGMATCHES LCASE LIMIT " +
  "MAX MIN MINUS NAMED NOT OFFSET OPTIONAL ORDER PREFIX REDUCED REGEX REPLACE SAMPLE SELECT SEPARATOR STR STRAFTER " +
  "STRBEFORE STRENDS STRLEN STRSTARTS SUBSTR SUM UCASE UNDEF UNION VALUES WHERE YEAR true false a").split(" ");
const KNOWN = new Set(KEYWORDS.map((word) => word.toLowerCase()));
const TOKEN = new RegExp([
  "(#[^\\n]*)",
  "(<[^<>\"{}|^`\\\\\\s]*>)",
  "(\"\"\"[\\s\\S]*?(?:\"\"\"|$)|'''[\\s\\S]*?(?:'''|$)|\"(?:[^\"\\\\\\n]|\\\\.)*\"?|'(?:[^'\\\\\\n]|\\\\.)*'?)",
  "([?$][\\w\\u00c0-\\uffff]+)",
  "([A-Za-z][\\w-]*:[\\w.%\\-/]*|:[\\w.%-]+)",
  "([A-Za-z_][\\w]*)",
  "(\\d+(?:\\.\\d+)?)",
].join("|"), "g");
const KINDS = ["comment", "iri", "string", "variable", "name", "word", "number"];

/* Return the pieces of a text as [kind, text]; what is between them has an empty kind. */
function pieces(text) {
  const found = [];
  let done = 0;
  for (const match of text.matchAll(TOKEN)) {
    if (match.index > done) found.push(["", text.slice(done, match.index)]);
    const kind = KINDS[match.slice(1).findIndex((group) => group !== undefined)];
    found.push([kind === "word" && !KNOWN.has(match[0].toLowerCase()) ? "" : kind, match[0]]);
    done = match.index + match[0].length;
  }
  if (done < text.length) found.push(["", text.slice(done)]);
  return found;
}

/* Return the part of a word that stands before a place, and what it may become: [typed, [[text, meaning], …]]. */
function offers(text, at, data, forced) {
  const typed = /(?:[?$][\w]*|[A-Za-z][\w-]*:[\w.-]*|[A-Za-z_]\w*)$/.exec(text.slice(0, at))?.[0] ?? "";
  if (inside(text, at) || (!typed && !forced)) return [typed, []];
  const low = typed.toLowerCase();
  let all;
  if (/^[?$]/.test(typed)) {
    all = [...new Set(text.match(/[?$]\w+/g))].map((name) => [name, "variable"]);
  } else if (typed.includes(":")) {
    all = data.terms.filter(([name, label]) => name.toLowerCase().startsWith(low) || (label && partly(name, label, low)));
  } else if (typed.length > 1 || forced) {
    all = [...KEYWORDS.filter((word) => word.length > 1).map((word) => [word, ""]), ...Object.entries(data.prefixes).map(([name, space]) => [`${name}:`, space])];
  } else all = [];
  const starts = ([name]) => name.toLowerCase().startsWith(low);
  const first = all.filter(starts);
  const kept = typed.includes(":") ? [...first, ...all.filter((each) => !starts(each))] : first;
  return [typed, kept.filter(([name]) => name !== typed).slice(0, 12)];
}

/* Whether the words of a term's meaning hold what stands after the colon. */
function partly(name, label, low) {
  const [prefix, part] = [low.slice(0, low.indexOf(":") + 1), low.slice(low.indexOf(":") + 1)];
  return part.length > 2 && name.toLowerCase().startsWith(prefix) && label.toLowerCase().includes(part);
}

/* Whether a place is within a comment, an IRI or a text, where nothing is to be completed. */
function inside(text, at) {
  let done = 0;
  for (const [kind, piece] of pieces(text)) {
    if (at > done && at <= done + piece.length) {
      const closed = at === done + piece.length && /[>"']$/.test(piece) && piece.length > 1;
      return kind === "comment" || ((kind === "iri" || kind === "string") && !closed);
    }
    done += piece.length;
  }
  return false;
}

/* Put the declaration of a prefix at the head of a text that uses it without one. */
function declared(text, name, prefixes) {
  const prefix = name.split(":")[0];
  if (!name.includes(":") || !(prefix in prefixes) || new RegExp(`prefix\\s+${prefix}:`, "i").test(text)) return "";
  return `PREFIX ${prefix}: <${prefixes[prefix]}>\n`;
}

/* Whether a query asks outside the named graphs, in which all data stand. */
function outsideGraphs(text) {
  return !pieces(text).some(([kind, word]) => kind === "word" && /^(?:graph|from|service)$/i.test(word));
}

/* Return the query with GRAPH around the whole pattern, null where its first braces hold no pattern. */
function inGraphs(text) {
  const parts = pieces(text);
  if (parts.some(([kind, word]) => kind === "word" && /^(?:construct|describe)$/i.test(word))) return null;
  const bare = parts.map(([kind, part]) => (kind ? " ".repeat(part.length) : part)).join("");
  const [start, end] = [bare.indexOf("{") + 1, bare.lastIndexOf("}")];
  if (!start || end < start) return null;
  return `${text.slice(0, start)} GRAPH ?g {${text.slice(start, end)}} ${text.slice(end)}`;
}
