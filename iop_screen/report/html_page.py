"""The HTML page around a document. Its one style sheet is allowed by its hash; nothing else may be loaded."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html import escape

from iop_screen.core.safe_text import sanitize


def html_page(title: str, stamp: str, body: str, *, one_page: bool = False, more_style: str = "") -> str:
    """A complete page. Title and body are HTML already; the stamp is plain text and is printed on every sheet.

    What is to fit on `one_page` is printed in small type with narrow margins. `more_style` is added to the style sheet.
    """
    style = f"\n{_STYLE.replace('STAMP', _css_text(stamp))}\n{_ONE_PAGE_STYLE if one_page else ''}{more_style}"
    return _PAGE.format(policy=_policy(style), title=title, style=style, body=body)


def safe_html(text: str) -> str:
    """A text escaped for a page, so that it cannot be markup."""
    return escape(sanitize(" ".join(text.split())), quote=True)


def _policy(style: str) -> str:
    """A policy by which nothing is loaded or run, and no style but exactly this one is applied."""
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _css_text(text: str) -> str:
    """A text escaped for a quoted string of a style sheet."""
    return re.sub(r"[^A-Za-z0-9 ._@#:-]", lambda found: f"\\{ord(found[0]):x} ", text)


_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""

_STYLE = """\
:root { --ink: #1d2328; --soft: #56616b; --line: #ccd3d9; --wash: #f4f6f8; --accent: #1f4e70; }
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: var(--ink); font: 1rem/1.5 Georgia, "Liberation Serif", serif; }
main { max-width: 48rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; overflow-wrap: anywhere; }
h1, h2, h3, dt, th, .mark { font-family: "Segoe UI", "Helvetica Neue", Arial, "Liberation Sans", sans-serif; }
h1 { margin: 0 0 1rem; font-size: 1.9rem; line-height: 1.2; }
h2 { margin: 3rem 0 1rem; padding-bottom: .3rem; border-bottom: 2px solid var(--accent); color: var(--accent);
  font-size: 1.3rem; line-height: 1.3; }
h3 { margin: 1.5rem 0 .5rem; font-size: 1.05rem; line-height: 1.35; }
code { color: var(--soft); font: .8em ui-monospace, Menlo, Consolas, "Liberation Mono", monospace; font-weight: 400; }
p { margin: .5rem 0; }
ul { margin: .4rem 0; padding-left: 1.2rem; }
section { margin: 1rem 0; padding: 1rem 1.1rem; border: 1px solid var(--line); border-radius: 6px; }
section > :first-child { margin-top: 0; }
section > :last-child { margin-bottom: 0; }
.strong { padding-left: .8rem; border-left: 3px solid var(--accent); }
.proved { color: #1c6336; font-weight: 700; }
.broken { padding: .5rem .8rem; border: 2px solid #a11d1d; color: #a11d1d; font-weight: 700; }
.suggestion { font-size: 1.25rem; font-weight: 700; line-height: 1.35; }
.danger { border: 2px solid #a11d1d; background: #fdf3f2; }
.danger h2 { margin: 0 0 .6rem; padding: 0; border: 0; color: #a11d1d; }
dl { margin: .7rem 0; }
dl > div { display: grid; grid-template-columns: 9rem 1fr; gap: .2rem 1rem; padding: .35rem 0;
  border-top: 1px solid var(--line); }
dt { padding-top: .1rem; color: var(--soft); font-size: .85rem; }
dd { margin: 0; min-width: 0; }
dd ul { margin: 0; }
table { width: 100%; margin: .6rem 0; border-collapse: collapse; table-layout: fixed; }
th { padding: .3rem .6rem; color: var(--soft); font-size: .8rem; font-weight: 600; text-align: left; }
td, tbody th { padding: .35rem .6rem; border-top: 1px solid var(--line); vertical-align: top; }
tbody th { color: inherit; font: inherit; }
th:first-child { width: 50%; padding-left: 0; }
.note td { padding: 0 .6rem .4rem 1.2rem; border-top: 0; font-style: italic; }
.mark { display: inline-block; margin-left: .3rem; padding: 0 .45rem; border: 1px solid var(--line);
  border-radius: 1rem; background: var(--wash); font-size: .75rem; }
.sign > div { border: 0; padding: 1.1rem 0 0; align-items: end; }
.sign dd { border-bottom: 1px solid var(--ink); height: 1.6rem; }
.boxes > div { grid-template-columns: 1.6rem 1fr; break-inside: avoid; }
.boxes p { margin: 0; }
.boxes p + p { color: var(--soft); font-size: .9rem; }
.box { display: inline-block; width: 1rem; height: 1rem; border: 1.5px solid var(--ink); }
@media (max-width: 36rem) {
  main { padding: 1rem .9rem 3rem; }
  section { padding: .8rem .8rem; }
  dl > div { grid-template-columns: 1fr; gap: 0; }
  th, td { padding-left: .3rem; padding-right: .3rem; }
  th:first-child { width: 42%; }
}
@page { margin: 16mm 16mm 18mm;
  @bottom-left { content: "STAMP"; font: 8pt sans-serif; }
  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; } }
@media print {
  body { font-size: 9.5pt; line-height: 1.32; }
  main { max-width: none; padding: 0; }
  h1 { font-size: 18pt; }
  h2 { margin: 6mm 0 2.5mm; font-size: 13pt; }
  h3 { margin: 3mm 0 1mm; font-size: 10pt; }
  .danger h2 { margin: 0 0 2mm; }
  .suggestion { font-size: 13pt; }
  h2, h3 { break-after: avoid; }
  p, ul { margin: 1mm 0; }
  section { margin: 0 0 2.5mm; padding: 2.5mm 3mm; border-radius: 0; }
  section, tr { break-inside: avoid; }
  dl, table { margin: 1.5mm 0; }
  dl > div { grid-template-columns: 30mm 1fr; padding: .7mm 0; }
  dt, th { padding-top: 0; font-size: 8.5pt; }
  td, th { padding-top: .5mm; padding-bottom: .5mm; }
  tr:has(+ .note) { break-after: avoid; }
  .note { break-inside: auto; }
  .mark { font-size: 7.5pt; }
  .sign > div { padding-top: 5mm; }
  .boxes > div { grid-template-columns: 7mm 1fr; }
  .boxes p { margin: 0; }
  .boxes p + p { font-size: 8.5pt; }
  .box { width: 4mm; height: 4mm; }
  p, li { orphans: 3; widows: 3; }
}"""

_ONE_PAGE_STYLE = """\
body { font-family: "Times New Roman", "Liberation Serif", Times, serif; }
h1 { font-size: 1.5rem; }
figure { margin: 1rem 0; }
figcaption { margin-bottom: .3rem; color: var(--soft); font-size: .8rem; }
figcaption b { color: var(--ink); }
svg { display: block; width: 100%; height: auto; fill: var(--ink);
  font-family: "Segoe UI", "Helvetica Neue", Arial, "Liberation Sans", sans-serif; }
@media screen and (max-width: 36rem) { figure { overflow-x: auto; } svg { width: 34rem; } }
@page { margin: 11mm 14mm 13mm; }
@media print {
  body { font-size: 8.5pt; line-height: 1.25; }
  h1 { margin: 0 0 1.5mm; font-size: 13pt; }
  p, ul { margin: .6mm 0; }
  section { margin: 1mm 0; padding: 1mm 2mm; }
  dl { margin: .8mm 0; }
  dl > div { grid-template-columns: 27mm 1fr; padding: .35mm 0; }
  dt { font-size: 8pt; }
  dd ul { padding-left: 3.5mm; }
  .broken { padding: .6mm 2mm; }
  .suggestion { font-size: 11pt; line-height: 1.25; }
  figure { margin: 1.5mm 0; break-inside: avoid; }
  figcaption { font-size: 7.5pt; }
}
"""
