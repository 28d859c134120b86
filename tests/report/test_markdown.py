"""Markdown: read back by a CommonMark parser with GitHub's tables, no name leaves its place."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from driftwatch.model.verdict import Failure, Outcome, Verdict
from driftwatch.report.display import visible, visible_block
from driftwatch.report.markdown import code, fence, markup, prose, render
from report.hostile import HOSTILE

if TYPE_CHECKING:
    from markdown_it.token import Token

    from driftwatch.model.comparison import Comparison

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
OURS = {"details", "summary", "b", "code"}

unhurried = settings(deadline=None)  # a busy machine is no failure
texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(),
    st.sampled_from([" - item", "     block", "1. one", "12) twelve", "+", "> quote", "=", "---", "# h"]),
    st.text(alphabet="`|\\<>&*_~[]()!#-+.= \n\r\t@1a$:/"),
)


class Tags(HTMLParser):
    """The tags of a document and its text, and whether they are nested as they should be."""

    def __init__(self, document: str) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: set[str] = set()
        self.open: list[str] = []
        self.text = ""
        self.comments: list[str] = []
        self.feed(document)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        if tag not in {"br", "hr"}:
            self.open.append(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


def all_tokens(document: str) -> list[Token]:
    """Every token, those inside of lines too."""
    tokens = PARSER.parse(document)
    return [inner for token in tokens for inner in (token, *(token.children or ()))]


def text_of(document: str) -> str:
    """What a reader sees of it; GitHub shows no zero-width space."""
    return Tags(PARSER.render(document)).text.replace("\u200b", "")


def in_a_cell(cell: str) -> str:
    return f"| head | other |\n|---|---|\n| {cell} | next |\n"


@unhurried
@given(texts)
def test_code_in_a_table_is_one_cell_and_reads_as_the_name(text: str) -> None:
    document = in_a_cell(code(text))
    assert sum(token.type == "td_open" for token in all_tokens(document)) == 2
    assert text_of(document).split() == ["head", "other", *visible(text).split(), "next"]


@unhurried
@given(texts)
def test_prose_in_a_table_is_one_cell_without_any_markup(text: str) -> None:
    tokens = all_tokens(in_a_cell(prose(text)))
    assert sum(token.type == "td_open" for token in tokens) == 2
    inside = {child.type for token in tokens for child in token.children or ()}
    assert inside <= {"text", "text_special"}


@unhurried
@given(texts)
def test_prose_in_a_list_reads_as_the_text_and_is_one_paragraph(text: str) -> None:
    document = f"- {prose(text)}\n"
    assert {token.type for token in all_tokens(document)} <= {
        *("bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"),
        *("paragraph_open", "paragraph_close", "inline", "text", "text_special"),
    }
    assert text_of(document).split() == visible(text).split()


@unhurried
@given(texts)
def test_a_fence_holds_its_text_to_the_last_line(text: str) -> None:
    document = f"before\n\n{fence(text)}\n\nafter\n"
    fences = [token.content for token in all_tokens(document) if token.type == "fence"]
    shown = visible_block(text).rstrip("\n")
    assert fences == [f"{shown}\n"] or (shown == "" and fences in ([""], ["\n"]))


@unhurried
@given(texts)
def test_a_summary_shows_the_text_and_no_tag_of_its_own(text: str) -> None:
    document = f"<details><summary>{markup(text)}</summary>\n\ninside\n\n</details>\n"
    tags = Tags(PARSER.render(document))
    assert tags.seen == {"details", "summary", "p"}
    assert tags.text.split() == [*visible(text).split(), "inside"]


def test_a_plain_name_stays_readable_in_the_source() -> None:
    assert code("column public.order_items.total") == "`column public.order_items.total`"


def test_a_mention_calls_nobody_and_an_address_stays_one() -> None:
    assert prose("ask @admin or a@b.example") == "ask @&#8203;admin or a@b.example"


@pytest.mark.parametrize("name", ["shop", "hostile", "same"])
def test_the_report_has_no_html_but_ours_and_it_is_well_nested(name: str, request: pytest.FixtureRequest) -> None:
    document = render(request.getfixturevalue(name))
    raw = "".join(t.content for t in all_tokens(document) if t.type in {"html_block", "html_inline"})
    tags = Tags(raw)
    assert tags.seen <= OURS
    assert tags.open == []
    assert tags.comments == []
    assert Tags(PARSER.render(document)).open == []


@pytest.mark.parametrize("name", ["shop", "hostile", "same"])
def test_no_table_is_broken(name: str, request: pytest.FixtureRequest) -> None:
    comparison = request.getfixturevalue(name)
    tokens = [token.type for token in PARSER.parse(render(comparison))]
    tables = " ".join(t for t in tokens if t in {"table_open", "tr_open", "th_open", "td_open"}).split("table_open")[1:]
    assert len(tables) == 1 + bool(comparison.findings) + bool(comparison.unmodelled)
    for table in tables:
        assert len({row.count("th_open") + row.count("td_open") for row in table.split("tr_open")[1:]}) == 1


def test_every_hostile_name_is_read_back_from_code_and_from_fences(hostile: Comparison) -> None:
    tokens = all_tokens(render(hostile))
    seen = text_of(render(hostile))
    assert [name for name in HOSTILE if visible(name).strip() not in seen] == []
    fenced = [token.content for token in tokens if token.type == "fence"]
    assert [name for name in HOSTILE if not any(visible_block(name).rstrip("\n") in text for text in fenced)] == []


def test_no_image_or_link_comes_from_a_name(hostile: Comparison) -> None:
    assert not {token.type for token in all_tokens(render(hostile))} & {"image", "link_open"}


def test_the_outcome_stands_in_a_github_alert(shop: Comparison, same: Comparison) -> None:
    assert "> [!CAUTION]\n> **Breaking drift**: 26 changes" in render(shop)
    assert "> [!TIP]\n> **No drift in what was compared**\n" in render(same)


def test_the_proof_is_told_in_a_whole_sentence(shop: Comparison) -> None:
    assert "> The migration is proved (quick) on PostgreSQL 18, your server is 15.\n" in render(shop)
    failed = Verdict(Outcome.FAILED, failures=(Failure("apply", "", "refused\nDETAIL: none"),))
    assert "> The proof failed: apply: refused.\n" in render(replace(shop, verdict=failed))


def test_an_altered_function_is_shown_as_a_difference_and_not_once_more_as_a_statement(shop: Comparison) -> None:
    changes = render(shop).partition("## Migration")[0]
    assert "-    RETURN v_items - v_discount + v_shipping;\n" in changes
    assert "+    RETURN greatest(v_items - v_discount, 0) + v_shipping;\n" in changes
    assert "CREATE OR REPLACE FUNCTION" not in changes


def test_every_section_that_has_something_is_there(shop: Comparison) -> None:
    document = render(shop)
    for heading in (
        *("Likely renames", "Changes", "Information", "Unmodelled", "Not readable", "Ignored"),
        *("What was compared", "Not covered by the proof", "Migration", "Rollback"),
    ):
        assert f"\n## {heading}\n" in document
