"""Site settings through the command line: which file is used, what it changes, and what it never changes."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from pathlib import Path

import pytest
from support.interviews import SMALL
from support.paths import REPOSITORY
from support.recorded import answered, at, made_with, record_of
from support.running import Run
from support.window import Window, environment

from iop_screen.interview.front_end import Mode, choose_mode
from iop_screen.records.model import EmergencyShown, Record
from iop_screen.records.store import Store

SITE = """\
format: 1
on_call: [Ring 12 at the front desk.]
contacts: [{id: crisis, name: County crisis team, reach: call 555-0190, emergency: true}]
"""
HASH12 = hashlib.sha256(SITE.encode()).hexdigest()[:12]
ADDED = ("County crisis team", "Ring 12 at the front desk.", f"#{HASH12}")
BROKEN = "format: 1\non_cal: [a]\nlanguage: xx\n"
MADE = made_with(SMALL.encode(), version="1.0.0")
DANGER_BEGUN = "y\nq\nq\n"
FINISHED = "n\n1\n0\nwords\ny\nf\nf\nq\n"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, "utf-8")
    return path


@pytest.fixture
def site(tmp_path: Path) -> Path:
    path = tmp_path / "settings" / "ours.yaml"
    path.parent.mkdir()
    path.write_text(SITE, "utf-8")
    return path


@pytest.fixture
def user_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of the user, where none is named."""
    monkeypatch.delenv("IOP_SCREEN_DATA_DIR")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    folder = tmp_path / "config" / "iop-screen"
    folder.mkdir(parents=True)
    return folder


def put(folder: Path, text: str) -> Path:
    path = folder / "site.yaml"
    path.write_text(text, "utf-8")
    return path


def kept_in(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "records").glob("*.json"))


def draft_in(folder: Path) -> Record:
    record = record_of(MADE, answered("danger", "yes"), EmergencyShown(at(2), ("danger_now",)))
    assert Store(folder).save(record, SMALL.encode()) is None
    return record


# ---------------------------------------------------------------------- which file is used


@pytest.mark.parametrize(
    ("option", "variable", "in_folder", "used"),
    [
        (None, None, None, None),
        (None, None, "folder", "folder"),
        (None, "variable", "folder", "variable"),
        ("option", "variable", "folder", "option"),
        ("option", None, None, "option"),
    ],
)
def test_an_option_comes_before_the_environment_and_both_before_the_data_folder(
    run: Run,
    small: Path,
    records_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    option: str | None,
    variable: str | None,
    in_folder: str | None,
    used: str | None,
) -> None:
    for name in filter(None, (option, variable)):
        (tmp_path / name).write_text(f"format: 1\non_call: [from the {name}]\n", "utf-8")
    if variable:
        monkeypatch.setenv("IOP_SCREEN_SITE", str(tmp_path / variable))
    if in_folder:
        put(records_folder, f"format: 1\non_call: [from the {in_folder}]\n")
    named = ["--site", tmp_path / option] if option else []
    ran = run("interview", "--questions", small, *named, typed=DANGER_BEGUN)
    shown = {name for name in ("option", "variable", "folder") if f"from the {name}" in ran.err}
    assert (ran.code, shown) == (5, {used} - {None})


COMMANDS = [
    ["interview", "--no-save"],
    ["interview", "--resume"],
    ["records", "list"],
    ["records", "show", "7KQ2"],
    ["records", "edit", "7KQ2"],
    ["records", "export", "7KQ2", "--to", "text"],
    ["records", "forget", "7KQ2", "--yes"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_file_that_is_named_and_missing_is_exit_3(
    run: Run, records_folder: Path, tmp_path: Path, command: list[str]
) -> None:
    draft_in(records_folder)
    ran = run(*command, "--site", tmp_path / "gone.yaml")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err == f"iop-screen: cannot read {tmp_path / 'gone.yaml'}: no such file or directory\n"
    assert kept_in(records_folder) == ["7KQ2.1.json"]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_file_with_problems_is_exit_4_and_all_of_them_are_shown(
    run: Run, records_folder: Path, tmp_path: Path, command: list[str]
) -> None:
    draft_in(records_folder)
    broken = put(tmp_path, BROKEN)
    ran = run(*command, "--site", broken)
    assert (ran.code, ran.out) == (4, "")
    assert f"{broken}:2:1: error: `on_cal` is not a key of a file of site settings [unknown-key]" in ran.err
    assert "hint: did you mean `on_call`?" in ran.err
    assert f"{broken}:3:11: error: `xx` is not known as `language` [unknown-word]" in ran.err
    assert ran.err.endswith("iop-screen: 2 problems: these site settings cannot be used\n")
    assert kept_in(records_folder) == ["7KQ2.1.json"]


def test_a_file_in_the_data_folder_that_cannot_be_read_is_never_passed_over(run: Run, records_folder: Path) -> None:
    (records_folder / "site.yaml").mkdir()
    ran = run("interview", "--no-save")
    assert ran.code == 3
    assert "site.yaml: is a directory" in ran.err


def test_a_broken_file_keeps_nobody_from_the_records_of_a_folder_that_is_named(run: Run, records_folder: Path) -> None:
    draft_in(records_folder)
    put(records_folder, BROKEN)
    assert "7KQ2" in run("records", "list").out
    assert run("records", "forget", "7KQ2", "--yes").code == 0


# ---------------------------------------------------------------------- where records are kept


@pytest.mark.slow
@pytest.mark.parametrize("written", ["moved", "../settings/moved", "~/moved", "absolute"])
def test_the_settings_say_where_records_are_kept(run: Run, small: Path, user_folder: Path, written: str) -> None:
    """Settings in the data folder of the user move them; every command about records finds them there."""
    home = user_folder.parents[1] / "home"
    moved = {
        "moved": user_folder / "moved",
        "../settings/moved": user_folder / "../settings/moved",
        "~/moved": home / "moved",
        "absolute": home / "elsewhere",
    }[written]
    put(user_folder, f"format: 1\ndata_dir: {moved if written == 'absolute' else written}\n")
    assert run("interview", "--questions", small, typed=DANGER_BEGUN).code == 5
    (name,) = kept_in(moved)
    ref = name[:4]
    assert kept_in(user_folder) == []
    assert ref in run("records", "list").out
    assert run("records", "show", ref).code == 0
    into = run("records", "export", ref, "--to", "text", "-o", moved / "records" / "out.txt")
    assert (into.code, "records are kept in that folder" in into.err) == (3, True)
    assert run("interview", "--resume", typed="q\nq\n").code == 5
    assert run("records", "edit", ref, typed="q\nq\n").code == 5
    assert run("records", "forget", ref, "--yes").code == 0
    assert kept_in(moved) == []


@pytest.mark.parametrize("named_by", ["option", "variable"])
@pytest.mark.parametrize("file", ["in the folder", "named"])
def test_a_data_folder_that_is_named_comes_before_that_of_the_settings(
    run: Run, small: Path, user_folder: Path, monkeypatch: pytest.MonkeyPatch, *, named_by: str, file: str
) -> None:
    tmp_path = small.parent
    named = tmp_path / "named"
    named.mkdir()
    path = put(named if file == "in the folder" else tmp_path, "format: 1\ndata_dir: moved\n")
    arguments: list[object] = [] if file == "in the folder" else ["--site", path]
    if named_by == "option":
        arguments += ["--data-dir", named]
    else:
        monkeypatch.setenv("IOP_SCREEN_DATA_DIR", str(named))
    run("interview", "--questions", small, *arguments, typed=DANGER_BEGUN)
    assert len(kept_in(named)) == 1
    assert not (path.parent / "moved").exists()
    assert kept_in(user_folder) == []


@pytest.mark.parametrize("named", [True, False])
def test_settings_move_the_records_whether_they_are_named_or_in_the_folder_of_the_user(
    run: Run, small: Path, user_folder: Path, *, named: bool
) -> None:
    path = put(small.parent if named else user_folder, "format: 1\ndata_dir: moved\n")
    option = ["--site", path] if named else []
    run("interview", "--questions", small, *option, typed=DANGER_BEGUN)
    assert len(kept_in(path.parent / "moved")) == 1
    assert kept_in(user_folder) == []
    assert len(json.loads(run("records", "list", "--json", *option).out)["records"]) == 1


@pytest.mark.parametrize("command", COMMANDS[1:], ids=" ".join)
def test_a_folder_that_the_settings_name_and_that_is_gone_never_looks_like_one_without_records(
    run: Run, user_folder: Path, command: list[str]
) -> None:
    path = put(user_folder, "format: 1\ndata_dir: gone\n")
    ran = run(*command)
    says = f"iop-screen: the folder {user_folder / 'gone'} does not exist; look at `data_dir` in {path}\n"
    assert (ran.code, ran.out, ran.err) == (3, "", says)
    assert not (user_folder / "gone").exists()


def test_a_folder_with_nothing_but_records_and_settings_is_made_private(
    run: Run, small: Path, records_folder: Path
) -> None:
    put(records_folder, SITE)
    records_folder.chmod(0o755)
    run("interview", "--questions", small, typed=DANGER_BEGUN)
    assert stat.S_IMODE(records_folder.stat().st_mode) == 0o700


# ---------------------------------------------------------------------- what is shown


def test_the_emergency_page_and_the_result_show_the_site_and_name_its_settings(
    run: Run, small: Path, site: Path
) -> None:
    danger = run("interview", "--questions", small, "--site", site, typed=DANGER_BEGUN)
    assert all(text in danger.err for text in ADDED)
    result = run("interview", "--questions", small, "--site", site, typed=FINISHED)
    assert result.code == 0
    assert "County crisis team: call 555-0190" in result.out
    assert f"\nSite settings #{HASH12}\n" in result.out
    plain = run("interview", "--questions", small, typed=FINISHED)
    assert "Site settings" not in plain.out + plain.err


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("command", [["interview", "--resume"], ["records", "edit", "7KQ2"]], ids=" ".join)
def test_a_record_goes_on_with_the_site_of_today(
    run: Run, small: Path, site: Path, records_folder: Path, *, command: list[str], named: bool
) -> None:
    """By its own questionnaire, be that the copy beside it or the same file named again."""
    draft_in(records_folder)
    ran = run(*command, "--site", site, *(["--questions", small] if named else []), typed="!\nq\nq\n")
    assert ran.code == 5
    assert all(text in ran.err for text in ADDED)


@pytest.mark.parametrize("to", ["text", "html", "json"])
def test_reports_of_records_show_the_site_and_name_its_settings(
    run: Run, site: Path, records_folder: Path, to: str
) -> None:
    draft_in(records_folder)
    without = run("records", "export", "7KQ2", "--to", to)
    with_it = run("records", "export", "7KQ2", "--to", to, "--site", site)
    assert HASH12 in with_it.out
    assert HASH12 not in without.out
    if to == "json":
        assert json.loads(with_it.out)["site_settings"] == f"#{HASH12}"
        assert json.loads(without.out)["site_settings"] is None
    else:
        assert all(text in with_it.out for text in ADDED[:2])
        assert MADE.hash12 in with_it.out
    if to == "html":
        assert with_it.out.count(f"#{HASH12}") == 2, "in the text, and at the foot of each sheet"


def test_a_record_is_shown_with_the_site(run: Run, site: Path, records_folder: Path) -> None:
    draft_in(records_folder)
    shown = run("records", "show", "7KQ2", "--site", site).out
    assert all(text in shown for text in ADDED)


def test_the_result_as_json_names_the_settings(run: Run, small: Path, site: Path) -> None:
    ran = run("interview", "--questions", small, "--site", site, "--json", typed=FINISHED)
    result = json.loads(ran.out)
    assert result["site_settings"] == f"#{HASH12}"
    assert [contact["id"] for contact in result["contacts"]] == ["help", "site:crisis"]
    plain = json.loads(run("interview", "--questions", small, "--json", typed=FINISHED).out)
    assert plain["site_settings"] is None
    assert {key for key in result if result[key] != plain[key]} == {"site_settings", "contacts"}


def test_a_record_is_kept_as_it_is_without_a_site(run: Run, small: Path, site: Path, records_folder: Path) -> None:
    """Neither the record nor the copy of its questionnaire knows of the settings."""
    run("interview", "--questions", small, "--site", site, typed=FINISHED)
    (name,) = kept_in(records_folder)
    content = (records_folder / "records" / name).read_text("utf-8")
    assert json.loads(content)["questionnaire"] == {"id": "small", "version": "1.0.0", "hash12": MADE.hash12}
    assert not any(text in content for text in ADDED)
    assert (records_folder / "questionnaires" / f"{MADE.hash12}.yaml").read_text("utf-8") == SMALL


@pytest.mark.parametrize(
    ("command", "text"),
    [("score", SITE), ("score", BROKEN), ("show", SITE), ("guide", SITE), ("check", BROKEN), ("diff", BROKEN)],
)
def test_nothing_of_the_site_reaches_what_is_the_same_everywhere(
    run: Run, small: Path, records_folder: Path, monkeypatch: pytest.MonkeyPatch, *, command: str, text: str
) -> None:
    form = small.parent / "form.csv"
    form.write_text("id,danger,threat,kinds,days,words,job\n1,yes,none,a,3,,yes\n", "utf-8")
    arguments: list[object] = {
        "score": ["score", form, "--questions", small, "--format", "jsonl", "--explain"],
        "check": ["check", small],
        "show": ["show", "--questions", small],
        "diff": ["diff", small, small],
        "guide": ["guide", "--questions", small],
    }[command]
    before = run(*arguments)
    monkeypatch.setenv("IOP_SCREEN_SITE", str(put(records_folder, text)))
    after = run(*arguments)
    assert (after.code, after.out, after.err) == (before.code, before.out, before.err)


# ---------------------------------------------------------------------- the front end


@pytest.mark.parametrize(
    ("requested", "variables", "remembered", "of_site", "lines", "chosen"),
    [
        (None, {}, None, Mode.PLAIN, 24, Mode.PLAIN),
        (None, {}, None, Mode.FULL_SCREEN, 5, Mode.FULL_SCREEN),
        (None, {}, Mode.FULL_SCREEN, Mode.PLAIN, 24, Mode.FULL_SCREEN),
        (None, {}, Mode.PLAIN, Mode.FULL_SCREEN, 24, Mode.PLAIN),
        (None, {"IOP_SCREEN_UI": "full-screen"}, None, Mode.PLAIN, 24, Mode.FULL_SCREEN),
        (None, {"ACCESSIBLE": "1"}, None, Mode.FULL_SCREEN, 24, Mode.PLAIN),
        (None, {"TERM": "dumb"}, None, Mode.FULL_SCREEN, 24, Mode.PLAIN),
        (Mode.FULL_SCREEN, {}, None, Mode.PLAIN, 24, Mode.FULL_SCREEN),
        (None, {}, None, Mode.FULL_SCREEN, None, Mode.PLAIN),
        (None, {}, None, None, 24, Mode.FULL_SCREEN),
        (None, {}, None, None, 5, Mode.PLAIN),
    ],
)
def test_the_front_end_of_the_site_comes_after_the_choice_of_a_person_and_before_the_size(
    *,
    requested: Mode | None,
    variables: dict[str, str],
    remembered: Mode | None,
    of_site: Mode | None,
    lines: int | None,
    chosen: Mode,
) -> None:
    size = None if lines is None else os.terminal_size((80, lines))
    assert choose_mode(requested, variables, remembered, of_site, size) is chosen


@pytest.mark.slow
@pytest.mark.parametrize(("front_end", "full"), [("plain", False), ("full-screen", True)])
def test_on_a_terminal_the_site_chooses_the_front_end(
    tmp_path: Path, small: Path, site: Path, front_end: str, *, full: bool
) -> None:
    site.write_text(f"{SITE}front_end: {front_end}\n", "utf-8")
    env = environment(tmp_path, IOP_SCREEN_DATA_DIR=str(tmp_path / "kept"))
    window = Window(["interview", "--questions", small, "--site", site], env, (80, 24 if not full else 11))
    try:
        window.see("Is there danger")
        window.settle()
        assert (b"\x1b[" in window.raw) is full
    finally:
        window.close()


# ---------------------------------------------------------------------- check


def test_check_says_what_the_settings_add_or_all_that_is_wrong(run: Run, site: Path, tmp_path: Path) -> None:
    ran = run("check", "--site", REPOSITORY / "examples" / "site.yaml")
    assert ran.code == 0
    assert ran.out.startswith(f"{REPOSITORY / 'examples' / 'site.yaml'}: ")
    assert "2 on-call lines, 2 contacts, 1 of them for an emergency" in ran.out
    doubtful = run("check", "--site", site)
    assert (doubtful.code, doubtful.err) == (0, "")
    assert f"{site}:3:17: warning: the contact `crisis` does not say when" in doubtful.out
    assert f"{site}: 0 errors, 1 warning\nSite settings #{HASH12}: 1 on-call line, 1 contact, 1 of" in doubtful.out
    assert run("check", "--site", site, "--strict").code == 1
    wrong = run("check", "--site", put(tmp_path, BROKEN))
    assert wrong.code == 1
    assert wrong.out.endswith(f"{tmp_path / 'site.yaml'}: 2 errors, 0 warnings\n")


def test_check_writes_what_it_found_in_settings_as_json(run: Run, site: Path, tmp_path: Path) -> None:
    found = json.loads(run("check", "--site", site, "--format", "json").out)
    assert (found["schema"], found["site_settings"]) == ("iop-screen.site-check/1", f"#{HASH12}")
    assert [problem["code"] for problem in found["problems"]] == ["stale-contact"]
    out = tmp_path / "found.json"
    assert run("check", "--site", put(tmp_path, BROKEN), "--format", "json", "-o", out).code == 1
    assert json.loads(out.read_text("utf-8"))["site_settings"] is None


@pytest.mark.parametrize(
    "more",
    [
        ["questions.yaml"],
        ["--cases", "cases.yaml"],
        ["--pairs"],
        ["--save-counterexample", "out.yaml"],
        ["--format", "html"],
    ],
)
def test_check_of_settings_goes_with_nothing_that_is_about_a_questionnaire(
    run: Run, site: Path, more: list[str]
) -> None:
    ran = run("check", "--site", site, *more)
    assert (ran.code, ran.out) == (2, "")


def test_check_of_settings_does_not_go_by_the_environment(
    run: Run, small: Path, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IOP_SCREEN_SITE", str(site))
    assert str(small) in run("check", small).out
