"""A comparison in which every text that a database could choose is out to break the report."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from driftwatch.model.change import AttributeChange, Change, Verb
from driftwatch.model.comparison import Certificate, Hidden, RenameCandidate, Side
from driftwatch.model.plan import Unplanned
from driftwatch.model.snapshot import Unmodelled, Unreadable
from driftwatch.model.statement import Danger
from driftwatch.model.verdict import Failure, NotCovered, Outcome, Verdict
from report.made import alter, comparison_of, finding, key, plan_of

if TYPE_CHECKING:
    from driftwatch.model.comparison import Comparison, Finding

HOSTILE = (
    "<script>window.pwned=1</script>",
    "</details></code></pre><img src=x onerror=alert(1)>",
    "a`b``c```d",
    "a|b\\|c\\",
    "line\nbreak\r\n\n# heading\n- item",
    "esc\x1b[31mred\x1b]8;;http://evil.example\x07 bell\x9b2J",
    "rtl\u202egnp.exe\u202c \u2066x\u2069",
    "\"quoted\" 'single' $$ $tag$ {{ 7*7 }} {% raw %}",
    "*bold* _it_ ~~gone~~ [link](javascript:alert(1)) ![i](http://evil.example/x.png) @admin #1",
    "😀 Ünïcode 表 " + "x" * 50,
    " leading and trailing ",
    "````\n<!-- --> --!> ]]> &lt;b&gt; &amp;",
)


def hostile_finding(text: str, verb: str) -> Finding:
    """A finding in which every text a database could choose is the given one."""
    found = key("column", "public", "t", text)
    attributes = (alter("type", text, text + "!"), alter("default", (text,), None, text)) if verb == "alter" else ()
    return finding(
        verb,
        found,
        key("table", text, text),
        old="" if verb == "add" else f"before {text}",
        new="" if verb == "drop" else f"after\n{text}",
        statements=(f"SELECT '{text}'",),
        hazards=((Danger.DATA_LOSS, text),),
        attributes=attributes,
    )


def hostile_comparison() -> Comparison:
    """A comparison in which every text is hostile, in every section."""
    findings = tuple(hostile_finding(text, verb) for text in HOSTILE for verb in ("add", "drop", "alter"))
    everything = " ".join(HOSTILE)
    order = AttributeChange("column_order", HOSTILE, HOSTILE[::-1])
    return replace(
        comparison_of(findings),
        desired=Side(HOSTILE[0], HOSTILE[1], everything, 1),
        actual=Side(HOSTILE[4], HOSTILE[3], HOSTILE[2], 1),
        information=tuple(Change(key("table", "s", text), Verb.ALTER, information=(order,)) for text in HOSTILE),
        renames=tuple(RenameCandidate(key("table", "s", t), key("table", t, t), 0.9, t, t) for t in HOSTILE),
        hidden=tuple(Hidden(text, text, HOSTILE) for text in HOSTILE),
        unmodelled=tuple((side, Unmodelled(t, t, t)) for t in HOSTILE for side in ("desired", "actual", "both")),
        unreadable=tuple(("actual", Unreadable(text, text)) for text in HOSTILE),
        certificate=Certificate(HOSTILE, HOSTILE, everything, 1, everything),
        verdict=Verdict(
            Outcome.FAILED,
            failures=tuple(Failure(text, text, text) for text in HOSTILE),
            not_covered=tuple(NotCovered(text, text) for text in HOSTILE),
            stand_ins=HOSTILE,
        ),
        migration=replace(plan_of(findings), unplanned=tuple(Unplanned(key("view", "s", t), t) for t in HOSTILE)),
        migration_sql="\n".join(HOSTILE),
        rollback_sql="\n".join(HOSTILE),
        warnings=HOSTILE,
    )
