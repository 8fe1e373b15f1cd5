"""A blank form as a page to print and fill in with a pen: no script, nothing to load, no colour."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from iop_screen.core.problems import Problem
from iop_screen.report.blank_forms.checks import Read, WrittenItem, check_written
from iop_screen.report.blank_forms.danger import GET_HELP_FIRST, crisis_lines, first_about_danger
from iop_screen.report.blank_forms.form import BlankForm, FormChoice, FormQuestion, FormSection
from iop_screen.report.blank_forms.gate_words import SaidGate, SaidList, SaidTest, offered_choices, said_gate
from iop_screen.report.blank_forms.names import ANY_ID, points_gate_problems
from iop_screen.report.html_page import html_page, safe_html

HOW_TO = (
    "Tick one box for each question, or more where it says so. Some questions are not for everyone: a line above them "
    "says when to answer, and where to go on if not. If nobody knows, or the person would rather not say, tick that "
    "box. Write the reference on each sheet."
)
FOR_THE_OFFICE = (
    "For the office: the reference goes under id. The small word beside a question is its column. Type what is written "
    "there, or what stands beside the box that is ticked, with ; between several. For the last two boxes type unknown "
    "or declined. If no box is ticked, type nothing: that is not a no. If there are too many, type them all, and do "
    "not choose."
)


@dataclass(frozen=True, slots=True)
class _Paper:
    """The form with what its parts need to know of the whole: each question by its id, and its number."""

    form: BlankForm
    questions: dict[str, FormQuestion]
    numbers: dict[str, int]


def html_form(form: BlankForm) -> bytes | tuple[Problem, ...]:
    """The page, or everything about the questionnaire that cannot be asked on paper."""
    problems = tuple(points_gate_problems(form, "a printed page"))
    if problems:
        return problems
    questions = {question.id: question for question in form.questions}
    numbers = {name: index for index, name in enumerate(questions, 1)}
    paper = _Paper(form, questions, numbers)
    questionnaire = form.compiled.questionnaire
    body = "\n".join(_body(paper))
    check_written([*_written_items(body)], ANY_ID)
    page = html_page(safe_html(questionnaire.title), form.compiled.stamp, body, more_style=_STYLE)
    return page.encode()


def _body(paper: _Paper) -> Iterator[str]:
    questionnaire = paper.form.compiled.questionnaire
    yield f"<h1>{safe_html(questionnaire.title)}</h1>"
    yield _crisis_box(paper)
    yield f'<p class="strong">{safe_html(questionnaire.disclaimer)}</p>'
    yield f"<p>{safe_html(questionnaire.intended_use)}</p>"
    yield '<div class="who"><span>Reference</span><span>Date</span><span>Filled in by</span></div>'
    yield f"<p>{HOW_TO}</p>"
    for section in paper.form.sections:
        yield from _section(section, paper)
    yield f'<p class="office" id="end">{FOR_THE_OFFICE}</p>'
    yield _crisis_box(paper)
    yield f'<p class="office">Form {safe_html(paper.form.compiled.stamp)}</p>'


def _crisis_box(paper: _Paper) -> str:
    lines = "".join(f"<li>{safe_html(line)}</li>" for line in crisis_lines(paper.form.compiled))
    return f'<div class="crisis"><p>{GET_HELP_FIRST}</p>{lines and f"<ul>{lines}</ul>"}</div>'


def _section(section: FormSection, paper: _Paper) -> Iterator[str]:
    """The questions of a section. Its title, and whom to call, stay on one sheet with the question below them."""
    yield f"<h2>{safe_html(section.title)}</h2>"
    first = first_about_danger(section, paper.form.compiled)
    for question in section.questions:
        if question.id == first:
            yield _crisis_box(paper)
        yield _question(question, paper)


def _question(question: FormQuestion, paper: _Paper) -> str:
    help_text = f'<p class="help">{safe_html(question.help)}</p>' if question.help else ""
    return (
        f'<div class="question" id="q-{question.id}">{_gate(question, paper)}'
        f'<p class="ask"><b>{paper.numbers[question.id]}.</b> {safe_html(question.text)}</p>'
        f"{help_text}{_answer(question)}</div>"
    )


def _answer(question: FormQuestion) -> str:
    """What to do, and where the answer is ticked or written."""
    boxes = _boxes(offered_choices(question))
    match question.kind:
        case "one":
            how, space = "Tick one box.", ""
        case "several":
            how, space = f"Tick all that fit.{_alone(question.choices)}", ""
        case "number":
            how, space = f"Write a number from {question.lowest:f} to {question.highest:f}, or tick a box.", "digits"
        case "words":
            how, space = "Write it in your own words, or tick a box.", "lines"
        case _:
            assert_never(question.kind)
    to_write = f'<div class="{space}"></div>' if space else ""
    return f'<p class="how"><i>{how}</i> <small>{question.id}</small></p>{to_write}{boxes}'


def _alone(choices: Iterable[FormChoice]) -> str:
    alone = [choice for choice in choices if choice.exclusive]
    return f" Tick {_quoted(alone, 'or')} only by itself." if alone else ""


def _boxes(choices: Sequence[FormChoice]) -> str:
    """The options one below the other, and then the reasons for no answer beside each other."""
    parts = (
        ("ticks", [each for each in choices if each.reason is None]),
        (
            "ticks beside",
            [each for each in choices if each.reason is not None],
        ),
    )
    return "".join(f'<ul class="{style}">{"".join(map(_box, part))}</ul>' for style, part in parts if part)


def _box(choice: FormChoice) -> str:
    return f'<li data-code="{choice.code}"><span class="box"></span><span>{safe_html(choice.label)}</span></li>'


# ---------------------------------------------------------------------- when a question is asked


def _gate(question: FormQuestion, paper: _Paper) -> str:
    """When the question is to be answered, and where to go on if it is not."""
    if question.gate is None:
        return ""
    said = _said(said_gate(question.gate, paper.questions), paper)
    return f'<div class="gate">Answer this only if {said} <span>{_else(question, paper)}</span></div>'


def _said(gate: SaidGate, paper: _Paper) -> str:
    match gate:
        case SaidTest():
            return f"{_said_test(gate, paper)}."
        case SaidList(all_of_them, parts):
            head = "all of these are true:" if all_of_them else "at least one of these is true:"
            return f"{head}<ul>{''.join(f'<li>{_said(part, paper)}</li>' for part in parts)}</ul>"
        case _:
            assert_never(gate)


def _said_test(test: SaidTest, paper: _Paper) -> str:
    link = f'<a href="#q-{test.question}">question {paper.numbers[test.question]}</a>'
    if test.number:
        return f"in {link} the number is {test.number}, or a box is ticked"
    if not test.any_but:
        return f"in {link} {_quoted(test.choices, 'or', test.question)} is ticked"
    but = f" but {_quoted(test.choices, 'and', test.question)}" if test.choices else ""
    return f"in {link} any box{but} is ticked"


def _quoted(choices: Sequence[FormChoice], word: str, question: str = "") -> str:
    """The labels of choices as a list in a sentence; of another question, each says which choice it is."""
    names = [f' data-of="{question} {choice.code}"' if question else "" for choice in choices]
    quoted = [f"<q{name}>{safe_html(choice.label)}</q>" for name, choice in zip(names, choices, strict=True)]
    return f" {word} ".join(filter(None, [", ".join(quoted[:-1]), quoted[-1]]))


def _else(question: FormQuestion, paper: _Paper) -> str:
    """Where to go on: at the next question that hangs on something else."""
    later = paper.form.questions[paper.numbers[question.id] :]
    after = next((each for each in later if each.gate != question.gate), None)
    if after is None:
        return 'If not, go to <a href="#end">the end</a>.'
    return f'If not, go on with <a href="#q-{after.id}">question {paper.numbers[after.id]}</a>.'


# ---------------------------------------------------------------------- what was written

_QUESTION = re.compile(r'<div class="question" id="q-([^"]*)">')
_GATE = re.compile(r'<div class="gate">(.*?) <span>')


def _written_items(body: str) -> Iterator[WrittenItem]:
    """What the checks look at, read back from the page: the questions, their boxes and what their gates name."""
    _, *parts = _QUESTION.split(body)
    for name, text in zip(parts[::2], parts[1::2], strict=True):
        gate = "".join(_GATE.findall(text))
        named = (of.partition(" ") for of in re.findall(r'data-of="([^"]*)"', gate))
        reads = [Read(question, code) for question, _, code in named]
        reads += map(Read, re.findall(r'href="#q-([^"]*)"', gate))
        yield WrittenItem(name, tuple(re.findall(r'data-code="([^"]*)"', text)), tuple(reads))


_STYLE = """
@page { @top-right { content: "Reference ______________________"; font: 9pt sans-serif; vertical-align: bottom;
  padding-bottom: 2mm; } }
@page :first { @top-right { content: none; } }
:root { --ink: #000; --soft: #000; --line: #000; --accent: #000; }
body { font-family: Arial, "Liberation Sans", Helvetica, sans-serif; }
a { color: inherit; }
h2 { margin: 2rem 0 .8rem; }
.crisis { margin: 1rem 0; padding: .7rem 1rem; border: 3px solid #000; break-inside: avoid; break-after: avoid; }
.crisis p { margin: 0 0 .3rem; font-weight: 700; }
.crisis ul { margin: 0; }
.who { display: grid; grid-template-columns: 1fr 1fr 1fr; gap: 1.5rem; margin: 1.2rem 0; }
.who span { height: 3rem; border-bottom: 1.5px solid #000; font-size: .85rem; }
.question { margin: 0 0 1.6rem; padding-top: .6rem; border-top: 1px solid #000;
  break-inside: avoid; }
h2 + .question, .crisis + .question { border-top: 0; padding-top: 0; }
.question p { margin: .3rem 0; }
.question .ask { font-size: 1.1rem; font-weight: 700; }
.help { font-size: .9rem; }
.how { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; }
.how small { font: .7rem ui-monospace, "Liberation Mono", monospace; max-width: 100%;
  overflow-wrap: break-word; }
.gate { margin: .2rem 0 .5rem; padding: .3rem .8rem; border-left: 6px double #000; }
.gate ul { margin: .2rem 0; }
.ticks { margin: 0; padding: 0; list-style: none; }
.beside { display: grid; grid-template-columns: 1fr 1fr; }
.ticks li { display: grid; grid-template-columns: 2.2rem 1fr; align-items: start; padding: .25rem 0; }
.box { display: block; width: 1.4rem; height: 1.4rem; border: 2px solid #000; }
.digits, .lines { border: 2px solid #000; margin: .5rem 0; }
.digits { width: 10rem; height: 2.6rem; }
.lines { height: 8rem; }
.office { font-size: .85rem; }
@media print {
  body { font-size: 11.5pt; line-height: 1.3; }
  h2 { margin: 5mm 0 3mm; font-size: 15pt; }
  .question { margin: 0 0 4mm; padding-top: 2mm; }
  .question p { margin: 1mm 0; }
  .question .ask { font-size: 12pt; }
  .box { width: 6mm; height: 6mm; border-width: .6mm; }
  .ticks li { grid-template-columns: 9mm 1fr; padding: .6mm 0; }
  .who span { height: 13mm; }
  .lines { height: 35mm; }
  .digits { width: 45mm; height: 12mm; }
  a { text-decoration: none; }
}
"""
