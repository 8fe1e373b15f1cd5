"""The page on what `check` finds: its words stand here, its examples are what the program prints.

`PYTHONPATH=tests python -m support.check_docs` rewrites `docs/checks.md`; a test fails if the page differs.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from iop_screen.checking import invariants
from iop_screen.checking.analysis import Analysis, Finding
from iop_screen.checking.load import load_questionnaire
from iop_screen.core.problems import Problem
from iop_screen.engine.compiled import CompiledQuestionnaire, compile_questionnaire
from iop_screen.questionnaire.answers import HasOption
from iop_screen.questionnaire.nodes import MAX_NODES, MAX_QUESTIONNAIRE_BYTES
from iop_screen.report.diagnostics import diagnostics
from support.paths import QUESTIONNAIRES, REPOSITORY

PAGE = REPOSITORY / "docs" / "checks.md"
FOLDERS = (QUESTIONNAIRES / "err", QUESTIONNAIRES / "close")
DAY = date(2026, 11, 23)
"""The day on which the examples are looked at."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the page says about a code."""

    family: str
    means: str
    matters: str
    mend: str


FAMILIES = {
    "text": ("Text and YAML", "The bytes of the file, and the YAML in them."),
    "shape": ("Shape", "Keys and values: each part of the file has its keys, and each key its kind of value."),
    "names": ("Names", "Ids: each stands for one thing."),
    "ladders": ("Ladders", "Levels and first steps, and what names them."),
    "answers": ("Answers", "Options, ranges and points."),
    "conditions": ("Conditions", "What a rule, a note, a guarantee, an `ask_when` or `applies_when` may ask for."),
    "always": (
        "Proofs that come first",
        (
            "A file that could be read is held to the [proofs that every file needs](#what-is-always-proved) before "
            "it is used. The checks above let no file through that fails one. The proofs are made anew each time all "
            "the same, so that a fault in the program cannot pass unseen. The one on duties and wishes reports "
            "[`access-moves-level`](#access-moves-level)."
        ),
    ),
    "asking": ("Asking", "Every question can come up, and every answer is good for something."),
    "rules": ("Rules", "Every rule can hold, and every rule makes a difference."),
    "notes": ("Notes", "Every note can be given to somebody."),
    "coverage": (
        "Coverage",
        "Somebody is in scope. Every step can be reached, and every worst answer leads somewhere.",
    ),
    "guarantees": ("Guarantees", "Every promise in the file is kept for every form."),
    "wording": ("Wording", "Texts that a caller can follow, and that a screen shows as they are written."),
    "polarity": ("Polarity", "Answers that look as if best and worst had been swapped."),
}

ENTRIES = {
    # ------------------------------------------------------------------ text and YAML
    "file-too-large": Entry(
        "text",
        "The file has more than 1 MiB.",
        "A questionnaire is a text of some hundred lines. A file of this size is most likely another file.",
        "Name the right file, or shorten it.",
    ),
    "not-utf-8": Entry(
        "text",
        "A byte in the file is not UTF-8 text.",
        "The program would have to guess a letter, and a caller could hear the wrong word.",
        "Save the file as UTF-8.",
    ),
    "hidden-character": Entry(
        "text",
        "The file has a character that a screen does not show: a control, zero-width or direction character, or a "
        "no-break space.",
        "What you see would not be what the program reads. Two ids could look the same and differ.",
        "Delete it, and write a plain blank if one is needed. It often comes along with text that was copied.",
    ),
    "empty-file": Entry(
        "text",
        "There is nothing in the file, or only comments.",
        "Without questions there is nothing to ask.",
        "Name the right file.",
    ),
    "yaml-syntax": Entry(
        "text",
        "The file is not YAML.",
        "Nothing after this place can be read with certainty, so nothing is.",
        "Check the indent, and that each bracket and each quote closes. Put a text with `: ` or ` #` in quotes.",
    ),
    "yaml-directive": Entry(
        "text",
        "A line starts with `%`.",
        "Such a line can change how the rest is read, and few people know how.",
        "Remove the line.",
    ),
    "second-document": Entry(
        "text",
        "A second document starts after `---`.",
        "Only one could be used, and a reader could not tell which.",
        "Keep one.",
    ),
    "yaml-anchor": Entry(
        "text",
        "`&name` marks a part of the file, so that it can be used again elsewhere.",
        "A change in one place would change others that do not show it.",
        "Remove it, or put the text in quotes.",
    ),
    "yaml-alias": Entry(
        "text",
        "`*name` stands for a part of the file that is written elsewhere.",
        "A person who reads a rule has to see all of it in one place.",
        "Write the text out again, or put it in quotes.",
    ),
    "yaml-merge-key": Entry(
        "text",
        "`<<` takes over keys that are written elsewhere.",
        "A person who reads a rule has to see all of it in one place.",
        "Write the keys out again.",
    ),
    "yaml-tag": Entry(
        "text",
        "`!name` says how a value is to be read.",
        "Here the place in the file decides that. A tag could only change it without being noticed.",
        "Remove it, or put the text in quotes.",
    ),
    "key-not-text": Entry(
        "text",
        "A key is a list or a set of keys.",
        "Nothing in a questionnaire has such a key. Most often a quote or a bracket is in the wrong place.",
        "Make it one piece of text.",
    ),
    "duplicate-key": Entry(
        "text",
        "A key stands twice in one part.",
        "Most YAML readers would drop one of the two and say nothing. It could be the test that matters.",
        "Keep one. In a condition, use `all:` with a list to ask for two things of one question.",
    ),
    "other-file": Entry(
        "text",
        "No key of the file is one of the keys that such a file has, such as `format`.",
        "It may be a file of forms that was named by mistake. So no line of it is shown: that could be an answer.",
        "Name the right file, or begin it with `format: 1`.",
    ),
    "too-deep": Entry(
        "text",
        "Parts stand inside each other more than 20 deep.",
        "No person can follow that. Most often a bracket does not close.",
        "Make it flatter.",
    ),
    "too-many-parts": Entry(
        "text",
        "The file has more than 200,000 parts.",
        "No person can review that.",
        "Shorten it.",
    ),
    "text-cut-short": Entry(
        "text",
        "A text without quotes has ` #` in it. YAML takes what follows for a comment.",
        "The caller, or the person who reads the result, gets half of the sentence.",
        "Put the text in quotes. If you mean a comment, give it a line of its own.",
    ),
    # ------------------------------------------------------------------ shape
    "missing-key": Entry(
        "shape",
        "A required key is not there.",
        "The program does not make up what a person has to decide, such as which answer is worse.",
        "Add it. The [reference](reference.md#the-questionnaire-file) lists the keys of each part.",
    ),
    "unknown-key": Entry(
        "shape",
        "A key is not known in this place.",
        "A misspelled key would have no effect, and nobody would notice.",
        "See the hint.",
    ),
    "unknown-word": Entry(
        "shape",
        "A word is not allowed here, such as a `role` or `type` that does not exist.",
        "The role decides which answer is worse and what may move a level. It cannot be guessed.",
        "Use one of the words in the hint.",
    ),
    "wrong-kind": Entry(
        "shape",
        "A value is of the wrong kind: a text where a list belongs, a word where a number belongs, and so on.",
        "Any way to read it all the same would be a guess.",
        "Write what the message wants.",
    ),
    "empty-text": Entry(
        "shape",
        "A text has nothing in it.",
        "A caller would be asked nothing, or a result would give no reason.",
        "Fill it in, or remove the key if it may be left out.",
    ),
    "disclaimer-too-long": Entry(
        "shape",
        "The disclaimer has more than 160 characters.",
        "It stands with every result. A long one is not read.",
        "Shorten it. `intended_use` has room for more.",
    ),
    # ------------------------------------------------------------------ names
    "duplicate-id": Entry(
        "names",
        "An id stands twice among things of one kind, or a score adds a question twice.",
        "Rules, results and exports use ids. They could not say which of the two is meant.",
        "Rename or remove one.",
    ),
    "reserved-id": Entry(
        "names",
        "An id or a label already means something else, such as `unknown` or `undetermined`.",
        "An open answer could be taken for an answer, or a suggestion for another one.",
        "Choose another.",
    ),
    # ------------------------------------------------------------------ ladders
    "too-few-levels": Entry(
        "ladders",
        "There are fewer than two levels.",
        "With one level there is nothing to suggest: every form gets it.",
        "Add one. The least intensive level stands first.",
    ),
    "no-questions": Entry(
        "ladders",
        "There is no question at all.",
        "Every form would get the least intensive level.",
        "Add one.",
    ),
    "interrupt-not-last": Entry(
        "ladders",
        "A first step with `interrupt` is not the last one.",
        "A more urgent step would stand above the emergency, and could hide it.",
        "Move it to the end.",
    ),
    "order-changed": Entry(
        "ladders",
        "The levels or first steps stand in another order than the one under [`review`](#review).",
        "More care could then count as less. Every rule and every guarantee would still seem to hold.",
        "Put them back. If the new order is meant, whoever signs the file has to change it under `review` too.",
    ),
    "no-interrupt": Entry(
        "ladders",
        "There are first steps, and none of them has `interrupt`.",
        "No answer is then ever an emergency, and the questions go on.",
        "If the last first step is for emergencies, add `interrupt: true` to it.",
    ),
    "no-contacts": Entry(
        "ladders",
        "There are contacts, and no first step names one.",
        "A result would list all contacts alike, and would not say which one to call first.",
        "Add `contacts` to the first steps that need one.",
    ),
    "reaches-nothing": Entry(
        "ladders",
        "A rule or a guarantee names no level and no first step.",
        "It looks like a safeguard, and does nothing.",
        "Add `level`, `first_step` or both.",
    ),
    "unknown-level": Entry(
        "ladders",
        "A level is named that is not in `levels`.",
        "The rule could not reach what its author meant.",
        "See the hint.",
    ),
    "unknown-first-step": Entry(
        "ladders",
        "A first step is named that is not in `first_steps`.",
        "The rule could not reach what its author meant.",
        "See the hint.",
    ),
    "unknown-contact": Entry(
        "ladders",
        "A contact is named that is not in `contacts`.",
        "In an emergency the number to call would be missing.",
        "See the hint.",
    ),
    # ------------------------------------------------------------------ answers
    "too-few-options": Entry(
        "answers",
        "A question has fewer than two options.",
        "A caller would have no choice.",
        "List every answer that can be chosen.",
    ),
    "options-alike": Entry(
        "answers",
        "Two options of a question go by the same id or label, or one label reads as several options in a row. "
        "Case, blanks and kinds of quotes count as the same.",
        "An answer in an export could stand for either. One of the two is the worse one.",
        "Reword one.",
    ),
    "exclusive-in-choice": Entry(
        "answers",
        "An option of a `choice` question has `exclusive`.",
        "There every option goes alone already. Perhaps the question was meant to be `multiple`.",
        "Remove it, or make the question `multiple`.",
    ),
    "label-with-semicolon": Entry(
        "answers",
        "A label of a `multiple` question has `;` in it.",
        "In an export `;` parts several answers, so this label would be read as two.",
        "Use a comma.",
    ),
    "text-as-risk": Entry(
        "answers",
        "A `text` question has the role `risk`.",
        "No rule can read free text. A need that is written there would move nothing.",
        "Make it `context`, or give it options.",
    ),
    "empty-range": Entry(
        "answers",
        "`min` is not below `max`.",
        "No number would be a usable answer.",
        "Write the lowest answer as `min` and the highest as `max`.",
    ),
    "points-fall": Entry(
        "answers",
        "A worse option has fewer points than a better one.",
        "A worse answer could lower the score, and with it the suggestion.",
        "Mend the points, or put the options in order, best first.",
    ),
    "no-points": Entry(
        "answers",
        "A score adds a question or an option without points.",
        "The sum would be too low, and nobody would see why.",
        "Give every option of the question `points`.",
    ),
    "empty-score": Entry(
        "answers",
        "A score adds nothing.",
        "It would always be 0, and a rule that reads it would never hold.",
        "Add questions, or remove it.",
    ),
    "may-miss-all": Entry(
        "answers",
        "The `may_miss` of a score is not below the number of its items.",
        "A total would be estimated from nothing.",
        "Write a smaller number, or leave `may_miss` out. Then a total needs an answer to every item that is asked.",
    ),
    "uneven-items": Entry(
        "answers",
        "A score has `may_miss`, and not all of its items go from the same fewest points to the same most points.",
        "An item without an answer counts as the mean of the others. Of items with other points that can be more than "
        "the item goes up to.",
        "Leave `may_miss` out, or give all items the same range of points.",
    ),
    "bands-out-of-order": Entry(
        "answers",
        "A band of a score does not start above the one before it.",
        "A total would lie in two bands, or in none of them.",
        "Put the bands in order, the lowest first, each with a `from` of its own.",
    ),
    "no-lowest-band": Entry(
        "answers",
        "A score can come to a total below its first band.",
        "Such a total would have no band, and so would look as if there were no total.",
        "Start the first band at the lowest total, which is mostly 0.",
    ),
    "band-out-of-reach": Entry(
        "answers",
        "No total of the score lies in this band.",
        "The bands were made for another sum: an item is missing, or options have other points.",
        "Look at what the score adds and at the points of the options.",
    ),
    # ------------------------------------------------------------------ conditions
    "unknown-question": Entry(
        "conditions",
        "A condition or a score names a question or score that does not exist.",
        "The rule would wait for an answer that nobody can give.",
        "See the hint.",
    ),
    "unknown-option": Entry(
        "conditions",
        "A condition names an option that the question does not have.",
        "The rule would wait for an answer that nobody can give.",
        "See the hint.",
    ),
    "empty-condition": Entry(
        "conditions",
        "A condition has no test in it.",
        "It could mean always or never. The two are far apart.",
        "Add a test, or remove the key.",
    ),
    "bad-test": Entry(
        "conditions",
        "What stands behind a question is not a test on an answer.",
        "The program does not guess what was meant.",
        "Write it as in [Conditions](reference.md#conditions).",
    ),
    "wrong-test": Entry(
        "conditions",
        "A test does not fit its question, such as one for the better answer of a `risk` question.",
        'A condition can only ask for "this or worse". This is what keeps a worse answer from lowering a suggestion.',
        "See the hint; it shows a test that would do. For the first option there is none: it means best, and every "
        "answer is at least as bad. If it is not the best, put the options in order.",
    ),
    "exclusive-in-condition": Entry(
        "conditions",
        'A condition on a `risk` question names its "none of these" option.',
        "A rule would then hold because a person has no need.",
        "Name the options that are needs.",
    ),
    "access-moves-level": Entry(
        "conditions",
        "An `access` question stands where it could move a level: in a rule, a score, `applies_when`, a guarantee, or "
        "the `ask_when` of a `risk` or `context` question.",
        "A job, children or a wish must never decide how much care a person needs.",
        "Use the question in `notes`. If it tells of a need, make it `risk` or `context`.",
    ),
    "gate-looks-ahead": Entry(
        "conditions",
        "An `ask_when` looks at its own question, or at one further down.",
        "In an interview that answer is not there yet, so nobody could say whether to ask.",
        "Move that question up.",
    ),
    "danger-behind-gate": Entry(
        "conditions",
        "A question that can reach the `interrupt` step has an `ask_when`.",
        "A person in danger might not be asked about it.",
        "Remove the `ask_when`.",
    ),
    # ------------------------------------------------------------------ always
    "worse-lowers": Entry(
        "always",
        "A test on a `risk` question is passed by some answer and not by a worse one, or its points fall.",
        "A person with a greater need could get less care.",
        "Please report it: it is a fault of the program.",
    ),
    "silence-reassures": Entry(
        "always",
        "With a question left open, a form could settle lower than with its best answer. Or a score could count an "
        "open answer for less than the best one.",
        "A question that nobody asked could make a person look well.",
        "Please report it: it is a fault of the program.",
    ),
    "order-matters": Entry(
        "always",
        "A form gets another suggestion when rules and questions stand in another order.",
        "Two people with the same answers could be told different things.",
        "Please report it: it is a fault of the program.",
    ),
    # ------------------------------------------------------------------ asking
    "never-asked": Entry(
        "asking",
        "No form can meet the `ask_when` of a question. Or none that is in scope can; of a question that is no `risk` "
        "question this is a warning.",
        "The question is in the file, and no caller is ever asked it. All that rests on its answer is without effect.",
        "Look for two tests that exclude each other. For one of several answers use a list or `any`.",
    ),
    "unused-question": Entry(
        "asking",
        "Nothing reads the answer to a question: no rule, note or score, no `ask_when`, not `applies_when`. A "
        "guarantee does not count, and a `text` question is left out.",
        "The caller gives an answer, often a painful one, for nothing. Or a rule is missing.",
        "Remove the question, or add the rule or note that needs it.",
    ),
    # ------------------------------------------------------------------ rules
    "never-holds": Entry(
        "rules",
        "No form can meet the condition of a rule.",
        "The need that it is there for goes unseen.",
        "Look for two tests that exclude each other, in the rule or in an `ask_when` of a question it reads. Where "
        "a test asks for more than a number or a score can come to, the hint says how far it goes.",
    ),
    "never-matters": Entry(
        "rules",
        "Whenever a rule holds, other rules reach as far. Or it asks for the first level, where every form stands "
        "already. A rule for a level alone has to make a difference in scope, for elsewhere no level is suggested.",
        "A reader takes it for a safeguard that it is not. A change to it would change nothing.",
        "Remove it, or see what it was meant for: perhaps its level is too low or its condition too strict.",
    ),
    "alternative-never-matters": Entry(
        "rules",
        "An alternative in an `any` never makes a difference: the rest of the rule, or other rules, reach as far.",
        "The rule looks wider than it is.",
        "Remove it, or see what it was meant for.",
    ),
    "same-meaning": Entry(
        "rules",
        "Two rules hold for the same forms and reach the same steps.",
        "A later change to one of them would have no effect, for the other still holds.",
        "Keep one. Which of the two reasons should a reader see?",
    ),
    "always-passes": Entry(
        "rules",
        "A test on a `risk` question or a score is passed by every answer, the best one too. In a rule or a guarantee "
        "this is an error, in an `ask_when`, a note or `applies_when` a warning.",
        "It looks as if it asked for a need, and asks only whether there is an answer.",
        "Ask for a worse answer, or remove the test. Options of a `risk` question stand best first: are they in order?",
    ),
    # ------------------------------------------------------------------ notes
    "note-never-given": Entry(
        "notes",
        "No form can meet the condition of a note. Or whoever meets it gets a level that is not among its "
        "`for_levels`, is in an emergency, or is out of scope. Or they get a first step that is not among its "
        "`for_first_steps`.",
        "The advice is in the file, and nobody ever reads it.",
        "See whom the note is meant for: its condition, `for_levels` or `for_first_steps`.",
    ),
    # ------------------------------------------------------------------ coverage
    "never-applies": Entry(
        "coverage",
        "No form can meet `applies_when`.",
        "Every person would be out of scope, and nobody would ever get a level.",
        "Look for two tests that exclude each other. For one of several answers use a list or `any`.",
    ),
    "never-reached": Entry(
        "coverage",
        "No form is settled on this level, the first one too. Only forms in scope count, and none that is an "
        "emergency, for there no level is suggested. Or no form gets this first step as its highest for certain.",
        "A kind of care is on the list, and nobody is ever led to it.",
        "Add a rule that names it, or remove it. Of the first level: look for a rule that everybody meets.",
    ),
    "worst-leads-nowhere": Entry(
        "coverage",
        "The worst answer to a `risk` question moves nothing by itself, for anybody in scope. In a `multiple` question "
        "each need counts.",
        "A caller may report the worst there is, and get the same as if nobody had asked.",
        "Add a rule. If it is meant so, say why in the file: see [`accepted`](#accepted).",
    ),
    "accepted-for-nothing": Entry(
        "coverage",
        "A question has an `accepted` entry for a warning that would not be given.",
        "The next reader believes that a gap is there which is not. It would also hide the warning later on.",
        "Remove the entry. Only `worst-leads-nowhere` and `looks-reversed` can be accepted.",
    ),
    # ------------------------------------------------------------------ guarantees
    "guarantee-broken": Entry(
        "guarantees",
        "There is a form for which a guarantee does not hold. The smallest one is shown, with the result that it gets.",
        "A person with these answers gets less than the file promises.",
        "Add or tighten a rule. If the promise is wrong, change the promise.",
    ),
    "guarantee-never-applies": Entry(
        "guarantees",
        "No form can meet the condition of a guarantee. Or none that is in scope can. If it promises a first step "
        "only, that is a warning, and none at all if it reads a question of `applies_when`: it says itself whom it "
        "is for.",
        "It promises nothing, and a reader believes that it does.",
        "Look for two tests that exclude each other. For one of several answers use a list or `any`.",
    ),
    "not-decided": Entry(
        "guarantees",
        "A condition has too many weakest forms to look at each, and no solver is installed or it came to no end: see "
        "[above](#when-there-is-too-much-to-look-at). For a guarantee, an `ask_when` or `applies_when` this is an "
        "error, for a rule a warning.",
        "Nobody knows whether the promise is kept, so it does not count as kept.",
        "Install the solver: `pip install 'iop-screen[prove]'`. Or split the guarantee or the rule into several "
        "smaller ones, or ask for less in each.",
    ),
    # ------------------------------------------------------------------ wording
    "hard-to-read": Entry(
        "wording",
        "A text reads at a higher school grade than the file asks for: see [`review`](#review). Texts of fewer than 8 "
        "words are not graded; neither are names, titles, labels and sources.",
        "A caller in distress has to follow it at first hearing.",
        "Use shorter sentences and shorter words.",
    ),
    "word-to-avoid": Entry(
        "wording",
        "A text has a word that the file lists as not to be used: see [`review`](#review). Case, line breaks, and the "
        "kind of a hyphen or an apostrophe do not count.",
        "Words that judge keep people from telling the truth, and from coming back.",
        'Speak of the person first: "a person who sleeps badly".',
    ),
    "odd-character": Entry(
        "wording",
        "A text has a character that not every terminal shows, such as an arrow or a picture. Or a name, a title, a "
        "label or a source has a line break in it.",
        "The reader may see a box or a question mark in its place.",
        "Use plain letters and marks.",
    ),
    "unfinished-text": Entry(
        "wording",
        "A text says TODO, TBD or the like.",
        "What was to be written later is read out to a caller as it stands.",
        "Write the text. A key that may be left out can be removed until then.",
    ),
    "no-why": Entry(
        "wording",
        "A question does not say why it is asked.",
        "Callers ask. The person on the phone needs an honest answer at hand.",
        "Add `why`, in words that can be read out.",
    ),
    "no-source": Entry(
        "wording",
        "A question or a rule does not say what it rests on.",
        "The person who signs the file has to be able to look it up.",
        "Add `source`. If it is your own judgement, say so there.",
    ),
    "no-ask-self": Entry(
        "wording",
        "Some questions have `ask_self`, the wording for callers who ask for themselves, and others do not.",
        'Such a caller would hear "you" in one question and "the person" in the next.',
        "Add `ask_self` to the questions that the warning names, even if it says the same as `ask`.",
    ),
    "no-by-when": Entry(
        "wording",
        "Some first steps say by when they have to happen, and others do not.",
        "A result that says no time reads as if there were time.",
        "Add `when` to the first steps that the warning names.",
    ),
    "long-by-when": Entry(
        "wording",
        "The `when` of a first step has more than 30 characters.",
        "It stands in the headline of a result, before the level. A long one hides what comes after it.",
        "Say it in a few words, such as `today`. What it means in detail can go into `means`.",
    ),
    "many-options": Entry(
        "wording",
        "A question has more than nine options.",
        "A listener cannot keep them all in mind, and takes the first or the last.",
        "Join some of them, or ask two questions.",
    ),
    "stale-contact": Entry(
        "wording",
        "Nobody has made sure within a year that a contact works. Or the file does not say when, or names a day yet to "
        "come.",
        "A crisis line that no longer answers can cost a life.",
        "Call it, and write the day into `checked_on`.",
    ),
    # ------------------------------------------------------------------ polarity
    "looks-reversed": Entry(
        "polarity",
        "Going by its words, a `risk` question has its worst answer first or its best one last, or `worse` names the "
        'better one. This is a guess. It knows some words for good things, such as "safe" and "able to", and some for '
        'bad ones, such as "pain"; a "no" or "not" before them turns them around. Where a question has words of both '
        "kinds, or none, nothing is said of it.",
        "If the order is wrong, the person with the greatest need gets the least.",
        "Read the options from first to last: is each one worse than the one before? If so, reword a label, or say in "
        "the file why it is right: see [`accepted`](#accepted).",
    ),
}

OPENING = """\
# What `check` finds and proves

`iop-screen check FILE` reads a questionnaire as closely as its author would. First it prints every problem: the place,
the line, what is wrong, and what to do. Then it says what it has proved, in sentences. Without `FILE` it looks at the
questionnaire that comes along. With `--site FILE` it reads [site settings](reference.md#site-settings) instead; nothing
is proved of those.

This page is written by `PYTHONPATH=tests python -m support.check_docs`. Each example is what the program prints; the
files behind them are in `tests/sample_questionnaires`.

- [How to read it](#how-to-read-it)
- [What is proved, and how](#what-is-proved-and-how)
- [What is always proved](#what-is-always-proved)
- [When there is too much to look at](#when-there-is-too-much-to-look-at)
- [What it cannot know](#what-it-cannot-know)
- [Keys of the file that `check` reads](#keys-of-the-file-that-check-reads)
- [All codes](#all-codes)

## How to read it

A problem starts with `FILE:LINE:COLUMN`, its severity, the message, and its code in brackets. Codes stay the same from
one version to the next.

There are three kinds:

| kind | what it means |
|---|---|
| error that stops the file | no command uses the file until it is mended (exit code 4) |
| error of a close look | the file can be used, but does not keep what it promises |
| warning | look at it; it may be meant so |

| exit code | meaning |
|---|---|
| 0 | no errors, and no case failed; there may be warnings |
| 1 | there are errors, or a case failed or has a mistake in it; with `--strict` also if there are warnings |
| 2 | the command line is wrong |
| 3 | a file is missing or unreadable, exists already, or cannot be written |

One mistake is told once. Where an id stands twice, or a part of the file could not be read, what would follow from
that alone is held back until it is mended.

`--strict` lets warnings count. `--format json` prints the same as one JSON object: `problems`, each with its code,
severity, message, hint, place and, where there is one, a form that shows it (`witness`); and `proofs`. If the file
cannot be used, `check` shows what it met while reading it, and nothing is proved.

With `--cases FILE` it also runs [cases](howto.md#check-a-change-before-anybody-is-asked): forms with the result that
each should get. The questionnaire that comes along runs its own, and so does every file with the same `id`, such as an
edited copy. For any other file without `--cases` it says that no cases were run. The count names the file of cases.

`--save-counterexample FILE` writes the first form that breaks a guarantee, as such a case. The case expects what the
guarantee promises, so it fails until the questionnaire is mended. `--force` replaces a file that is there already. If
no guarantee is broken, nothing is written, and it says whether all of them hold, some are not decided, or none were
looked at.

## What is proved, and how

A proof is about every form that anyone could fill in, not about a sample. There are far too many forms to try. But
conditions only ever ask for "this or worse", and there is no "not". So a form with more answers, or with worse ones,
meets every rule that a weaker form meets. It is enough to look at the weakest forms for which a condition holds. They
are its minimal forms, and there are few of them. What is true of each minimal form is true of every form.

For example, take the guarantee `when: {sleep: {at_least: poor}}`. Its one weakest form says "poor", and leaves all else
open. If this form gets the promised level, then so does every form with poor sleep, whatever else it says.

Three things have no order, and each case is looked at by itself: the options of a `context` question, the numbers of
one (one for each stretch on which all tests say the same), and the ways to reach the sum of a score. `ask_when` is part
of the proof: an answer counts only where its question is asked.

`applies_when` is another matter. Outside it no level is suggested, but first steps are given. So a level counts as
reached only if a form in scope is settled on it, and a first step if any form gets it. A guarantee of a level speaks of
the least level that the answers ask for (`level_at_least`), and holds of that for every form. A question that is asked
of nobody in scope, a worst answer that leads nowhere there, and a guarantee or a rule for a level that nobody there can
meet are problems, even if somebody out of scope could. A rule for a first step can be there for a person out of scope.

When a promise is broken, a minimal form breaks it. That form is shown, with the result it gets. If several
break it, the one with the fewest answers is shown.

## What is always proved

These hold for every file that can be used. They need no guarantee, and each command makes sure of them when it loads a
file.

1. A worse answer never lowers a level or a first step.
2. Where a risk question or one with points is asked, a missing answer never settles a level or a first step lower than
   the best answer would. (A test that the best answer passes too is an [error](#always-passes) by itself: there a
   missing answer leaves the result open.)
3. Duties, travel and wishes never move a suggestion.
4. Every form gets exactly one suggestion, and the same one in whatever order rules and questions stand.

They follow from the language: there is no "not", and the highest step counts. They are also checked by computing, so
that a fault in the program is found. The first proof looks at each test once, the third at all that rules read. The
second leaves out each risk answer of the minimal forms of the rules, and compares with the best answer. The fourth
judges these forms again with the rules and questions in reverse order. At most 512 of these forms are tried.

A close look adds the guarantees of the file. If nothing is wrong with the rules, it also says that each of them, and
each alternative in them, decides some form.

## When there is too much to look at

A condition can have very many minimal forms: the ways to reach a sum of points on a dozen questions that rules also
read one by one, for instance. More than 20,000 of them are not looked at. Then `check` goes on as follows:

1. If the tests of a guarantee show that whoever meets its condition meets a certain rule, the guarantee holds. The
   proof names the rule.
2. Whether anybody can meet a condition is tried with the worst answers to all risk questions. From there a few of its
   weakest forms are found; often one of them shows what is wanted, as that a rule makes a difference.
3. A solver (z3) looks for a form of which something is true, or proves that there is none. It is given the same meaning
   of every condition as the rest of the program. The proof says "by a solver". A form that it finds counts only if the
   ordinary engine comes to the same result for it. As a counterexample it is first made as small as can be: no form
   with fewer answers breaks the guarantee, and no answer can be milder.

The solver is installed with `pip install 'iop-screen[prove]'`. It has 10 seconds for each form that it looks for, and
two minutes in all. Where it is not installed, or comes to no end, the verdict is "not decided", never a guess. For a
guarantee that is an error: a promise that nobody could prove does not count as kept.

## What it cannot know

- Whether a rule is right. It proves that the file does what it says, not that this is good care. A clinician has to
  judge that.
- Whether something is missing. A need that no question asks about, or a promise that is not in `guarantees`, is not
  looked at.
- Whether a caller understands a question. The reading grade counts words and syllables; it knows no meaning.
- Whether a source says what it is named for, or a contact still answers.
- Whether the order of options is right. `looks-reversed` guesses from words.

## Keys of the file that `check` reads

### `accepted`

The author of a question can weigh a warning and accept it. The entry says which one, and why. The reason is for the
next reader.

```yaml
- id: fever
  ask: Is there a fever?
  role: risk
  type: yes_no
  worse: yes
  accepted:
    - check: worst-leads-nowhere
      because: A fever alone needs no stay. It counts together with poor sleep.
```

Only `worst-leads-nowhere` and `looks-reversed` can be accepted. An entry that is not needed is a
[warning](#accepted-for-nothing) itself.

### `review`

What whoever signs the file holds it to: the order of its steps, and the bounds for its wording.

```yaml
review:
  levels: [visits, stay]           # the order that was signed, from least to most intensive
  first_steps: [nurse, help_now]   # from least to most urgent
  grade: 8                         # highest reading grade (Flesch-Kincaid) of a text
  avoid: [bad sleeper]             # words that are not to be used; case does not count
```

If the steps of the file stand in another order, no command [uses it](#order-changed). Without these two keys a change
of order goes unnoticed: every promise is made in terms of the order. Without `grade` and `avoid` no text is graded, and
no word is looked for. The other checks on wording always run.
"""


def examples() -> dict[str, Path]:
    """The example file of each code that has one; it is named for its code."""
    return {path.stem: path for folder in FOLDERS for path in sorted(folder.glob("*.yaml")) if path.stem in ENTRIES}


# ---------------------------------------------------------------------- examples that are no file


RESTING = """\
format: 1
id: rest-house
version: 0.3.0
title: Rest house
intended_use: To show a mistake.
disclaimer: Made up. Not for use on anyone.
levels:
  - {id: visits, title: Weekly visits}
  - {id: stay, title: A stay}
sections:
  - id: nights
    title: Nights
    questions:
      - id: sleep
        ask: How are the nights?
        role: risk
        type: choice
        options:
          - {id: good, label: Good, points: 0}
          - {id: poor, label: Poor, points: 1}
          - {id: none, label: No sleep, points: 2}
      - id: job
        ask: Is there a job?
        role: access
        type: yes_no
scores:
  - {id: unrest, title: Unrest, add: [sleep]}
rules:
  - {id: no_sleep, when: {sleep: none}, level: stay, because: Nobody gets well without sleep.}
"""


def resting() -> CompiledQuestionnaire:
    """A small questionnaire without a problem."""
    loaded = load_questionnaire(RESTING.encode())
    assert loaded.questionnaire is not None
    return compile_questionnaire(loaded.questionnaire, loaded.hash12)


def reading(*options: str, of: str) -> Analysis:
    """A questionnaire whose one rule reads just these options, for analysis; no file leads to it."""
    questionnaire = resting()
    when = HasOption(questionnaire.index_of(of), frozenset(options))
    return Analysis(replace(questionnaire, rules=(replace(questionnaire.rules[0], when=when),)), DAY)


def underrating() -> Analysis:
    """A questionnaire in which an open answer could count for less than the best one, for analysis."""
    questionnaire = resting()
    score = questionnaire.scores[0]
    items = tuple(replace(part, fewest=1) for part in score.items)
    return Analysis(replace(questionnaire, scores=(replace(score, items=items),)), DAY)


def failing_proofs() -> dict[str, list[Problem]]:
    """What each proof that no file can fail says of a questionnaire that was tampered with."""
    verdicts = {
        "worse-lowers": invariants.worse_never_lowers(reading("poor", of="sleep")),
        "access-moves-level": invariants.access_moves_nothing(reading("yes", of="job")),
        "silence-reassures": invariants.silence_never_reassures(underrating()),
        "order-matters": invariants.one_suggestion(reading("poor", of="sleep")),
    }
    return {code: [one.problem for one in found if isinstance(one, Finding)] for code, found in verdicts.items()}


def _failed(code: str) -> str:
    return diagnostics(failing_proofs()[code], "rest-house.yaml", RESTING.encode())


def _refused(content: bytes, name: str) -> str:
    return diagnostics(load_questionnaire(content).problems, name, content)


SHOWN_IN_CODE: dict[str, Callable[[], str]] = {
    "file-too-large": lambda: _refused(b"#" * (MAX_QUESTIONNAIRE_BYTES + 1), "large.yaml").partition("\n")[0] + "\n",
    "not-utf-8": lambda: _refused("title: Caf\u00e9\n".encode("latin-1"), "latin-1.yaml"),
    "too-many-parts": lambda: _refused(b"title: [" + b"a," * MAX_NODES + b"]\n", "parts.yaml"),
    "worse-lowers": lambda: _failed("worse-lowers"),
    "silence-reassures": lambda: _failed("silence-reassures"),
    "order-matters": lambda: _failed("order-matters"),
}
"""What is printed for codes whose examples are no file: too large, not text, or a fault that no file can bring out."""


# ---------------------------------------------------------------------- the page


def about(code: str, printed: str) -> str:
    """That part of what is printed that is about one code."""
    blocks = [block.strip("\n") for block in printed.split("\n\n")]
    return "\n\n".join(block for block in blocks if block.partition("\n")[0].endswith(f" [{code}]")) + "\n"


@cache
def shown(code: str) -> str:
    """What is printed for the example of a code."""
    if code in SHOWN_IN_CODE:
        return SHOWN_IN_CODE[code]()
    return about(code, examples()[code].with_suffix(".out").read_text("utf-8"))


@cache
def page() -> str:
    """The whole page."""
    return "\n".join([OPENING, _contents(), *(_family(family) for family in FAMILIES)])


def _contents() -> str:
    rows = [
        f"| [{title}](#{_anchor(title)}) | {', '.join(f'[`{code}`](#{code})' for code in _codes(family))} |\n"
        for family, (title, _) in FAMILIES.items()
    ]
    return "## All codes\n\n| family | codes |\n|---|---|\n" + "".join(rows)


def _family(family: str) -> str:
    title, opening = FAMILIES[family]
    return "\n".join([f"## {title}\n\n{_filled(opening)}\n", *(_section(code) for code in _codes(family))])


def _section(code: str) -> str:
    entry = ENTRIES[code]
    printed = shown(code)
    parts = [
        f"### `{code}`",
        _filled(f"{_kind(code, printed)}. {entry.means}"),
        _filled(f"**Why it matters:** {entry.matters}"),
        _filled(f"**What to do:** {entry.mend}"),
        f"```text\n{printed}```",
    ]
    return "\n\n".join(parts) + "\n"


def _kind(code: str, printed: str) -> str:
    severities = {*re.findall(r"^\S+:\d+:\d+: (error|warning): ", printed, re.MULTILINE)}
    if severities == {"warning"}:
        return "Warning"
    path = examples().get(code)
    usable = path is not None and load_questionnaire(path.read_bytes()).compiled is not None
    return "Error of a close look" if usable else "Error that stops the file"


def _codes(family: str) -> list[str]:
    return [code for code, entry in ENTRIES.items() if entry.family == family]


def _filled(text: str) -> str:
    return textwrap.fill(text, 120, break_long_words=False, break_on_hyphens=False)


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-")


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
