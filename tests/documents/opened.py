"""Files as somebody else reads them: a workbook's cells, a PDF's pages, an iCalendar's components."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

MAIN = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
BUILT_IN = {14: "m/d/yyyy"}


@dataclass
class Cell:
    """A cell: text or number, its formula, how it is shown."""

    value: str | float | None
    formula: str | None
    shown: str


@dataclass
class Book:
    """The first sheet of a workbook."""

    cells: dict[str, Cell]
    sheet: ElementTree.Element
    names: dict[str, str]

    def row(self, number: int) -> list[Any]:
        """The values of a row, from left to right."""
        return [cell.value for ref, cell in self.cells.items() if re.fullmatch(rf"[A-Z]+{number}", ref)]

    def find(self, text: str) -> str:
        """Where a text stands."""
        [ref] = [ref for ref, cell in self.cells.items() if cell.value == text]
        return ref


def workbook(content: bytes) -> Book:
    """Reads the XML."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert parts.testzip() is None
        read = {name: ElementTree.fromstring(parts.read(name)) for name in parts.namelist() if name.endswith(".xml")}
    texts = ["".join(si.itertext()) for si in read["xl/sharedStrings.xml"].findall("m:si", MAIN)]
    styles = read["xl/styles.xml"]
    formats = {int(one.attrib["numFmtId"]): one.attrib["formatCode"] for one in styles.iterfind(".//m:numFmt", MAIN)}
    shown = [
        formats.get(id_ := int(one.attrib["numFmtId"]), BUILT_IN.get(id_, "General"))
        for one in styles.iterfind("m:cellXfs/m:xf", MAIN)
    ]
    sheet = read["xl/worksheets/sheet1.xml"]
    cells = {}
    for one in sheet.iterfind(".//m:c", MAIN):
        value, formula = one.findtext("m:v", None, MAIN), one.findtext("m:f", None, MAIN)
        said: str | float | None = None
        if value:
            said = texts[int(value)] if one.get("t") == "s" else value if one.get("t") == "str" else float(value)
        cells[one.attrib["r"]] = Cell(said, formula, shown[int(one.get("s", 0))])
    names = {one.attrib["name"]: one.text or "" for one in read["xl/workbook.xml"].iterfind(".//m:definedName", MAIN)}
    return Book(cells, sheet, names)


def pages(content: bytes) -> list[str]:
    """The text of every page of a PDF, a line a drawn text, through the fonts' own tables (ToUnicode)."""
    objects = {int(one[1]): one[2] for one in re.finditer(rb"(?s)\n(\d+) 0 obj\n(.*?)\nendobj", content)}
    tables: dict[bytes, dict[int, str]] = {}
    for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", content):
        [to_unicode] = re.findall(rb"/ToUnicode (\d+) 0 R", objects[int(number)])
        tables[name] = _letters(_stream(objects[int(to_unicode)]))
    found = []
    for _, body in sorted(objects.items()):
        if b"/Type /Page\n" in body:
            [contents] = re.findall(rb"/Contents (\d+) 0 R", body)
            found.append(_text(_stream(objects[int(contents)]), tables))
    return found


def _stream(body: bytes) -> bytes:
    data = body[body.index(b"stream\n") + 7 : body.rindex(b"\nendstream")]
    return zlib.decompress(data) if b"/FlateDecode" in body else data


def _letters(table: bytes) -> dict[int, str]:
    pairs = re.findall(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>\n", table)
    return {int(code, 16): bytes.fromhex(letters.decode()).decode("utf-16-be") for code, letters in pairs}


def _text(content: bytes, tables: dict[bytes, dict[int, str]]) -> str:
    lines, letters = [], dict[int, str]()
    for font, shown in re.findall(rb"(?s)/(F\d+) [\d.]+ Tf|\(((?:\\.|[^\\)])*)\) Tj", content):
        if font:
            letters = tables[font]
            continue
        plain = re.sub(rb"(?s)\\(.)", lambda m: {b"r": b"\r", b"n": b"\n"}.get(m[1], m[1]), shown)
        lines.append("".join(letters[code] for (code,) in _pairs(plain)))
    return "\n".join(lines)


def _pairs(plain: bytes) -> list[tuple[int]]:
    assert len(plain) % 2 == 0
    return [(int.from_bytes(plain[at : at + 2], "big"),) for at in range(0, len(plain), 2)]


@dataclass
class Component:
    """A component of an iCalendar: its properties (name with parameters: value) and the components in it."""

    name: str
    properties: dict[str, str] = field(default_factory=dict)
    parts: list[Component] = field(default_factory=list)


def icalendar(content: bytes) -> Component:
    """Parses strictly (RFC 5545): lines of at most 75 octets that end in CRLF, letters whole, everything closed."""
    assert content.endswith(b"\r\n")
    lines = content.removesuffix(b"\r\n").split(b"\r\n")
    for line in lines:
        assert 0 < len(line) <= 75, line
        assert b"\n" not in line and b"\r" not in line
        line.decode()  # no letter is cut
    unfolded = b"\r\n".join(lines).replace(b"\r\n ", b"").decode().split("\r\n")
    root, open_ = Component("root"), list[Component]()
    for line in unfolded:
        name, colon, value = line.partition(":")
        assert colon and re.fullmatch(r"[A-Z-]+(;[A-Z-]+=[A-Za-z_/-]+)*", name), line
        if name == "BEGIN":
            part = Component(value)
            (open_[-1] if open_ else root).parts.append(part)
            open_.append(part)
        elif name == "END":
            assert open_.pop().name == value
        else:
            assert name not in open_[-1].properties, line
            open_[-1].properties[name] = value
    assert not open_
    [calendar] = root.parts
    return calendar
