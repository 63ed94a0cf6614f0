"""The strict YAML under a curated file: plain words stay words, and what YAML would twist is refused."""

from __future__ import annotations

import pytest

from spreadgraph.sources.yamltree import MAX_BYTES, MAX_DEPTH, Fault, Node, RefusedError, parse


def read(text: str) -> tuple[object, list[Fault]]:
    faults: list[Fault] = []
    return bare(parse(text, faults)), faults


def bare(node: Node) -> object:
    if isinstance(node.value, dict):
        return {key: bare(value) for key, value in node.value.items()}
    return [bare(item) for item in node.value] if isinstance(node.value, list) else node.value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("word", "word"),
        ("10.1136/bmj", "10.1136/bmj"),
        ("cited-work", "cited-work"),
        ("Not a no", "Not a no"),
        ("true", True),
        ("false", False),
        ("null", None),
        ("0", 0),
        ("-12", -12),
        ('"12"', "12"),
        ("'no'", "no"),
        ('"2024-06-07"', "2024-06-07"),
        ('"a: b # c"', "a: b # c"),
        ("[a, 1]", ["a", 1]),
        ("c#sharp", "c#sharp"),
        ("3 # three", 3),
        ("word # one word", "word"),
        ("|\n  two\n  lines\n", "two\nlines\n"),
    ],
)
def test_a_value_is_read_as_it_is_written(text: str, value: object) -> None:
    assert read(f"key: {text}") == ({"key": value}, [])


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "No",
        "on",
        "OFF",
        "y",
        "True",
        "NULL",
        "~",
        "2024-06-07",
        "2024-06-07T10:00:00Z",
        "12:30",
        "010",
        "1.5",
        "1_000",
        ".5",
        "1e5",
        "0x1F",
        "0o17",
        "+1",
        "-0",
        ".inf",
        "=",
    ],
)
def test_a_value_that_yaml_would_twist_has_to_be_quoted(text: str) -> None:
    _, faults = read(f"first: a\nkey: {text}")
    assert [fault.line for fault in faults] == [2]
    assert faults[0].message.endswith(f'write "{text}"')


@pytest.mark.parametrize(
    ("text", "line", "advice"),
    [
        ("a: b\na: c", 2, "the key a stands twice, first in line 1; keep one"),
        ("a:\n  b: 1\n  b: 2", 3, "the key b stands twice"),
        ("a: b\nc:", 2, "nothing is written after the key; write a value"),
        ("a: two words # cut", 1, "the text ends before #; put it in double quotes"),
        ("5: a", 1, "the key 5 is not a word"),
        ("a: 1\nno: b", 2, 'no without quotes is not read as text; write "no"'),
    ],
)
def test_a_fault_is_noted_and_reading_goes_on(text: str, line: int, advice: str) -> None:
    _, faults = read(text)
    assert faults
    assert faults[0].line == line
    assert advice in faults[0].message


@pytest.mark.parametrize(
    ("text", "line", "advice"),
    [
        ("a: &x b", 1, "anchors (&) and aliases (*) are not used here; write the value out"),
        ("a: b\nc: *x", 2, "anchors (&) and aliases (*) are not used here"),
        ("a: 1\nb: !!str c", 2, "tags such as"),
        ("a: !x b", 1, "put a text that begins with ! in double quotes"),
        ("<<: {a: b}", 1, "merge keys (<<) are not used here; write the keys out"),
        ("a: 1\nb: c: d", 2, "put the text in double quotes"),
        ("a: 1\nb: [c, d}", 2, "check indentation, quotes and brackets"),
        ("a: 1\nb: @c", 2, "put the text in double quotes"),
        ("a: 1\n\tb: c", 2, "indent with blanks"),
        ("a: 1\nword\nb: c", 3, "write key: value, or put the text in double quotes"),
        ("a: 'b\x07'", 1, "a control character"),
        ("a: 1\nb: 'c\x07'", 2, "delete it"),
        ("a: 1\n---\nb: 2", 2, "write one paper a file"),
        ("? [a]\n: b", 1, "a key has to be a word"),
        ("", 1, "the file is empty"),
        ("# only a remark", 1, "the file is empty"),
        ("\n" + "- " * (MAX_DEPTH + 1) + "a", 2, "nested deeper than 40 levels"),
        ("a: " + "[" * 100_000, 1, "nested deeper than 40 levels"),
        ("a: " + "b" * MAX_BYTES, 1, "larger than 1 MB"),
        ("a: &a [1, 1]\nb: &b [*a, *a]\nc: &c [*b, *b]", 1, "anchors"),
    ],
)
def test_reading_stops_with_line_and_advice(text: str, line: int, advice: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        read(text)
    assert refusal.value.fault.line == line
    assert advice in refusal.value.fault.message


def test_nodes_know_their_line_and_that_of_their_key() -> None:
    tree = parse("a:\n  b:\n  - c\n", [])
    assert isinstance(tree.value, dict)
    inner = tree.value["a"]
    assert (inner.line, inner.key_line) == (2, 1)
