"""`rpc.evaluation.document`: a criteria document as text and back, with all that is wrong. Nothing of it is kept."""

from __future__ import annotations

from services.contracts.criteria import DocumentOf, DocumentRead, Fault
from services.evaluation.criteria.check import check
from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.criteria.source import parse
from services.evaluation.criteria.write import text_of
from services.evaluation.publishing.shelf import document_of


def read_document(question: DocumentOf) -> DocumentRead:
    """As `nenep criteria check` sees it."""
    text = text_of(question.document) if question.document is not None else question.text or ""
    source = parse(text)
    findings = check(source)
    return DocumentRead(
        text=text,
        problems=tuple(Fault(line=one.line, where=one.where, problem=one.problem) for one in findings),
        document=None if findings else document_of(CriteriaSet.model_validate(source.data)),
    )
