"""`iop-screen inspect`: what it says of a file, what it writes, how it ends."""

from __future__ import annotations

import shlex
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.paths import REPOSITORY
from support.questionnaires import HEADER
from support.running import Ran, Run

QUESTIONS = f"""{HEADER}
sections:
  - id: all
    title: All
    questions:
      - {{id: low, ask: How low is the mood?, role: risk, type: choice, options: [
          {{id: "0", label: Never}}, {{id: "1", label: Some days}},
          {{id: "2", label: Most days}}, {{id: "3", label: Each day}}]}}
      - {{id: alone, ask: Is the person alone?, role: risk, type: yes_no, worse: yes}}
      - {{id: words, ask: What else?, role: access, type: text}}
rules:
  - {{id: low, when: {{low: {{at_least: "3"}}}}, level: stay, because: It is low.}}
  - {{id: alone, when: {{alone: yes}}, first_step: help_now, because: They are alone.}}
"""


@pytest.fixture
def inspect(run: Run, tmp_path: Path) -> Run:
    """Inspect a table by a small questionnaire: its bytes, and options."""
    (tmp_path / "q.yaml").write_text(QUESTIONS)

    def inspected(table: str | bytes, *options: object) -> Ran:
        content = table.encode() if isinstance(table, str) else table
        (tmp_path / "forms.csv").write_bytes(content)
        return run("inspect", tmp_path / "forms.csv", "--questions", tmp_path / "q.yaml", *options)

    return inspected


def test_a_file_that_score_reads_as_it_is_ends_with_0_and_names_the_next_command(inspect: Run) -> None:
    ran = inspect("id,low,alone,words\nA,3,yes,fine\nB,0,no,\n")
    assert ran.code == 0
    assert '1  "3" = Each day' in ran.out
    assert '1  "yes" = Yes' in ran.out
    assert "3 of 3 questions have a column." in ran.out
    assert "iop-screen score" in ran.err


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("id;low;alone;words\nA;3;yes;\n", "Delimiter: semicolon; a guess"),
        ("Report\nof May\nid,low,alone,words\nA,3,yes,\n", "Header: line 3; after 2 other lines: a guess"),
        ("id,low,alone,words\nA,3,yes,caf\xe9\n".encode("cp1252"), "Encoding: cp1252 (Western Windows): a guess"),
        ("id,low,alone,words\nA,3,yes\n", "Rejected: 1 record: wrong-width (line 2)"),
        ("id,low,alone,words\nA,3,yes,x", "Last record: has no line end."),
        ("id,low,alone,words\nA,perhaps,yes,\n", '"perhaps" = CANNOT BE READ'),
        ("id,low,alone,words\nA,3,yes,\nB,Refused,no,\n", '"Refused" = no answer: declined (A GUESS)'),
        ("id,low,words\nA,3,\n", "QUESTIONS WITHOUT A COLUMN that a rule reads: alone"),
        ("id,low,Is the person alone?,words\nA,3,yes,\n", "A GUESS: its name is the text of the question."),
        ("id,low,allone,words\nA,3,yes,\n", "A GUESS: its name is nearly the id."),
        ("id,low,alone,words\nA,3,yes,\nA,3,yes,\n", "1 record with an id that was there before"),
        ("id,low,alone,all_words\nA,3,yes,\n", "A GUESS: its name has its id behind a group."),
        ("id,low,alone,alone,words\nA,3,yes,no,\n", "[two-columns]"),
    ],
)
def test_what_has_to_be_looked_at_is_said_and_ends_with_1(inspect: Run, table: str | bytes, said: str) -> None:
    ran = inspect(table)
    assert ran.code == 1
    assert said in " ".join(ran.out.split())


def test_a_file_that_is_no_table_ends_with_3(inspect: Run) -> None:
    assert inspect(b"PK\x03\x04 and so on").code == 3
    assert inspect(b"").code == 3


def test_a_blank_record_is_counted_and_its_cells_are_no_values(inspect: Run) -> None:
    ran = inspect("id,low,alone,words\nA,3,yes,\n,,,\n")
    assert "Records: 2 (the file has 3 lines); 1 with blank cells only" in ran.out
    assert "(blank)" not in ran.out


def test_free_text_and_other_columns_show_no_value(inspect: Run) -> None:
    ran = inspect("id,low,alone,words,Name\nA17,3,yes,Zebra,Quokka\nB18,3,no,Zebra,Wombat\n")
    for value in ("Zebra", "Quokka", "Wombat", "A17"):
        assert value not in ran.out + ran.err
    assert '"Name" (5): 2 different values' in ran.out
    assert 'column "id", 2 different values' in ran.out


def test_if_no_column_matches_no_name_is_shown_and_it_fits_on_a_screen(inspect: Run) -> None:
    ran = inspect("Ms Quokka,overdose last week,secret\nMr Wombat,x,y\n")
    assert ran.code == 1
    for name in ("Quokka", "overdose", "secret", "Wombat"):
        assert name not in ran.out + ran.err
    assert len((ran.out + ran.err).splitlines()) <= 24


def test_a_file_without_a_header_shows_no_answer_and_no_id_although_labels_are_among_its_cells(
    run: Run, tmp_path: Path
) -> None:
    """A person's answers are not names of columns, and no line with answers is passed over as a title."""
    people = (REPOSITORY / "examples" / "intake.csv").read_text("utf-8").splitlines()[1:40]
    (tmp_path / "forms.csv").write_text(
        "".join(f"{line},2026-11-{20 + place % 9}\n" for place, line in enumerate(people))
    )
    ran = run("inspect", tmp_path / "forms.csv", "--write-mapping", tmp_path / "map.yaml")
    mapping = (tmp_path / "map.yaml").read_text("utf-8")
    assert ran.code == 1
    assert "Names of columns are not shown" in " ".join(ran.out.split())
    for name in ("F-00", "2026-11", "Low mood", "no_stable_place"):
        assert name not in ran.out + ran.err
        assert name not in mapping.partition("questions:")[0]
    assert "skip_lines" not in mapping
    assert "guess: true" not in mapping


def test_hostile_values_are_made_safe_and_cut(inspect: Run) -> None:
    ran = inspect(f"id,low,alone,words\nA,\x1b[2J{'x' * 300},yes,\n")
    assert "\x1b" not in ran.out
    assert "\\x1b[2J" in ran.out
    assert "x" * 41 not in ran.out


def test_of_many_values_thirty_are_shown_and_ten_more_that_cannot_be_read(inspect: Run) -> None:
    ran = inspect("id,low,alone,words\n" + "".join(f"{n},w{n},yes,\n" for n in range(50)))
    assert ran.out.count("= CANNOT BE READ\n") == 40
    assert "and 10 more values, 10 of them not understood" in ran.out
    assert "low: 50 values in 50 cells" in ran.out


def test_a_rare_value_that_cannot_be_read_is_shown_behind_the_frequent_ones(inspect: Run) -> None:
    rows = "".join(f"{n},{' ' * n}1,yes,\n" * 2 for n in range(40))
    ran = inspect(f"id,low,alone,words\n{rows}80,rarely,yes,\n")
    assert '1  "rarely" = CANNOT BE READ' in ran.out


def test_lines_fit_a_narrow_terminal(inspect: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("iop_screen.cli.inspect._width", lambda: 39)
    ran = inspect("id,How low is the mood?,alone,words\nA,Each day,yes,\nB,perhaps not so much of it,no,\n")
    assert max(map(len, ran.out.splitlines())) <= 39


def test_standard_input_is_inspected_as_a_file_is(run: Run, inspect: Run, tmp_path: Path) -> None:
    table = "id;low;alone;words\nA;3;yes;\n"
    from_file = inspect(table)
    piped = run("inspect", "-", "--questions", tmp_path / "q.yaml", typed=table)
    assert piped.code == 1
    assert piped.out.splitlines()[1:] == from_file.out.splitlines()[1:]


@pytest.mark.slow
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["A", "B", "C", "D", ""]),
            st.sampled_from(["0", "3", "1.0", "Each day", "unknown", "", "7", "Refused", "x"]),
            st.sampled_from(["yes", "no", "TRUE", "declined", "", "1", "perhaps"]),
        ),
        max_size=4,
    ),
    st.tuples(
        st.sampled_from(["id,low,alone,words", "id,Low*,alone,words", "ID,low,alone,words", "id,low,alone"]),
        st.sampled_from(["\n", ""]),
    ),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_inspect_ends_with_0_only_if_score_does_as_well(
    inspect: Run, run: Run, tmp_path: Path, people: list[tuple[str, str, str]], around: tuple[str, str]
) -> None:
    header, end = around
    rows = [",".join([*person, ""][: header.count(",") + 1]) for person in people]
    inspected = inspect("\n".join([header, *rows]) + end)
    scored = run("score", tmp_path / "forms.csv", "--questions", tmp_path / "q.yaml")
    assert (inspected.code == 0) == (scored.code == 0), scored.err


# ------------------------------------------------------------------------------------------ the mapping


def test_shifted_codes_are_proposed_in_order_and_loudly(inspect: Run, tmp_path: Path) -> None:
    ran = inspect("id,low,alone,words\nA,1,yes,\nB,4,no,\nC,2,no,\n", "--write-mapping", tmp_path / "map.yaml")
    written = (tmp_path / "map.yaml").read_text()
    assert '"1" = Never (A GUESS)' in ran.out
    assert "# LOOK CLOSELY: these numbers are taken for the answers in order." in written
    assert '      "1": 0\n      "2": 1\n      "3": 2\n      "4": 3\n' in written


def test_numbers_that_fit_both_ways_are_not_guessed(inspect: Run, tmp_path: Path) -> None:
    inspect("id,low,alone,words\nA,0,yes,\nB,4,no,\n", "--write-mapping", tmp_path / "map.yaml")
    written = (tmp_path / "map.yaml").read_text()
    assert "codes:\n" not in written.replace("# codes:", "")
    assert '"4": ANSWER' in written


def test_a_mapping_is_private_and_never_written_over_another_file(inspect: Run, tmp_path: Path) -> None:
    path, table = tmp_path / "map.yaml", "id,low,Alone?,words\nA,3,yes,\n"
    assert inspect(table, "--write-mapping", path).code == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("mine")
    assert inspect(table, "--write-mapping", path).code == 3
    assert path.read_text() == "mine"
    assert inspect(table, "--write-mapping", path, "--force").code == 1
    assert path.read_text().startswith("# What the columns")


def test_a_mapping_is_never_written_over_the_forms(inspect: Run, tmp_path: Path) -> None:
    table = "id,low,Alone?,words\nA,3,yes,\n"
    assert inspect(table, "--write-mapping", tmp_path / "forms.csv", "--force").code == 3
    assert (tmp_path / "forms.csv").read_text() == table


def test_no_mapping_is_written_where_none_is_needed(inspect: Run, tmp_path: Path) -> None:
    ran = inspect("id,low,alone,words\nA,3,yes,\n", "--write-mapping", tmp_path / "map.yaml")
    assert (ran.code, (tmp_path / "map.yaml").exists()) == (0, False)
    assert "No mapping was written: none is needed." in ran.err


def low_values(*values: str) -> str:
    """A table with these values of `low`, one form each."""
    return "id,low,alone,words\n" + "".join(f"{place},{value},no,\n" for place, value in enumerate(values))


def test_codes_of_which_the_first_is_in_no_cell_are_named_since_they_may_be_shifted(inspect: Run) -> None:
    ran = inspect(low_values(*"123" * 4))
    assert "low: no cell has 0; the highest is 3. If the form has codes from 1 to 4," in " ".join(ran.out.split())
    assert ran.code == 0, "that nobody gave an answer is no fault"


@pytest.mark.parametrize("values", ["1230" * 3, "123", "012" * 4])
def test_codes_are_not_named_where_the_first_occurs_or_few_cells_are_filled(inspect: Run, values: str) -> None:
    assert "LOOK AT THESE CODES" not in inspect(low_values(*values)).out


@pytest.mark.parametrize(
    ("codes", "values", "said"),
    [
        (
            '{1: "0", 2: "1", 3: "2", 4: "3"}',
            "123",
            "no cell has 4; the lowest is 1. If the form has codes from 0 to 3",
        ),
        ('{0: "0", 1: "1", 2: "2", 3: "3", zero: "0"}', "123", "no cell has 0"),
        ('{0: "0", 1: "1", 2: "2", 3: "3", zero: "0"}', ["zero", "1", "2"], ""),
        ('{1: "0", 2: "1", 5: "2", 9: "3"}', "25", ""),
    ],
)
def test_the_codes_of_a_mapping_are_looked_at_in_the_same_way(
    inspect: Run, tmp_path: Path, codes: str, values: str | list[str], said: str
) -> None:
    (tmp_path / "map.yaml").write_text(
        f"format: 1\nid: m\nquestionnaire: small\nquestions: {{low: {{codes: {codes}}}}}\n"
    )
    out = inspect(low_values(*[*values] * 4), "--mapping", tmp_path / "map.yaml").out
    assert said in " ".join(out.split())
    assert ("LOOK AT THESE CODES" in out) == bool(said)


STATUS = """format: 1
id: map
questionnaire: small
status:
  - {column: Done, score: ["True"], exclude: ["False"]}
  - {column: Kind, score: [IP Address], exclude: [Survey Preview]}
"""


def test_with_a_status_it_is_said_how_many_forms_count_and_which_texts_leave_out_the_others(
    inspect: Run, tmp_path: Path
) -> None:
    (tmp_path / "map.yaml").write_text(STATUS)
    rows = ["True,IP Address"] * 3 + ["False,IP Address"] * 2 + ["True,Survey Preview", "Wahr,IP Address"]
    table = "id,low,alone,words,Done,Kind\n" + "".join(f"{id_},0,no,,{row}\n" for id_, row in enumerate(rows))
    ran = inspect(table, "--mapping", tmp_path / "map.yaml")
    said = " ".join(ran.out.split())
    assert 'Status: column "Done": 4 forms to score, 2 to leave out, 1 with an unknown status' in said
    assert '2 "False" = left out 1 "Wahr" = UNKNOWN' in said
    assert 'Status: column "Kind": 6 forms to score, 1 to leave out, 0 with an unknown status' in said
    assert "All status columns together: 3 forms to score" in said
    assert ran.code == 1
    assert inspect(table.replace("Wahr", "True"), "--mapping", tmp_path / "map.yaml").code == 0


def test_a_status_that_no_form_had_when_the_mapping_was_written_leaves_nobody_out_without_a_word(
    run: Run, inspect: Run, tmp_path: Path
) -> None:
    mapping, head = tmp_path / "map.yaml", "id,low,alone,words,Finished\n"
    inspect(f"{head}1,0,no,,True\n2,x,no,,True\n", "--write-mapping", mapping)
    mapping.write_text(
        "".join(line for line in mapping.read_text().splitlines(keepends=True) if "guess: true" not in line)
    )
    (tmp_path / "next.csv").write_text(f"{head}1,0,yes,,True\n2,0,no,,False\n3,0,yes,,Wahr\n")
    ran = run("score", tmp_path / "next.csv", "--questions", tmp_path / "q.yaml", "--mapping", mapping)
    assert [line.split(",")[1] for line in ran.out.splitlines()[1:]] == ["1", "3"]
    assert (ran.code, "unknown-status" in ran.out) == (1, True)


def test_it_is_said_if_the_status_leaves_all_forms_out(inspect: Run, tmp_path: Path) -> None:
    (tmp_path / "map.yaml").write_text(STATUS)
    ran = inspect("id,low,alone,words,Done,Kind\n1,0,no,,False,IP Address\n", "--mapping", tmp_path / "map.yaml")
    assert (ran.code, "NO FORM WOULD BE SCORED" in ran.out) == (1, True)


def test_a_first_mapping_is_not_asked_for_beside_one_that_there_is(inspect: Run, tmp_path: Path) -> None:
    ran = inspect("id,low\n", "--mapping", tmp_path / "a.yaml", "--write-mapping", tmp_path / "b.yaml")
    assert ran.code == 2


def test_with_a_mapping_the_values_mean_what_it_says_and_its_guesses_are_counted(inspect: Run, tmp_path: Path) -> None:
    mapping = tmp_path / "map.yaml"
    mapping.write_text(
        "format: 1\nid: m\nquestionnaire: small\nquestions:\n"
        '  low: {column: L, codes: {a: "0", b: "3"}, missing: {z: unknown}}\n'
        "  alone: {any_of: [A1, A2], guess: true}\n"
    )
    ran = inspect("id,L,A1,A2,words\nP,b,no,yes,\nQ,z,no,no,\n", "--mapping", mapping)
    assert ran.code == 1
    assert '1  "b" = Each day' in ran.out
    assert '1  "z" = no answer: don\'t know' in ran.out
    assert "Together:\n    1  No\n    1  Yes" in ran.out
    assert "Of the mapping, 1 part must be confirmed." in " ".join(ran.out.split())
    mapping.write_text(mapping.read_text().replace(", guess: true", ""))
    assert inspect("id,L,A1,A2,words\nP,b,no,yes,\nQ,z,no,no,\n", "--mapping", mapping).code == 0


@pytest.mark.parametrize(
    "table",
    [
        "id;low;alone;words\nA;3;yes;\n",
        "id,low,Is the person alone?,words\nA,3,Refused,\n",
        'id,low,"al""one #: [x]",words\nA,"a: b # c",yes,\nB,"{x}",,\n',
        "id,low,\u00e4lone,words\nA,\u201ceach day\u201d,yes,\nB,a\u200bb,no,\n",
    ],
)
def test_the_commands_that_are_printed_work_when_they_are_pasted(
    inspect: Run, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    monkeypatch.chdir(tmp_path)
    first = _commands(inspect(table))
    assert [words[1] for words in first] == ["inspect"]
    again = _commands(run(*first[0][1:]))
    assert [words[1] for words in again] == ["inspect", "score"]
    assert run(*again[0][1:]).code == 1
    assert run(*again[1][1:]).code == 3, "nothing is scored before it is confirmed"


def _commands(ran: Ran) -> list[list[str]]:
    return [shlex.split(line) for line in ran.err.splitlines() if line.startswith("  iop-screen")]


@pytest.mark.parametrize(
    ("table", "why", "option", "code"),
    [
        ("id,low,alone,words\nA,3,yes,x", "If you know that the file is whole", "--allow-unended", 0),
        ("id,low,words\nA,3,\n", "If the form really did not ask", "--allow-missing", 0),
        ("id,low,alone,words\nA,3,yes\n", "to be mended", "--rejects", 1),
        ("id,low,alone,words\nA,3,yes,\nA,3,no,\n", "scored and marked", "-o", 1),
    ],
)
def test_what_no_mapping_can_mend_has_a_command_that_scores(  # noqa: PLR0917 - a row of the table each
    inspect: Run,
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    table: str,
    why: str,
    option: str,
    code: int,
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = inspect(table)
    said = " ".join(ran.err.split())
    score = _commands(ran)[-1]
    assert (ran.code, score[1]) == (1, "score")
    assert why in said
    assert "`guess`" not in said
    assert option in score
    assert run(*score[1:]).code == code


def test_a_confirmed_mapping_of_a_file_without_a_last_line_end_is_no_circle(
    inspect: Run, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    table, mapping = "id,low,Is the person alone?,words\nA,3,yes,x", tmp_path / "map.yaml"
    inspect(table, "--write-mapping", mapping)
    assert "delete each line with `guess`" in " ".join(inspect(table, "--mapping", mapping).err.split())
    mapping.write_text(mapping.read_text().replace("guess: true", ""))
    ran = inspect(table, "--mapping", mapping)
    assert "guess" not in ran.err
    assert [words[1] for words in _commands(ran)] == ["score"]
    assert run(*_commands(ran)[0][1:]).code == 0


def test_where_no_mapping_helps_none_is_written_and_none_is_named(inspect: Run, tmp_path: Path) -> None:
    for table in ("id,low,alone,words\nA,3,yes,x", "id,low,alone,words\nA,3,yes,x\n"):
        ran = inspect(table, "--write-mapping", tmp_path / "map.yaml")
        assert not (tmp_path / "map.yaml").exists()
        assert "map.yaml" not in ran.err


def test_all_different_ids_are_counted(inspect: Run) -> None:
    rows = "".join(f"A{number},3,yes,\n" for number in range(2_500))
    assert 'Id: column "id", 2,500 different values' in inspect(f"id,low,alone,words\n{rows}A7,3,yes,\n").out


@pytest.mark.parametrize("mapped", [False, True])
def test_a_rejects_file_is_named_as_one_with_the_command_that_scores_it(
    inspect: Run, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, mapped: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "map.yaml").write_text("format: 1\nid: m\nquestionnaire: small\nquestions: {low: {column: L}}\n")
    named = ["--mapping", "map.yaml"] if mapped else []
    inspect(f"id,{'L' if mapped else 'low'},alone,words\nA,3,yes\n")
    run("score", "forms.csv", "--questions", "q.yaml", *named, "--rejects", "rejects.csv")
    ran = run("inspect", "rejects.csv", "--questions", "q.yaml", *named)
    assert (ran.code, ran.out) == (1, "")
    assert "is a rejects file" in ran.err
    (tmp_path / "rejects.csv").write_text((tmp_path / "rejects.csv").read_text().replace('"A,3,yes"', '"A,3,yes,"'))
    scored = run(*_commands(ran)[0][1:])
    assert scored.code == 0, scored.err


SEVERAL = f"""{HEADER}
sections:
  - id: all
    title: All
    questions:
      - {{id: alone, ask: Is the person alone?, role: risk, type: yes_no, worse: yes}}
      - {{id: ties, ask: Which ties?, role: access, type: multiple, options: [
          {{id: job, label: A job}}, {{id: school, label: School}}]}}
rules:
  - {{id: alone, when: {{alone: yes}}, first_step: help_now, because: They are alone.}}
"""


def test_numbers_in_several_columns_of_a_question_are_taken_for_none_of_its_answers(run: Run, tmp_path: Path) -> None:
    """In each column the number may stand for another answer, as in the boxes of REDCap."""
    questions, forms, mapping = tmp_path / "q.yaml", tmp_path / "forms.csv", tmp_path / "map.yaml"
    questions.write_text(SEVERAL)
    forms.write_text("id,alone,ties___0,ties___1\nA,no,0,1\nB,no,1,0\n")
    ran = run("inspect", forms, "--questions", questions, "--write-mapping", mapping)
    assert "(A GUESS)" not in ran.out
    assert '# ticks:\n    #   ANSWER: "ties___0"\n    #   ANSWER: "ties___1"\n' in mapping.read_text()
    assert '"1": ANSWER' in mapping.read_text()
