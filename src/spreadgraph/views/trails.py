"""Shows chains from paper to paper as text, Markdown and JSON: what cites, what it cites, and why each trail ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from spreadgraph.answers.chains import Chain, Chains, Step
from spreadgraph.terms import shorten
from spreadgraph.views.terminal import Terminal
from spreadgraph.views.traces import markdown_escaped

CAUTION = (
    "A trail leads from paper to paper, not from statement to statement: what a paper cites further on need not bear on"
    " what stands at the beginning. Read it there."
)
_INDENT = "  "


def as_text(found: Chains, terminal: Terminal) -> str:
    """Return the chains for a terminal, each step under the one that cites it."""
    lines: list[str] = []
    for chain in found.chains:
        lines += ["", *terminal.paragraph(_head(chain), "accent", "bold"), ""]
        lines += terminal.paragraph(chain.text, "bold", indent=2)
        lines += terminal.paragraph(f"ends here: {chain.end}", "warn", indent=2) if chain.end else []
        for level, text, styles in _lines(chain.steps, chain.left_out, found.width, 0):
            lines += terminal.item(f"{_INDENT * (level + 2)}- ", text, *styles)
    return "\n".join([*lines, "", *terminal.paragraph(CAUTION, "dim")]).strip("\n") + "\n"


def as_markdown(found: Chains) -> str:
    """Return the chains as Markdown lists."""
    blocks = []
    for chain in found.chains:
        head = [f"## {markdown_escaped(_head(chain))}", "", f"> {markdown_escaped(chain.text)}", ""]
        ends = [f"- ends here: {chain.end}"] if chain.end else []
        steps = [
            f"{_INDENT * level}- {markdown_escaped(text)}"
            for level, text, _ in _lines(chain.steps, chain.left_out, found.width, 0)
        ]
        blocks.append("\n".join([*head, *ends, *steps]) + "\n")
    return "\n".join([*blocks, f"{CAUTION}\n"])


def _head(chain: Chain) -> str:
    return f"From the {chain.kind} {shorten(chain.id)}" + (f" ({chain.place})" if chain.place else "")


def _lines(steps: Sequence[Step], more: int, width: int, level: int) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Yield depth, words and styles of each step and of what follows it."""
    for step in steps:
        yield level, _in_words(step), ("dim",) if step.end else ()
        yield from _lines(step.steps, step.left_out, width, level + 1)
    if more:
        yield level, left_out(more + len(steps), width), ("warn",)


def left_out(cited: int, width: int) -> str:
    """Say that of ``cited`` works only ``width`` are shown."""
    return f"{cited} works are cited here: only {width} are shown, papers held here first, then by use"


def _in_words(step: Step) -> str:
    use = f"cited in {step.sentences} sentence{'' if step.sentences == 1 else 's'}"
    held = f"held as {step.paper}" if step.paper else ""
    about = "; ".join(part for part in (shorten(step.work), use, held) if part)
    return f"[{step.number}] {step.title} ({about})" + (f": {step.end}" if step.end else "")


def as_json(found: Chains) -> str:
    """Return the chains as JSON, in a shape that stays stable; keys may be added, none is renamed."""
    import json

    chains = [
        {
            "kind": chain.kind, "id": chain.id, "text": chain.text, "place": chain.place, "end": chain.end,
            "left_out": chain.left_out, "steps": [_step_json(step) for step in chain.steps],
        }
        for chain in found.chains
    ]  # fmt: skip
    document = {"depth": found.depth, "width": found.width, "chains": chains, "caution": CAUTION}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _step_json(step: Step) -> dict[str, Any]:
    return {
        "work": step.work, "title": step.title, "number": step.number, "sentences": step.sentences,
        "paper": step.paper, "end": step.end, "left_out": step.left_out,
        "steps": [_step_json(each) for each in step.steps],
    }  # fmt: skip
