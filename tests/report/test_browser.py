"""The pages in a real browser: no script, no request, no sideways scrolling, and whole on paper."""

from __future__ import annotations

import http.server
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from support.interviews import SMALL
from support.paths import REPOSITORY
from support.questionnaires import ready
from support.record_builder import draft, hostile, residential
from support.small_screening import HEADER, scored

from iop_screen.checking.load import check_questionnaire
from iop_screen.checking.pairs import pair_table
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.report.blank_forms.form import blank_form
from iop_screen.report.blank_forms.html_form import html_form
from iop_screen.report.pairs import pairs_html
from iop_screen.report.questionnaire_document import document_html
from iop_screen.report.record_document import record_html
from iop_screen.report.score_report import report_page

pytestmark = pytest.mark.slow

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PDFTOTEXT = shutil.which("pdftotext")
PHONE = 390
NASTY = "<script>document.title='ran'</script><img src=//example.org/x onerror=alert(1)>" + "W" * 400

AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
"""Whoever is root would have to run the browser without its sandbox, and that is not done here."""

pytestmark = pytest.mark.skipif(CHROMIUM is None or AS_ROOT, reason="no Chromium on this machine, or it would be root")


@pytest.fixture(scope="module")
def pages(compiled: CompiledQuestionnaire, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Each kind of page as a file."""
    small = ready(SMALL)
    check_report = check_questionnaire((REPOSITORY / "questions.yaml").read_bytes(), date(2026, 12, 1))
    intake = (REPOSITORY / "examples" / "intake.csv").read_text(encoding="utf-8")
    nasty_id = '"' + NASTY.replace('"', '""') + '"'
    sources = {
        "scored": report_page(scored(("intake.csv", intake), compiled=compiled)),
        "scored-hostile": report_page(scored((f"{NASTY}.csv", f"{HEADER}{nasty_id},yes,?,\n,,,\n1\n"))),
        "record": record_html(residential(compiled), compiled),
        "draft": record_html(draft(compiled), compiled),
        "hostile": record_html(hostile(small, NASTY), small),
        "questionnaire": document_html(compiled, check_report),
        "pairs": pairs_html(pair_table(compiled), compiled),
        "form": form_page(compiled),
    }
    folder = tmp_path_factory.mktemp("pages")
    for name, source in sources.items():
        (folder / f"{name}.html").write_text(source, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in sources}


def form_page(compiled: CompiledQuestionnaire) -> str:
    """The questionnaire as a form to print."""
    written = html_form(blank_form(compiled))
    assert isinstance(written, bytes)
    return written.decode()


Browse = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def browse(tmp_path_factory: pytest.TempPathFactory) -> Browse:
    """Run Chromium once, with a profile of its own."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        profile = tmp_path_factory.mktemp("profile")
        still = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
        basics = ["--headless", "--disable-gpu", "--disable-quic", f"--user-data-dir={profile}"]
        command = [str(CHROMIUM), *basics, *still, "--enable-logging=stderr", "--v=0", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)

    return run


class Listener(http.server.SimpleHTTPRequestHandler):
    """Serves the pages, keeps account of what is asked for, and measures a page in a frame beside it."""

    asked: list[str]
    folder: Path

    def do_GET(self) -> None:
        """Send a page, or the frame around one."""
        self.asked.append(self.path)
        name = self.path.strip("/").removeprefix("frame/")
        path = self.folder / f"{name}.html"
        if self.path.startswith("/frame/"):
            self._send(FRAME.replace("NAME", name).encode())
        elif path.exists():
            self._send(path.read_bytes())
        else:
            self.send_error(404)

    def _send(self, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Keep still."""


FRAME = f"""<!DOCTYPE html><title>waiting</title>
<iframe id="it" src="/NAME" style="width: {PHONE}px; height: 844px; border: 0"></iframe>
<script>
it.onload = () => {{
  const inner = it.contentDocument, root = inner.documentElement;
  const most = getComputedStyle(inner.body.firstElementChild).maxWidth;
  document.title = `width ${{root.scrollWidth}} of ${{root.clientWidth}}, at most ${{most}}, title ${{inner.title}}`;
}};
</script>"""


@pytest.fixture
def served(pages: dict[str, Path]) -> Iterator[tuple[str, list[str]]]:
    """The pages under an address of this machine, and what is asked for there."""
    asked: list[str] = []
    handler = type("Handler", (Listener,), {"asked": asked, "folder": pages["record"].parent})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()
    thread.join()


NAMES = [
    "record",
    *(
        pytest.param(name, marks=pytest.mark.slow)
        for name in ("draft", "hostile", "questionnaire", "pairs", "form", "scored", "scored-hostile")
    ),
]
"""A browser takes a second or more for each."""


@pytest.mark.parametrize("name", NAMES)
def test_a_page_fits_a_phone_and_asks_for_nothing(browse: Browse, served: tuple[str, list[str]], name: str) -> None:
    address, asked = served
    ran = browse("--virtual-time-budget=5000", "--dump-dom", f"{address}/frame/{name}")
    title = re.search(r"<title>(.*?)</title>", ran.stdout)
    assert title is not None
    measured = re.match(r"width (\d+) of (\d+), at most (\w+), title (.*)", title[1])
    assert measured is not None, title[1]
    assert int(measured[1]) <= int(measured[2]) <= PHONE
    assert measured[3] == "768px", "the style sheet is not in force"
    assert measured[4] != "ran"
    assert {path for path in asked if path != "/favicon.ico"} == {f"/frame/{name}", f"/{name}"}


@pytest.mark.parametrize("name", NAMES)
def test_a_page_loads_without_a_word_on_the_console(browse: Browse, pages: dict[str, Path], name: str) -> None:
    ran = browse("--virtual-time-budget=3000", "--dump-dom", pages[name].as_uri())
    assert "CONSOLE" not in ran.stderr
    assert "</html>" in ran.stdout


@pytest.mark.slow
def test_the_console_would_be_heard(browse: Browse, tmp_path: Path) -> None:
    """A page that breaks the same policy is noticed."""
    page = tmp_path / "broken.html"
    policy = "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'\">"
    page.write_text(f"<!DOCTYPE html>{policy}<style>p {{ color: red }}</style><p>x", encoding="utf-8")
    assert "CONSOLE" in browse("--virtual-time-budget=3000", "--dump-dom", page.as_uri()).stderr


@pytest.mark.slow
def test_a_page_that_is_too_wide_would_be_noticed(
    browse: Browse, served: tuple[str, list[str]], pages: dict[str, Path]
) -> None:
    wide = pages["record"].with_name("wide.html")
    wide.write_text("<!DOCTYPE html><h2 style='width: 900px'>x</h2>", encoding="utf-8")
    ran = browse("--virtual-time-budget=5000", "--dump-dom", f"{served[0]}/frame/wide")
    assert re.search(r"<title>width 9\d\d of 390", ran.stdout)


@pytest.mark.skipif(PDFTOTEXT is None, reason="no pdftotext on this machine")
def test_a_record_prints_whole_with_its_stamp_on_every_sheet(
    browse: Browse, pages: dict[str, Path], tmp_path: Path, compiled: CompiledQuestionnaire
) -> None:
    pdf = tmp_path / "record.pdf"
    browse("--no-pdf-header-footer", f"--print-to-pdf={pdf}", pages["record"].as_uri())
    printed = subprocess.run([str(PDFTOTEXT), str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    sheets = [" ".join(sheet.split()) for sheet in printed.split("\f") if sheet.strip()]
    questionnaire = " ".join(sheets)
    assert len(sheets) >= 1
    assert re.search(r"First, today: .+ Then: Residential care", questionnaire)
    assert " ".join(compiled.questionnaire.disclaimer.split()) in questionnaire
    for contact in compiled.questionnaire.contacts:
        assert f"{contact.name}: {contact.reach}" in questionnaire
    assert all(f"7KQ2-M4XP, revision 1. {compiled.stamp}" in sheet for sheet in sheets)


@pytest.mark.skipif(PDFTOTEXT is None, reason="no pdftotext on this machine")
def test_a_form_prints_each_question_on_one_sheet_and_its_stamp_on_every_sheet(
    browse: Browse, pages: dict[str, Path], tmp_path: Path, compiled: CompiledQuestionnaire
) -> None:
    pdf = tmp_path / "form.pdf"
    browse("--no-pdf-header-footer", f"--print-to-pdf={pdf}", pages["form"].as_uri())
    printed = subprocess.run([str(PDFTOTEXT), str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    sheets = [sheet.splitlines() for sheet in printed.split("\f") if sheet.strip()]
    begun: list[str] = []
    for lines in sheets:
        assert compiled.stamp in lines
        here = [question.id for question in compiled.questions if question.id in lines]
        asked = [line for line in lines if re.match(r"\d+\. [A-Z]", line)]
        assert len(here) == len(asked) == lines.count("Don't know") == lines.count("Prefer not to say")
        begun += here
    assert begun == [question.id for question in compiled.questions]
