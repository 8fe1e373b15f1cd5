"""What `check --site` found in site settings, as text and as JSON."""

from __future__ import annotations

from iop_screen.checking.analysis import Finding
from iop_screen.core.problems import Severity
from iop_screen.core.safe_text import sanitize
from iop_screen.report.check_report import problem_json
from iop_screen.report.diagnostics import diagnostics
from iop_screen.report.wording import plural
from iop_screen.site.settings import SiteSettings
from iop_screen.site.source import ReadSite

SITE_CHECK_SCHEMA = "iop-screen.site-check/1"


def site_check_text(read: ReadSite, path: str, content: bytes) -> str:
    """Every problem with its place in the file, how many there are, and what the settings add."""
    found = diagnostics(read.problems, path, content)
    holds = "" if read.settings is None else f"Site settings #{read.settings.hash12}: {_contents_text(read.settings)}\n"
    return "\n".join(filter(None, [found, f"{sanitize(path)}: {_counts_text(read)}\n{holds}"]))


def site_check_json(read: ReadSite) -> dict[str, object]:
    """The problems as a JSON object; `site_settings` is null if they cannot be used."""
    return {
        "schema": SITE_CHECK_SCHEMA,
        "site_settings": None if read.settings is None else f"#{read.settings.hash12}",
        "problems": [problem_json(Finding(problem), None) for problem in read.problems],
    }


def _counts_text(read: ReadSite) -> str:
    if not read.problems:
        return "no problems"
    errors = sum(problem.severity is Severity.ERROR for problem in read.problems)
    return f"{plural(errors, 'error')}, {plural(len(read.problems) - errors, 'warning')}"


def _contents_text(settings: SiteSettings) -> str:
    urgent = sum(listed.emergency for listed in settings.contacts)
    lines, contacts = plural(len(settings.on_call), "on-call line"), plural(len(settings.contacts), "contact")
    return f"{lines}, {contacts}, {urgent} of them for an emergency"
