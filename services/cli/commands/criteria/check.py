"""`nenep criteria check`: everything that is wrong with a criteria document, with lines. Needs nothing running."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from services.cli.failures import Exit, Failure
from services.cli.language import Lang, Language, Said, Words, catalogue
from services.cli.output import AsFormat, Format, messages, print_json
from services.evaluation.criteria.source import Finding, Source, parse

File = Annotated[Path, typer.Argument(help="The criteria document, a YAML file.", metavar="FILE", show_default=False)]


_WORDS: dict[str, Said] = {
    "line": ("line {n}", "dòng {n}", "লাইন {n}"),
    "complete": ("complete, nothing is wrong", "đủ, không có gì sai", "সম্পূর্ণ, কিছু ভুল নেই"),
    "problems": ("problems: {n}", "số chỗ sai: {n}", "ভুল: {n}"),
}
word = Words(_WORDS)


def command(file: File, lang: Lang = Language.EN, format_: AsFormat = Format.TABLE) -> None:
    """Everything that is wrong with a criteria document, each problem with its line. Exit code 1 when there is any."""
    from services.evaluation.criteria.check import check  # large (Polars), and `up` needs none of it

    findings = check(read(file))
    if format_ is Format.JSON:
        problems = [{"line": one.line, "where": one.where, "problem": one.problem} for one in findings]
        print_json({"file": str(file), "complete": not findings, "problems": problems})
    else:
        for finding in findings:
            typer.echo(_said(finding, lang))
        said = word("problems", lang, n=len(findings)) if findings else word("complete", lang)
        messages().print(f"{file}: {said}", markup=False)
    if findings:
        raise typer.Exit(Exit.WRONG)


def _said(finding: Finding, lang: str) -> str:
    """The problem in a language, as the dashboard says it; a sentence of a new shape stays as it is."""
    if lang == Language.EN:
        return str(finding)
    from dashboard.views.rescoring.problems import place_words, problem_text

    words = catalogue(lang)
    line = word("line", lang, n=finding.line) if finding.line else ""
    parts = (line, place_words(finding.where, words), problem_text(finding.problem, words))
    return ": ".join(filter(None, parts))


def read(file: Path) -> Source:
    """The parsed document. Raises Failure when the file cannot be read."""
    try:
        return parse(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}") from error
