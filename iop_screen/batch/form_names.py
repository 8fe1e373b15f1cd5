"""What the sections of a questionnaire are called as groups of a form in another system; files come back with it."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from itertools import count

from iop_screen.batch.form_stamp import FORM_COLUMN
from iop_screen.engine.compiled import CompiledQuestionnaire

RESERVED = frozenset({"meta", "id", "__id", "__system", "instanceID", FORM_COLUMN})
"""Names that ODK and Kobo, or a form that we write, have for something else."""


def section_names(compiled: CompiledQuestionnaire, reserved: AbstractSet[str] = RESERVED) -> tuple[str, ...]:
    """The name of each section as a group, in file order. A question always keeps its id.

    It is the id of the section. Where that is the id of a question, or reserved, or begins with a digit, it is
    `section_<id>`; and while that is taken by a question, another section or a reserved name, `section_<id>_2`,
    `section_<id>_3` and so on.
    """
    ids = [str(section.id) for section in compiled.questionnaire.sections]
    clashing = {str(question.id) for question in compiled.questions} | reserved
    taken = {*clashing, *ids}
    names = list[str]()
    for each in ids:
        name = each
        if each in clashing or each[:1].isdigit():
            name = next(other for other in _others(each) if other not in taken)
            taken.add(name)
        names.append(name)
    return tuple(names)


def grouped_names(compiled: CompiledQuestionnaire) -> Iterator[tuple[str, str]]:
    """What columns are called in the exports of ODK and Kobo, with the group before the id, and the question.

    ODK Central writes `about-age`, Kobo `about/age`, and older ODK programs `data/about/age`.
    """
    for section, group in zip(compiled.questionnaire.sections, section_names(compiled), strict=True):
        for question in map(str, (question.id for question in section.questions)):
            yield from ((f"{before}{question}", question) for before in (f"{group}-", f"{group}/", f"data/{group}/"))


def _others(section: str) -> Iterator[str]:
    """Names for a section that cannot have its id, the first of which is best."""
    yield f"section_{section}"
    yield from (f"section_{section}_{number}" for number in count(2))
