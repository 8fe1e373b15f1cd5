"""Texts that mean something to a terminal, a browser, a spreadsheet or a shell, and nothing to this program."""

from __future__ import annotations

PLAIN = r"""
undefined
null
None
NaN
Infinity
-0
1e400
0x1F
1/0
true
nil
-
0.0.1
'
"
''
""
`id`
$(id)
${HOME}
$HOME
|
&&
;
--
--help
-rf
~
*
?
=1+1
+1
@SUM(A1:A9)
=cmd|' /C calc'!A0
'; DROP TABLE forms; --
1' OR '1'='1
%00
%s%n
<script>alert(1)</script>
</script><b>
<img src=x onerror=alert(1)>
" onmouseover="alert(1)
<!--
]]>
&lt;b&gt;
&#60;
&amp;
</style>
url(javascript:alert(1))
javascript:alert(1)
<svg/onload=alert(1)>
<table><tr><td>
</main></body></html>
<meta http-equiv=refresh content=0>
<?xml version='1.0'?>
<br>
{{ 7 * 7 }}
{name}
{0.__class__}
%(name)s
[bold]x[/bold] [red]
# heading
- item
> quote
../../etc/passwd
file:///etc/passwd
http://example.org/?a=b&c=d
nobody@example.org
\
C:\CON
"""

# fmt: off
ODD = [
    "", "\t=1", "\u0416\u0443\u043a", "\u5371\u967a", "\u0645\u0631\u062d\u0628\u0627", "\u05e9\u05dc\u05d5\u05dd",
    "Stra\xdfe", "\u0130\u0131", "\xa0", "\u2003", "\u200b", "\ufeff", "\xad", "\u2028", "\u2029",
    "\u202e\u2066reversed", "\u061c", "\ufffe", "e\u0301e\u0301e\u0301", "\u1100\u1161\u11a8",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f1e9\U0001f1ea", "\ufe0f\u20e3", "\x00", "\x07", "\x08",
    "\x1b[31m", "\x1b[2J", "\x1b]0;title\x07", "\x9b31m", "\x7f", "\x85", "a\rb", "a\n\nb", "\t",
]
# fmt: on
"""Letters of other scripts, blanks that are none, marks that join or turn letters, and control characters."""

NAUGHTY = (*PLAIN.strip().split("\n"), *ODD)
