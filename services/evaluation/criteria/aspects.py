"""The aspects: canonical names of what the items of any form judge, so that a mark on one form serves another set.

`chairing.1` to `chairing.4` and `principles.1` to `principles.4` are the four parts of these two headings on An Phú's
form; the wording of the parts is not in our source.
"""

ASPECTS: dict[str, str] = {
    "time.duration": "time and duration",
    "attendance.rate": "how many attended",
    "attendance.excuses": "nobody excused too often",
    "preparation.content": "the content was prepared and focused",
    "preparation.guidance": "guidance of the upper committee followed, draft resolution ready",
    "preparation.premeeting": "the committee met beforehand",
    "preparation.notice": "members and the assigned observer were told",
    "preparation.documents": "documents sent in time",
    "conduct.steps": "all steps followed, on the fixed date",
    "conduct.content": "content of the regular part",
    "conduct.thematic": "content of the thematic part",
    "conduct.praise": "praise and reminders",
    "conduct.opinions": "how many spoke",
    "conduct.minutes": "full minutes kept",
    "conduct.ideology": "time for ideology",
    "conduct.digital": "documents in digital form",
    **{f"chairing.{n}": f"chairing, part {n} of 4" for n in range(1, 5)},
    **{f"principles.{n}": f"principles, part {n} of 4" for n in range(1, 5)},
    "result.previous": "the previous resolution carried out",
    "closing.conclusion": "the conclusion",
    "closing.assignment": "who does what by when",
    "closing.upload": "minutes and resolution uploaded in time",
}
"""Each aspect with what it means."""
