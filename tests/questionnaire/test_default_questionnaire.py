"""What the default questionnaire promises: what it asks, how it speaks, and what is true of every form on it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support.calls import CALLS, Call, lead
from support.effort import examples
from support.paths import TESTS
from support.questionnaires import ready
from support.reading import grade, sentences, syllables, words
from support.record_builder import RecordBuilder, result_page
from support.running import Ran, Run

from iop_screen.core.files import default_questionnaire
from iop_screen.engine.answer_batch import AnswerBatch, Answers, set_aside
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.explain import explain
from iop_screen.engine.suggest import Result, assess, assess_one
from iop_screen.questionnaire.answers import Answer, Chosen, MissingReason, chosen
from iop_screen.questionnaire.conditions import All, AnyOf, AtLeast, Clause, OneOf, WrittenCondition, clauses
from iop_screen.questionnaire.model import Guarantee, Questionnaire
from iop_screen.report.blocks import as_text
from iop_screen.report.guide import guide_document, guide_sections
from iop_screen.report.result_json import explained_json
from iop_screen.report.result_text import emergency_blocks, first_words
from iop_screen.report.screen_text import screen_text

SECTIONS = ["about", "safety", "body", "detox", "supervision", "home", "daily_life"]
QUESTIONS = {
    "age": ("about", "context", "under_18 18_64 65_plus"),
    "concerns": ("about", "context", "substances eating mood_or_other"),
    "coming_from": ("about", "context", "no program jail"),
    "emergency_now": ("safety", "risk", "no yes"),
    "suicide": ("safety", "risk", "no thoughts danger"),
    "means_at_hand": ("safety", "risk", "no yes"),
    "harm_others": ("safety", "risk", "no worry danger"),
    "reality": ("safety", "risk", "no steady worse"),
    "pregnancy": ("body", "risk", "no birth yes"),
    "medical": ("body", "risk", "none stable not_stable"),
    "ed_body": ("body", "risk", "no risk danger"),
    "alcohol_use": ("detox", "risk", "none some_days most_days"),
    "alcohol_amount": ("detox", "risk", "one_or_two three_to_seven eight_or_more"),
    "sedative_use": ("detox", "risk", "none some_days most_days"),
    "opioid_use": ("detox", "risk", "none earlier some_days most_days"),
    "stimulant_use": ("detox", "risk", "none some_days most_days"),
    "treatment_medicine": ("detox", "risk", "no steady missed"),
    "withdrawal_now": ("detox", "risk", "none mild strong"),
    "past_severe_withdrawal": ("detox", "risk", "no yes"),
    "overdose": ("detox", "risk", "no past_year past_30_days"),
    "ed_meals": ("supervision", "risk", "mostly some_support not_able"),
    "self_care": ("supervision", "risk", "yes some_help no"),
    "stay_safe": ("supervision", "risk", "yes with_support no"),
    "past_care": ("supervision", "risk", "none_or_helped did_not_help got_worse"),
    "thinking": ("supervision", "risk", "no some a_lot"),
    "home": ("home", "risk", "supportive others_use no_stable_place not_safe"),
    "support": ("home", "risk", "day_and_night some none"),
    "obligations": ("daily_life", "access", "job school children care_of_adult court none"),
    "away": ("daily_life", "access", "yes with_help no"),
    "travel": ("daily_life", "access", "yes with_help no"),
    "wishes": ("daily_life", "access", "home_based live_in not_sure not_ready"),
}
"""Each question with its section, its role and its options, best first where it is a risk."""

OPTIONS = {name: options.split() for name, (_, _, options) in QUESTIONS.items()}
ROLES = {name: role for name, (_, role, _) in QUESTIONS.items()}
DANGERS = [
    ("emergency_now", "yes"),
    ("suicide", "danger"),
    ("harm_others", "danger"),
    ("reality", "worse"),
    ("ed_body", "danger"),
]
ALL_CONCERNS = chosen("substances", "eating", "mood_or_other")
GATES = {"means_at_hand": {"suicide": "thoughts"}, "alcohol_amount": {"alcohol_use": "some_days"}}
"""The questions that are asked only after an answer about the same thing, and the mildest such answer."""

Sheet = dict[str, Answer]
"""What is answered, by question."""

BEST: Sheet = {
    **{name: chosen(options[0]) for name, options in OPTIONS.items()},
    "age": chosen("18_64"),
    "concerns": chosen("mood_or_other"),
    "obligations": chosen("none"),
}


def form_of(sheet: Sheet) -> Answers:
    return Answers(tuple(sheet[name] for name in QUESTIONS))


def subsets(options: list[str]) -> Iterator[Answer]:
    for picks in product([False, True], repeat=len(options)):
        if any(picks):
            yield Chosen(frozenset(option for option, pick in zip(options, picks, strict=True) if pick))


def usable(name: str) -> list[Answer]:
    """Every answer there is to a question."""
    if name == "concerns":
        return [*subsets(OPTIONS[name])]
    if name == "obligations":
        return [chosen("none"), *subsets(OPTIONS[name][:-1])]
    return [chosen(option) for option in OPTIONS[name]]


def sheets(*, but: dict[str, st.SearchStrategy[Answer]] | None = None) -> st.SearchStrategy[Sheet]:
    """Anything that can stand on a form, gaps too; for some questions, `but` says what."""
    anything = {name: st.sampled_from([*MissingReason, *usable(name)]) for name in QUESTIONS}
    return st.fixed_dictionaries({**anything, **(but or {})})


def nearly_best() -> st.SearchStrategy[Sheet]:
    """The best answers, but for a few."""
    pairs = [(name, answer) for name in QUESTIONS for answer in (*MissingReason, *usable(name))]
    return st.lists(st.sampled_from(pairs), max_size=6).map(lambda few: {**BEST, **dict(few)})


any_sheet = sheets() | nearly_best()
without_gaps = st.fixed_dictionaries({name: st.sampled_from(usable(name)) for name in QUESTIONS})


def moved(result: Result) -> tuple[object, ...]:
    """Everything of a result but its notes."""
    return result.suggestion, result.levels, result.first_steps, result.reasons, result.open_questions


Promise = tuple[Guarantee, "Way"]


@pytest.fixture(scope="module")
def promises(questionnaire: Questionnaire) -> list[Promise]:
    """Each guarantee with each way to it."""
    return [(kept, way) for kept in questionnaire.guarantees for way in without_scores(ways(kept.when))]


@pytest.fixture(scope="module")
def calls(compiled: CompiledQuestionnaire) -> dict[str, Call]:
    """Each kind of call that is counted, led to its result."""
    return {kind: lead(compiled, kind) for kind in CALLS}


@pytest.fixture(scope="module")
def questionnaire(compiled: CompiledQuestionnaire) -> Questionnaire:
    return compiled.questionnaire


# What it asks.


def test_it_asks_these_questions_in_these_sections(questionnaire: Questionnaire) -> None:
    asked = {
        str(question.id): (str(section.id), question.role, " ".join(question.answer_ids()))
        for section in questionnaire.sections
        for question in section.questions
    }
    assert [section.id for section in questionnaire.sections] == SECTIONS
    assert [*asked.items()] == [*QUESTIONS.items()]


def test_a_call_stays_short(calls: dict[str, Call], compiled: CompiledQuestionnaire) -> None:
    drinks = calls["drinks on most days"]
    assert len(compiled.questions) <= 31
    assert len(drinks.questions) <= 29
    assert drinks.keys <= 36


def test_the_calls_that_are_counted_leave_nothing_open(calls: dict[str, Call]) -> None:
    """They answer every question that comes up, and between them bring up all there are."""
    assert {name for call in calls.values() for name in call.questions} == {*QUESTIONS}
    assert all(call.at_end.session.explanation().result.suggestion != "undetermined" for call in calls.values())
    assert {"alcohol_amount", "withdrawal_now"} <= {*calls["drinks on most days"].questions}


def test_questions_and_options_keep_the_ids_they_had(questionnaire: Questionnaire) -> None:
    """Rules, exports and records use them; where a meaning changed, the id is new."""
    frozen = ready((TESTS / "fixtures" / "level-of-care-1.1.0.yaml").read_bytes()).questionnaire
    now = {str(question.id): {*question.answer_ids()} for question in questionnaire.questions()}
    gone = [question.id for question in frozen.questions() if question.id not in now]
    assert gone == ["pregnant"]
    for question in frozen.questions():
        assert question.id in gone or {*question.answer_ids()} <= now[str(question.id)], question.id


@pytest.mark.parametrize(
    "name",
    ["pregnancy", "ed_body", "alcohol_use", "sedative_use", "opioid_use", "stimulant_use", "treatment_medicine"],
)
def test_it_asks_this_of_everyone(name: str, compiled: CompiledQuestionnaire) -> None:
    assert compiled.ask_when[compiled.index_of(name)] is None


def test_it_asks_everyone_about_every_danger(compiled: CompiledQuestionnaire) -> None:
    dangers = [rule.definition for rule in compiled.rules if rule.first_step == compiled.interrupt]
    names = {str(clause.subject) for rule in dangers for clause in clauses(rule.when)}
    assert names == {name for name, _ in DANGERS}
    assert all(compiled.ask_when[compiled.index_of(name)] is None for name in names)


def test_it_says_why_it_asks_and_what_each_rule_rests_on(questionnaire: Questionnaire) -> None:
    assert [question.id for question in questionnaire.questions() if not (question.why and question.source)] == []
    assert [question.id for question in questionnaire.questions() if not question.help] == []
    assert [rule.id for rule in questionnaire.rules if not rule.source] == []


def test_it_asks_callers_about_themselves_in_you(questionnaire: Questionnaire) -> None:
    for question in questionnaire.questions():
        assert question.ask_self, question.id
        assert re.search(r"\byour?\b", question.ask_self, re.IGNORECASE), question.id
        assert not re.search(r"\bthe person\b", question.ask_self), question.id


def test_each_first_step_says_by_when(questionnaire: Questionnaire) -> None:
    assert [(step.id, step.when) for step in questionnaire.first_steps] == [
        ("clinician_check", "within a day or two"),
        ("medical_check", "today"),
        ("medical_care", "today, with a bed"),
        ("emergency", "now"),
    ]


def test_its_contacts_were_checked_and_every_first_step_names_known_ones(questionnaire: Questionnaire) -> None:
    known = {contact.id for contact in questionnaire.contacts if contact.checked_on}
    assert len(known) == len(questionnaire.contacts) == 5
    assert all(step.contacts and set(step.contacts) <= known for step in questionnaire.first_steps)
    assert {contact for note in questionnaire.notes for contact in note.contacts} <= known


# How it speaks.


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("the", 1),
        ("IOP", 1),
        ("9", 1),
        ("care", 1),
        ("pills", 1),
        ("called", 1),
        ("needed", 2),
        ("table", 2),
        ("being", 2),
        ("houses", 2),
        ("medicine", 3),
        ("opioid", 3),
        ("clinician", 3),
        ("diabetes", 4),
        ("residential", 4),
        ("withdrawal", 3),
    ],
)
def test_syllables_are_counted_as_spoken(word: str, count: int) -> None:
    assert syllables(word) == count


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("", 0.0),
        ("The cat sat on the mat.", -1.45),
        ("Group sessions. Weekly visits.", 5.84),
        ("Residential rehabilitation", 44.19),
    ],
)
def test_a_grade_is_what_the_formula_says(text: str, year: float) -> None:
    assert grade(text) == pytest.approx(year, abs=0.01)


plain_sentences = st.lists(st.sampled_from(["the", "person", "clinician", "9", "IOP", "care"]), min_size=2).map(
    " ".join
)


@given(plain_sentences, plain_sentences)
def test_two_sentences_read_more_easily_than_one_of_the_same_words(one: str, other: str) -> None:
    """Parting a sentence never raises the grade, and a text said twice has the grade of the text."""
    assert grade(f"{one}. {other}.") < grade(f"{one} {other}.")
    assert grade(f"{one}. {one}.") == pytest.approx(grade(f"{one}."))


def read_texts(questionnaire: Questionnaire) -> Iterator[tuple[str, str]]:
    """Every text of more than a label that a person reads, and what it belongs to; of the guide, each paragraph."""
    yield "intended use", str(questionnaire.intended_use)
    yield "disclaimer", str(questionnaire.disclaimer)
    for question in questionnaire.questions():
        spoken = (question.ask, question.ask_self, question.help, question.why)
        yield from ((str(question.id), str(text)) for text in spoken)
    yield from ((str(rule.id), str(rule.because)) for rule in questionnaire.rules)
    yield from ((str(note.id), str(note.say)) for note in questionnaire.notes)
    for level in questionnaire.levels:
        yield from ((str(level.id), str(text)) for text in (level.means, *level.expect, *level.next_steps))
    for step in questionnaire.first_steps:
        headline = f"First, {step.when}: {step.title}."
        yield from ((str(step.id), str(text)) for text in (headline, step.means, *step.next_steps))
    for page in questionnaire.guide:
        yield from ((str(page.title), text) for text in page.body.split("\n\n"))


def labels(questionnaire: Questionnaire) -> Iterator[tuple[str, str]]:
    """Every short text."""
    yield from ((str(section.id), str(section.title)) for section in questionnaire.sections)
    yield from ((str(level.id), str(level.title)) for level in questionnaire.levels)
    yield from ((str(step.id), str(step.title)) for step in questionnaire.first_steps)
    yield from ((str(page.title), str(page.title)) for page in questionnaire.guide)
    for question in questionnaire.questions():
        yield from ((str(question.id), str(option.label)) for option in question.options_listed)
    yield from ((str(contact.id), f"{contact.name}: {contact.reach}") for contact in questionnaire.contacts)


def test_every_text_reads_at_grade_8_or_lower(questionnaire: Questionnaire) -> None:
    assert [(where, text) for where, text in read_texts(questionnaire) if grade(text) > 8] == []


def test_all_texts_together_read_at_grade_6_or_lower(questionnaire: Questionnaire) -> None:
    assert grade("\n\n".join(text for _, text in read_texts(questionnaire))) <= 6


FORBIDDEN = re.compile(
    r"""abus|\bclean\b|\bdirty\b|\baddict|\balcoholic|junk(ie|y)|non-?complian|commit\w*\ssuicide|asam\slevel
    |\bvalidat|\bqualif|\bapprov|low[-\s]risk|medical(ly)?\snecess|\bfailed\b|\byou\sneed\b|drug\susers?""",
    re.VERBOSE | re.IGNORECASE,
)


def test_it_has_no_word_that_hurts_or_promises(questionnaire: Questionnaire) -> None:
    texts = [*read_texts(questionnaire), *labels(questionnaire)]
    assert [(where, text) for where, text in texts if FORBIDDEN.search(text)] == []
    text = default_questionnaire().read_text(encoding="utf-8")
    listed = text[text.index("\nreview:") : text.index("\ncontacts:")]
    assert not FORBIDDEN.search(text.replace(listed, ""))


@pytest.mark.parametrize("text", ["drug abuse", "got clean", "an addict", "a low-risk case", "committed suicide"])
def test_a_word_that_hurts_or_promises_is_seen(text: str) -> None:
    assert FORBIDDEN.search(text)


def test_it_is_written_in_ascii() -> None:
    assert default_questionnaire().read_bytes().isascii()


TELLS_TO_STOP = re.compile(r"\b(stop|quit)\s+(drinking|using|taking)\b|cold turkey", re.IGNORECASE)
ON_STOPPING = re.compile(r"\bquit\b|all at once|\bsudden", re.IGNORECASE)
WARNS = re.compile(r"\bnot?\b|\bkill\b|\bdeadly\b|\bseizures?\b|\bharm\b|\bdanger", re.IGNORECASE)


def advises_to_stop(text: str) -> bool:
    """Somewhere it tells to stop, or speaks of stopping at once in a sentence that does not warn of it."""
    unwarned = any(ON_STOPPING.search(part) and not WARNS.search(part) for part in sentences(text))
    return unwarned or TELLS_TO_STOP.search(text) is not None


@pytest.mark.parametrize(
    ("text", "advises"),
    [
        ("You should stop drinking now.", True),
        ("It is best to quit all at once.", True),
        ("Do not wait. Quit today.", True),
        ("They should not quit all at once.", False),
        ("To quit these drugs all at once can kill.", False),
    ],
)
def test_advice_to_stop_is_seen(text: str, advises: bool) -> None:  # noqa: FBT001 - a column of the table
    assert advises_to_stop(text) is advises


def test_no_text_tells_anyone_to_stop_a_drug_suddenly(questionnaire: Questionnaire) -> None:
    assert [(where, text) for where, text in read_texts(questionnaire) if advises_to_stop(text)] == []


def test_no_phone_number_stands_in_it_but_those_of_its_contacts(questionnaire: Questionnaire) -> None:
    text = "\n".join(text for _, text in (*read_texts(questionnaire), *labels(questionnaire)))
    numbers = {number for number in re.findall(r"\d[\d-]*\d", text) if sum(map(str.isdigit, number)) > 2}
    years = {number for number in numbers if re.fullmatch(r"(19|20)\d\d", number)}
    assert numbers - years == {"911", "988", "1-800-662-4357", "1-800-799-7233", "88788", "1-833-852-6262"}


def test_each_hotline_of_the_guide_is_a_contact(questionnaire: Questionnaire) -> None:
    reached = " ".join(str(contact.reach) for contact in questionnaire.contacts)
    told = " ".join(page.body for page in questionnaire.guide)
    hotlines = re.findall(r"1-\d{3}-\d{3}-\d{4}", told)
    assert hotlines
    assert [hotline for hotline in hotlines if hotline not in reached] == []


@pytest.mark.parametrize(
    "phrase",
    [
        "nine or more",
        "9 or more hours",
        "hold on what is real",
        "mixed up",
        "has to be watched",
        "people like this person",
        "never in an iop and in a live-in program",
        "not in an iop and in a live-in program",
    ],
)
def test_what_read_badly_is_gone(phrase: str) -> None:
    text = in_one_line(default_questionnaire().read_text(encoding="utf-8")).casefold()
    assert phrase not in text


def test_only_one_note_speaks_of_sober_homes(questionnaire: Questionnaire) -> None:
    spoken = [note.id for note in questionnaire.notes if "sober home" in note.say]
    assert spoken == ["sober_homes"]
    others = [text for where, text in result_texts(questionnaire) if where != "sober_homes"]
    assert not any(re.search(r"sober (home|living)", text, re.IGNORECASE) for text in others)


def result_texts(questionnaire: Questionnaire) -> Iterator[tuple[str, str]]:
    """Every text of a result that does not stand with a question, and what it belongs to."""
    yield "disclaimer", str(questionnaire.disclaimer)
    for level in questionnaire.levels:
        texts = (level.title, level.means, *level.expect, *level.next_steps)
        yield from ((str(level.id), str(text)) for text in texts)
    for step in questionnaire.first_steps:
        yield from ((str(step.id), str(text)) for text in (step.title, step.when, step.means, *step.next_steps))
    yield from ((str(rule.id), str(rule.because)) for rule in questionnaire.rules)
    yield from ((str(note.id), str(note.say)) for note in questionnaire.notes)


def test_no_text_of_a_result_speaks_of_detox(questionnaire: Questionnaire) -> None:
    """So no result of anybody does, that of a person who is pregnant and uses opioids among them."""
    assert [(where, text) for where, text in result_texts(questionnaire) if "detox" in text.casefold()] == []


@pytest.mark.parametrize("said", ["not a diagnosis", "fixed rules", "licensed professional must assess"])
def test_the_disclaimer_says_what_it_must(said: str, questionnaire: Questionnaire) -> None:
    assert said in questionnaire.disclaimer


# What every form comes to.


@pytest.mark.parametrize(("name", "option"), DANGERS)
@settings(max_examples=examples(50))
@given(sheet=any_sheet)
def test_a_danger_is_an_emergency_whatever_else_is_said(
    name: str, option: str, sheet: Sheet, compiled: CompiledQuestionnaire
) -> None:
    """Any danger answer gives `emergency` and no level, whatever else is or is not answered."""
    result = assess_one(compiled, form_of({**sheet, name: chosen(option)}))
    assert (result.suggestion, result.level) == ("emergency", None)
    assert result.first_steps.at_least is result.first_steps.at_most is compiled.questionnaire.interrupt()


@given(sheet=any_sheet, other=sheets())
def test_daily_life_moves_nothing(sheet: Sheet, other: Sheet, compiled: CompiledQuestionnaire) -> None:
    """Whatever is answered to the access questions, only notes differ."""
    changed = {name: (other if ROLES[name] == "access" else sheet)[name] for name in QUESTIONS}
    first, second = assess(compiled, [form_of(sheet), form_of(changed)])
    assert moved(first) == moved(second)


CALM: Sheet = {
    "concerns": chosen("mood_or_other"),
    "suicide": chosen("no"),
    "opioid_use": chosen("none"),
    "overdose": chosen("no"),
}
"""No opioids, no overdose, no thoughts of suicide, and help wanted with something other than substances."""


@given(sheet=any_sheet, answer=st.sampled_from([*MissingReason, *usable("coming_from")]))
def test_where_they_come_from_moves_no_level(sheet: Sheet, answer: Answer, compiled: CompiledQuestionnaire) -> None:
    """Whatever is answered to `coming_from`, the levels stay; if no danger of a stay is there, only notes differ."""
    first, second = assess(compiled, [form_of(sheet), form_of({**sheet, "coming_from": answer})])
    assert first.levels == second.levels
    calm = {**sheet, **CALM}
    first, second = assess(compiled, [form_of(calm), form_of({**calm, "coming_from": answer})])
    assert moved(first) == moved(second)


NOT_USED: Sheet = {"alcohol_use": chosen("none"), "sedative_use": chosen("none")}
ON_ALCOHOL = re.compile(r"alcohol or calming|calming drugs|\bdrink(s|ing)?\b", re.IGNORECASE)
"""How a reason or a note speaks of somebody's alcohol or calming drugs."""


@given(sheet=any_sheet)
def test_only_who_takes_alcohol_or_calming_drugs_is_warned_of_them(
    sheet: Sheet, compiled: CompiledQuestionnaire
) -> None:
    """With neither, no reason and no note speaks of them, whatever else is said; the one on sober homes aside."""
    result = assess_one(compiled, set_aside(compiled, form_of({**sheet, **NOT_USED})))
    texts = [rule.because for rule in result.reasons]
    texts += [note.say for note in result.notes if note.id != "sober_homes"]
    assert [text for text in texts if ON_ALCOHOL.search(text)] == []


USE = ("alcohol_use", "sedative_use", "opioid_use", "stimulant_use")


@given(
    sheet=nearly_best(),
    home=st.sampled_from(["others_use", "no_stable_place"]),
    concerns=st.sampled_from(["eating", "mood_or_other"]),
)
def test_sober_homes_are_named_only_for_substance_use(
    sheet: Sheet, home: str, concerns: str, compiled: CompiledQuestionnaire
) -> None:
    """Where a substance is a concern, an IOP with a safe place has the note; where none is used or a concern, not."""
    told = {**sheet, "home": chosen(home), **{name: chosen("none") for name in USE}}
    forms = [form_of({**told, "concerns": chosen(concern)}) for concern in (concerns, "substances")]
    other, substances = assess(compiled, [set_aside(compiled, form) for form in forms])
    assert "sober_homes" not in ids_of_notes(other)
    assert ("sober_homes" in ids_of_notes(substances)) == (substances.suggestion == "iop_safe_place")


@given(sheet=any_sheet)
def test_weekly_care_is_named_only_where_nothing_comes_first(sheet: Sheet, compiled: CompiledQuestionnaire) -> None:
    """The note that less may be enough is given with every settled IOP that has no certain first step, and no other."""
    result = assess_one(compiled, set_aside(compiled, form_of(sheet)))
    alone = (result.suggestion, result.first_steps.at_least) == ("iop", None)
    assert ("weekly_care" in ids_of_notes(result)) == alone


def ids_of_notes(result: Result) -> set[str]:
    return {str(note.id) for note in result.notes}


@settings(max_examples=examples(300))
@given(sheet=any_sheet)
def test_every_form_comes_to_one_outcome(sheet: Sheet, compiled: CompiledQuestionnaire) -> None:
    """The suggestion follows from the two ladders and the age alone, and is the same each time."""
    answers = form_of(sheet)
    result = assess_one(compiled, answers)
    assert result.suggestion == outcome(sheet["age"], result)
    assert result == assess_one(compiled, answers)


def outcome(age: Answer, result: Result) -> str:
    steps = [step and step.id for step in (result.first_steps.at_least, result.first_steps.at_most)]
    levels = [result.levels.at_least.id, result.levels.at_most.id]
    if steps[0] == "emergency":
        return "emergency"
    if steps[1] == "emergency":
        return "undetermined"
    if age == chosen("under_18"):
        return "out_of_scope"
    return str(levels[0]) if levels[0] == levels[1] and not isinstance(age, MissingReason) else "undetermined"


@pytest.mark.slow
@settings(max_examples=examples(300))
@given(sheet=nearly_best(), other=sheets())
def test_an_iop_is_never_suggested_on_silence(sheet: Sheet, other: Sheet, compiled: CompiledQuestionnaire) -> None:
    """Once an IOP is suggested, with or without a safe place, no answer to what was left open takes it back.

    Neither the worst answer to every question left open, nor any mixture of answers.
    """
    answers = set_aside(compiled, form_of(sheet))
    said = assess_one(compiled, answers).suggestion
    assume(said in {"iop", "iop_safe_place"})
    kept = dict(zip(QUESTIONS, answers.values, strict=True))
    worst = {**kept, **{name: worst_of(name) for name, answer in kept.items() if isinstance(answer, MissingReason)}}
    mixed = {**kept, **{name: other[name] for name, answer in kept.items() if isinstance(answer, MissingReason)}}
    completed = [set_aside(compiled, form_of(complete)) for complete in (worst, mixed)]
    assert [result.suggestion for result in assess(compiled, completed)] == [said, said]


def worst_of(name: str) -> Answer:
    return ALL_CONCERNS if name == "concerns" else chosen(OPTIONS[name][-1])


@pytest.mark.parametrize("home", ["others_use", "no_stable_place"])
@given(other=sheets(), age=st.sampled_from(["18_64", "65_plus"]), support=st.sampled_from(OPTIONS["support"]))
def test_a_hard_home_alone_is_never_residential(
    home: str, other: Sheet, age: str, support: str, compiled: CompiledQuestionnaire
) -> None:
    """With nothing else against it, a poor or hard home leads to an IOP with a safe place and no first step."""
    told = {name: other[name] for name, role in ROLES.items() if role != "risk"}
    alone = {"age": chosen(age), "coming_from": chosen("no"), "home": chosen(home), "support": chosen(support)}
    result = assess_one(compiled, set_aside(compiled, form_of({**BEST, **told, **alone})))
    assert (result.suggestion, result.levels.at_most.id) == ("iop_safe_place", "iop_safe_place")
    assert result.first_steps.at_most is None


@given(sheet=any_sheet, age=st.sampled_from([*MissingReason, chosen("under_18")]))
def test_a_minor_or_someone_of_unknown_age_never_gets_a_level(
    sheet: Sheet, age: Answer, compiled: CompiledQuestionnaire
) -> None:
    """Under 18, or with no usable age, the suggestion is never a level of care."""
    result = assess_one(compiled, form_of({**sheet, "age": age}))
    assert result.suggestion in {"emergency", "undetermined", "out_of_scope"}
    assert result.level is None


@pytest.mark.slow
@given(sheet=any_sheet)
def test_the_answers_behind_a_reason_are_what_made_it(sheet: Sheet, compiled: CompiledQuestionnaire) -> None:
    """With the answers a reason names at their best, its rule holds no more; with those of all reasons, none does."""
    answers = set_aside(compiled, form_of(sheet))
    named = set[str]()
    for reason in explain(compiled, answers).reasons:
        cited = {str(said.question.id) for said in reason.because_of}
        assert reason.rule not in assess_one(compiled, bettered(answers, cited)).reasons
        named |= cited
    rest = assess_one(compiled, bettered(answers, named))
    assert rest.reasons == ()
    assert (rest.levels.at_least.id, rest.first_steps.at_least) == ("iop", None)


def bettered(answers: Answers, names: set[str]) -> Answers:
    given = dict(zip(QUESTIONS, answers.values, strict=True))
    return form_of({**given, **{name: BEST[name] for name in names}})


@given(sheet=any_sheet)
def test_a_question_behind_a_closed_branch_counts_as_best(sheet: Sheet, compiled: CompiledQuestionnaire) -> None:
    """A form whose unasked questions are blank comes to the same as with their best answers."""
    answers = set_aside(compiled, form_of(sheet))
    batch = AnswerBatch(compiled, [answers])
    hidden = {name for index, name in enumerate(QUESTIONS) if not batch.asked(index).may}
    blank, best = assess(compiled, [answers, bettered(answers, hidden)])
    assert moved(blank) == moved(best)


@given(sheet=sheets(but={"concerns": st.sampled_from(MissingReason)}))
def test_with_no_concern_known_every_branch_is_open(sheet: Sheet, compiled: CompiledQuestionnaire) -> None:
    """While `concerns` has no usable answer, no question is hidden but what follows an answer of its own."""
    batch = AnswerBatch(compiled, [form_of(sheet)])
    assert all(batch.asked(index).may for index, name in enumerate(QUESTIONS) if name not in GATES)


@given(sheet=any_sheet, data=st.data())
def test_a_worse_answer_never_closes_a_question(
    sheet: Sheet, data: st.DataObject, compiled: CompiledQuestionnaire
) -> None:
    """Moving one risk answer further down its options keeps every question that is asked, asked."""
    name = data.draw(st.sampled_from([name for name, role in ROLES.items() if role == "risk"]))
    indexes = data.draw(st.lists(st.sampled_from(range(len(OPTIONS[name]))), min_size=2, max_size=2).map(sorted))
    better, worse = (form_of({**sheet, name: chosen(OPTIONS[name][index])}) for index in indexes)
    for index in range(len(QUESTIONS)):
        before, after = (AnswerBatch(compiled, [answers]).asked(index) for answers in (better, worse))
        assert before.must <= after.must
        assert before.may <= after.may


# What it guarantees.


Way = dict[str, str]
"""The mildest answers that make a condition hold, by question; for a score, the fewest points."""


def ways(condition: WrittenCondition) -> list[Way]:
    """One way for each path through the alternatives of a condition."""
    match condition:
        case All(parts):
            return [merged(combined) for combined in product(*map(ways, parts))]
        case AnyOf(parts):
            return [way for part in parts for way in ways(part)]
        case Clause(subject, OneOf(options)):
            return [{str(subject): str(option)} for option in options]
        case Clause(subject, AtLeast(bound)):
            return [{str(subject): str(bound)}]
        case _:
            raise TypeError(type(condition))


def merged(parts: Iterable[Way]) -> Way:
    """All of these at once: of two answers to a question the worse one."""
    together: Way = {}
    for name, option in (each for part in parts for each in part.items()):
        together[name] = max(option, together.get(name, option), key=OPTIONS[name].index if name in OPTIONS else int)
    return together


def with_gates(way: Way) -> Way:
    """With the answers without which a question of it would not be asked."""
    return merged([*(GATES[name] for name in way if name in GATES), way])


def without_scores(found: Iterable[Way]) -> list[Way]:
    """Those that single answers make, with the answers that open their questions."""
    return [with_gates(way) for way in found if set(way) <= set(OPTIONS)]


def includes(way: Way, other: Way) -> bool:
    """Whether the answers of one way make the condition of the other hold."""
    return all(name in way and OPTIONS[name].index(way[name]) >= OPTIONS[name].index(other[name]) for name in other)


def keeps(compiled: CompiledQuestionnaire, result: Result, level: str | None, first_step: str | None) -> bool:
    levels: list[str | None] = [None, *(known.id for known in compiled.questionnaire.levels)]
    first_steps: list[str | None] = [None, *(known.id for known in compiled.questionnaire.first_steps)]
    step = result.first_steps.at_least
    high_enough = levels.index(result.levels.at_least.id) >= levels.index(level)
    return high_enough and first_steps.index(None if step is None else step.id) >= first_steps.index(first_step)


def test_each_way_to_a_guarantee_can_be_gone_and_is_kept(
    promises: list[Promise], compiled: CompiledQuestionnaire
) -> None:
    sheets = [{name: chosen(option) for name, option in way.items()} for _, way in promises]
    forms = [set_aside(compiled, form_of({**BEST, "concerns": ALL_CONCERNS, **sheet})) for sheet in sheets]
    for (promise, _), sheet, answers, result in zip(promises, sheets, forms, assess(compiled, forms), strict=True):
        assert {name: answers.values[compiled.index_of(name)] for name in sheet} == sheet, promise.id
        assert keeps(compiled, result, promise.level, promise.first_step), promise.id


@settings(max_examples=examples(400))
@given(sheet=any_sheet, data=st.data())
def test_a_guarantee_is_kept_whatever_else_is_said(
    sheet: Sheet, data: st.DataObject, promises: list[Promise], compiled: CompiledQuestionnaire
) -> None:
    """On every form on which a guarantee's condition must hold, both ladders stand where it says or higher."""
    promise, way = promises[data.draw(st.integers(0, len(promises) - 1))]
    answers = form_of({**sheet, **{name: chosen(option) for name, option in way.items()}})
    batch = AnswerBatch(compiled, [answers])
    assume(all(batch.asked(compiled.index_of(name)).must for name in way))
    assert keeps(compiled, assess_one(compiled, answers), promise.level, promise.first_step)


@pytest.mark.parametrize(
    ("points", "level", "first_step"), [(3, None, "clinician_check"), (8, "residential", "medical_check")]
)
@given(sheet=without_gaps)
def test_many_needs_are_not_overlooked(
    points: int, level: str | None, first_step: str, sheet: Sheet, compiled: CompiledQuestionnaire
) -> None:
    """From so many points on, whatever they come from, a clinician looks; from 8 on, it is residential care."""
    result = assess_one(compiled, set_aside(compiled, form_of(sheet)))
    [needs] = result.scores
    assume(needs.total is not None and needs.total >= points)
    assert keeps(compiled, result, level, first_step)


def test_every_danger_and_every_rule_with_medical_care_has_a_guarantee(
    promises: list[Promise], questionnaire: Questionnaire
) -> None:
    """Each way to such a rule is one to a guarantee of the same step; but for ways through a sum of points."""
    for rule in questionnaire.rules:
        kept = [way for promise, way in promises if promise.first_step == rule.first_step]
        for way in without_scores(ways(rule.when)) if rule.first_step in {"emergency", "medical_care"} else []:
            assert any(includes(way, other) for other in kept), (rule.id, way)


# What people are shown.


@pytest.mark.slow
@settings(max_examples=examples(200))
@given(
    sheet=any_sheet,
    opioid=st.sampled_from(["some_days", "most_days"]),
    danger=st.sampled_from([("age", "18_64"), *DANGERS]),
)
def test_no_result_for_pregnancy_with_opioids_speaks_of_detox(
    sheet: Sheet, opioid: str, danger: tuple[str, str], compiled: CompiledQuestionnaire
) -> None:
    """Neither the page nor the JSON, with all their texts, has the word, whatever else is answered."""
    told = {danger[0]: chosen(danger[1]), "pregnancy": chosen("yes"), "opioid_use": chosen(opioid)}
    explanation = explain(compiled, set_aside(compiled, form_of({**sheet, **told})))
    texts = result_page(explanation, compiled) + explained_json(explanation, compiled, RecordBuilder(compiled).record())
    texts += screen_text(emergency_blocks(compiled, (str(reason.rule.because) for reason in explanation.reasons)))
    assert "opioid" in texts
    assert "detox" not in texts.casefold()


def guide_text(compiled: CompiledQuestionnaire) -> str:
    """All the guide says, in one line of small letters."""
    return in_one_line(as_text(guide_document(compiled, guide_sections(compiled)))).casefold()


@pytest.mark.parametrize(
    "fact",
    [
        r"9 to 19 hours a week",
        r"20 or more hours a week",
        r"three to five days",
        r"about three months",
        r"check-ins",
        r"schedule that adapts to a job",
        r"individual counseling",
        r"group counseling",
        r"family counseling",
        r"cbt, short for cognitive behavioral therapy",
        r"work on depression",
        r"coping and problem-solving",
        r"expressive therapies",
        r"medicine where it fits",
        r"methadone or buprenorphine",
        r"a relapse does not mean",
        r"safety first",
        r"step-down",
        r"some housing programs combine",
        r"start with an iop and step up",
        r"instead\. if no one has to be there",
        r"side by side",
        r"detox does not always mean a live-in stay",
        r"counselors, not doctors or nurses",
        r"fits your needs",
        r"treats you as a person",
        r"methods that studies back",
        r"license from the state",
        r"care with reviews",
        r"pays no one to send people",
        r"licensed clinician must review",
        r"no study has tested",
        r"under 18",
        r"iops for eating or for mood",
        r"what it costs",
        r"no health plan",
    ],
)
def test_the_guide_says(fact: str, compiled: CompiledQuestionnaire) -> None:
    assert re.search(fact, guide_text(compiled))


@pytest.mark.parametrize("claim", ["borderline", "hours each", "alongside", "live in the moment", "kicked out"])
def test_the_guide_does_not_repeat_a_wrong_claim(claim: str, compiled: CompiledQuestionnaire) -> None:
    assert claim not in guide_text(compiled)


NAMES = {"Intensive", "Outpatient", "Program", "McCarty", "Angarita", "Read", "Medicaid", "Medicare"}


def test_the_guide_names_no_provider(questionnaire: Questionnaire) -> None:
    """Within a sentence, no word is written like a name but those of a study or of the program's kind."""
    said = [part for page in questionnaire.guide for part in sentences(f"{page.title}.\n\n{page.body}")]
    inside = {word for part in said for word in words(part)[1:]}
    assert {word for word in inside if word[0].isupper() and not word[:2].isupper()} - NAMES == set()
    assert not any(re.search(r"www\.|https?:|\.(com|org|net)\b", part) for part in said)


def in_one_line(text: str) -> str:
    return " ".join(text.split())


FORMS = "id,age,suicide,self_care\n1,18_64,danger,\n2,under_18,no,no\n3,18_64\n"
"""An emergency, a form out of scope or not settled, and a record that is rejected."""

IN_DANGER = "r\n5\n3\nr\nf\n"
AT_ONCE = "f\nf\nf\n"

OUTPUTS = {
    "interview": (["interview"], AT_ONCE),
    "interview in an emergency": (["interview"], IN_DANGER),
    "interview --json": (["interview", "--json"], AT_ONCE),
    "emergency page": (["interview"], IN_DANGER),
    "csv": (["score", "forms.csv", "--allow-missing", "all"], ""),
    "jsonl": (["score", "forms.csv", "--allow-missing", "all", "--format", "jsonl"], ""),
    "jsonl --explain": (["score", "forms.csv", "--allow-missing", "all", "--format", "jsonl", "--explain"], ""),
    "summary": (["score", "forms.csv", "--allow-missing", "all"], ""),
    "guide": (["guide"], ""),
}


@pytest.fixture
def pieces(request: pytest.FixtureRequest, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What one kind of output is made of, each piece on one line: a page, or the rows."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "forms.csv").write_text(FORMS, encoding="utf-8")
    output: str = request.param
    arguments, typed = OUTPUTS[output]
    return [in_one_line(piece) for piece in parted(output, run(*arguments, typed=typed))]


def parted(output: str, ran: Ran) -> list[str]:
    if output == "emergency page":
        return re.findall(r"\*\*\* EMERGENCY.*?(?=Type: m I have acted)", ran.err, re.DOTALL)
    if output == "summary":
        return [ran.err]
    if "csv" in output or "jsonl" in output:
        return ran.out.splitlines()[output == "csv" :]
    return [ran.out]


def each_output(*but: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("pieces", [output for output in OUTPUTS if output not in but], indirect=True)


@each_output()
def test_the_disclaimer_is_in(pieces: list[str], questionnaire: Questionnaire) -> None:
    assert pieces
    assert all(questionnaire.disclaimer in piece for piece in pieces)


@each_output("csv", "emergency page")
def test_every_contact_is_in(pieces: list[str], questionnaire: Questionnaire) -> None:
    assert all(
        contact.name in piece and contact.reach in piece for contact in questionnaire.contacts for piece in pieces
    )


@each_output("emergency page")
def test_the_version_is_in(pieces: list[str], compiled: CompiledQuestionnaire) -> None:
    assert re.fullmatch(r"level-of-care@\d+\.\d+\.\d+#[0-9a-f]{12}", compiled.stamp)
    assert all(compiled.stamp in piece for piece in pieces)


@pytest.mark.parametrize("pieces", ["emergency page"], indirect=True)
def test_the_version_is_on_the_emergency_page(pieces: list[str], compiled: CompiledQuestionnaire) -> None:
    assert [compiled.stamp in piece for piece in pieces] == [True]


@pytest.mark.parametrize("pieces", ["emergency page", "interview in an emergency"], indirect=True)
def test_in_an_emergency_the_ways_to_help_stand_first(pieces: list[str], questionnaire: Questionnaire) -> None:
    (page,) = pieces
    before, after = re.split("CONTACTS|Whom to call", page, maxsplit=1)
    interrupt = questionnaire.interrupt()
    assert interrupt is not None
    title = f"*** {interrupt.title} {interrupt.when} ***".upper()
    assert before in {"First, now: Emergency help ", f"{title} {' '.join(first_words().texts)} "}
    assert re.search(r"911.*988", after[:200])


@each_output()
def test_no_output_has_a_word_that_hurts_or_promises(pieces: list[str]) -> None:
    assert not any(FORBIDDEN.search(piece) for piece in pieces)
