"""The HTML report in a real browser: found, filtered, copied, read in the dark, on paper and without JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from driftwatch.report.display import visible
from report.hostile import HOSTILE
from report.made import comparison_of, finding, key, many_findings
from support.processes import eventually

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from driftwatch.model.comparison import Comparison
    from report.browser import Reader

pytestmark = pytest.mark.browser

PAPER = "getComputedStyle(document.body).backgroundColor"


def shown_changes(page: Page) -> list[str]:
    """Kind and schema of every change that is not filtered away."""
    found = page.locator("[data-change]:not([hidden])")
    return [f"{e.get_attribute('data-kind')} {e.get_attribute('data-schema')}" for e in found.all()]


def settled(page: Page, told: str) -> None:
    """Waits until the counter says just that: "0 of 26 changes" holds the words "26 changes" as well."""
    expect(page.locator("#count")).to_have_text(told)


def keeping_what_a_button_says(page: Page) -> Page:
    """The page whose button says "Copied" for good, not for 1.6 s, which a slow machine may not see."""
    page.evaluate(
        "() => { const wait = setTimeout; window.setTimeout = (then, ms) => ms === 1600 ? 0 : wait(then, ms) }"
    )
    return page


def test_the_outcome_stands_first_and_the_counts_with_it(reader: Reader, shop: Comparison) -> None:
    page = reader.opens(shop)
    assert page.title() == "Breaking drift: dev → prod"
    assert page.locator("h1").inner_text() == "Breaking drift"
    tiles = page.locator(".tiles li").all_inner_texts()
    assert tiles == ["6 breaking", "2 blocking", "18 safe", "14 added", "6 dropped", "6 altered"]


def test_without_drift_the_words_are_only_no_drift_in_what_was_compared(reader: Reader, same: Comparison) -> None:
    text = reader.opens(same).locator("body").inner_text()
    assert text.count("No drift in what was compared") == 2
    assert text.lower().count("no drift") == 2


def test_a_kind_filters(reader: Reader, shop: Comparison) -> None:
    page = reader.opens(shop)
    page.get_by_label("Kind").select_option("policy")
    settled(page, "1 of 26 changes")
    assert shown_changes(page) == ["policy public"]
    assert page.locator("article.group:visible").count() == 1


def test_a_schema_filters_and_so_does_what_belongs_to_the_whole_database(reader: Reader, shop: Comparison) -> None:
    page = reader.opens(shop)
    page.get_by_label("Schema").select_option("reporting")
    settled(page, "1 of 26 changes")
    assert shown_changes(page) == ["view reporting"]
    page.get_by_label("Schema").select_option("")
    page.locator("article.group:visible", has_text="pg_trgm").wait_for()
    assert shown_changes(page) == ["extension "]


def test_levels_filter_together(reader: Reader, shop: Comparison) -> None:
    page = reader.opens(shop)
    page.get_by_role("checkbox", name="safe").uncheck()
    settled(page, "8 of 26 changes")
    page.get_by_role("checkbox", name="breaking").uncheck()
    settled(page, "2 of 26 changes")
    assert shown_changes(page) == ["foreign_key billing", "index public"]


def test_search_finds_names_and_sql_and_says_when_there_is_nothing(reader: Reader, shop: Comparison) -> None:
    page = reader.opens(shop)
    search = page.get_by_role("searchbox", name="Search")
    search.fill("redeemed_at NOT")
    settled(page, "1 of 26 changes")
    assert shown_changes(page) == ["function public"]
    search.fill("no such thing")
    page.get_by_text("No change matches the filters.").wait_for()
    page.get_by_role("button", name="Clear").click()
    settled(page, "26 changes")
    assert len(shown_changes(page)) == 26


def test_two_thousand_changes_can_be_searched(reader: Reader) -> None:
    page = reader.opens(comparison_of(many_findings(2000)))
    page.get_by_role("searchbox").fill("column_1234")
    settled(page, "1 of 2,000 changes")


def test_a_slash_leads_to_the_search(reader: Reader, shop: Comparison) -> None:
    page = reader.opens(shop)
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.type("a/b")
    assert page.get_by_role("searchbox").input_value() == "a/b"


def test_copy_gives_the_sql_as_it_is(reader: Reader, shop: Comparison) -> None:
    page = keeping_what_a_button_says(reader.opens(shop, permissions=["clipboard-read", "clipboard-write"]))
    page.locator("#migration").get_by_role("button", name="Copy").click()
    page.locator("#migration").get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == shop.migration_sql


def test_copy_works_where_the_browser_never_answers(reader: Reader, shop: Comparison) -> None:
    page = keeping_what_a_button_says(reader.opens(shop, permissions=["clipboard-read"]))
    page.evaluate("() => { navigator.clipboard.writeText = () => new Promise(() => {}) }")
    page.locator("#migration").get_by_role("button", name="Copy").click()
    page.locator("#migration").get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == shop.migration_sql


def test_copy_works_where_the_browser_has_no_clipboard_for_us(reader: Reader, shop: Comparison) -> None:
    page = keeping_what_a_button_says(reader.opens(shop, permissions=["clipboard-read", "clipboard-write"]))
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined, configurable: true})")
    page.locator("#renames").get_by_role("button", name="Copy").first.click()
    page.locator("#renames").get_by_role("button", name="Copied").wait_for()
    page.evaluate("delete navigator.clipboard")
    assert page.evaluate("navigator.clipboard.readText()") == "--rename 'column public.users.mail = email'"


def test_what_cannot_be_seen_in_sql_is_marked_and_still_copied(reader: Reader) -> None:
    body = "SELECT 'a\u202eb\x1b\x9bc\rd';"
    column = key("column", "public", "t", "c")
    comparison = comparison_of((finding("add", column, column, statements=(body.removesuffix(";"),)),))
    page = reader.opens(comparison)
    pre = page.locator("details.card pre")
    assert pre.text_content() == body
    marks = [mark.get_attribute("data-code") for mark in pre.locator(".ctl").all()]
    assert marks == ["U+202E", "U+001B", "U+009B", "U+000D"]


def test_the_theme_follows_the_system_until_it_is_chosen(reader: Reader, shop: Comparison) -> None:
    page = reader.opens(shop, color_scheme="light")
    light = page.evaluate(PAPER)
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(PAPER)
    assert dark != light
    button = page.get_by_role("button", name="Theme")
    button.click()
    assert (button.inner_text(), page.evaluate(PAPER)) == ("Theme: light", light)
    page.reload()
    assert (button.inner_text(), page.evaluate(PAPER)) == ("Theme: light", light)
    button.click()
    page.emulate_media(color_scheme="light")
    assert (button.inner_text(), page.evaluate(PAPER)) == ("Theme: dark", dark)


def test_all_changes_open_and_close_at_once(reader: Reader, shop: Comparison) -> None:
    page = reader.opens(shop)
    page.get_by_role("button", name="Close all").click()
    assert page.locator("details.card[open]").count() == 0
    page.get_by_role("button", name="Open all").click()
    assert page.locator("details.card:not([open])").count() == 0


def test_the_differing_words_are_marked_side_by_side(reader: Reader, shop: Comparison) -> None:
    page = reader.opens(shop)
    card = page.locator("details.card[data-kind=policy]")
    card.scroll_into_view_if_needed()
    # `expect` waits for the card to be drawn, which one that has just come into view may not be.
    expect(card.locator(".old del")).to_have_text(["SELECT"])
    expect(card.locator(".new ins")).to_have_text(["ALL", "lower(", ")"])
    # Both in one moment: what is drawn above the card meanwhile moves it.
    old, new = card.locator(".row").first.evaluate(
        "row => ['.old', '.new'].map(side => row.querySelector(side).getBoundingClientRect().toJSON())"
    )
    assert (old["y"], old["width"]) == (new["y"], new["width"])
    assert old["x"] < new["x"]


def test_without_javascript_everything_is_there_and_no_dead_button(reader: Reader, shop: Comparison) -> None:
    page = reader.opens(shop, java_script_enabled=False)
    assert page.locator("button:visible, form:visible").count() == 0
    assert page.locator("details.card").count() == 26 - 10
    page.locator("#migration pre").wait_for(state="visible")
    fold = page.locator("#rollback details")
    fold.locator("summary").click()
    fold.locator("pre").wait_for(state="visible")


def test_on_paper_everything_is_open_even_without_javascript(reader: Reader) -> None:
    page = reader.opens(comparison_of(many_findings(60)), java_script_enabled=False)
    assert page.locator("details.card[open]").count() == 0
    statement = page.locator("details.card pre").first
    expect(statement).not_to_be_visible()
    page.emulate_media(media="print")
    expect(statement).to_be_visible()
    expect(page.locator("nav:visible, #filters:visible")).to_have_count(0)


@pytest.mark.parametrize("name", ["shop", "hostile", "same"])
def test_a_narrow_screen_never_scrolls_sideways(reader: Reader, name: str, request: pytest.FixtureRequest) -> None:
    page = reader.opens(request.getfixturevalue(name), viewport={"width": 360, "height": 800})
    page.evaluate("document.querySelectorAll('details').forEach(element => { element.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_on_a_narrow_screen_no_mark_is_broken_in_two(reader: Reader, shop: Comparison) -> None:
    page = reader.opens(shop, viewport={"width": 400, "height": 800})
    for mark in (".brand strong", ".question > p > .badge"):
        assert page.locator(mark).first.evaluate("element => element.getClientRects().length") == 1


def test_on_a_narrow_screen_equal_lines_are_shown_once(reader: Reader, shop: Comparison) -> None:
    page = reader.opens(shop, viewport={"width": 400, "height": 800})
    row = page.locator(".row.same").first
    assert (row.locator(".old").is_visible(), row.locator(".new").is_visible()) == (True, False)


def test_hostile_names_are_text_and_nothing_else(reader: Reader, hostile: Comparison) -> None:
    page = reader.opens(hostile)
    assert page.evaluate("window.pwned") is None
    assert page.locator("script").count() == 1
    assert page.locator("img, iframe, object, a[href^=http], a[href^=javascript]").count() == 0
    text = " ".join((page.locator("body").text_content() or "").split())
    assert [name for name in HOSTILE if " ".join(visible(name).split()) not in text] == []


def injected(document: str, html: str) -> str:
    """The page as it would be had a name found its way in unescaped."""
    return document.replace("<main ", f"{html}<main ", 1)


def told(page: Page, reader: Reader, words: str) -> bool:
    """Whether the browser has complained so; what it tells arrives while Playwright waits for something."""
    page.wait_for_timeout(10)
    return any(words in message for message in reader.messages)


@pytest.mark.parametrize(
    "html",
    [
        "<script>window.pwned=1</script>",
        "<img src='data:image/png;base64,x' onerror='window.pwned=1'>",
        "<script src='http://127.0.0.1:9/x.js'></script>",
        "<svg onload='window.pwned=1'></svg>",
    ],
)
def test_the_policy_holds_even_where_a_name_was_not_escaped(reader: Reader, shop: Comparison, html: str) -> None:
    from driftwatch.report.html import render

    page = reader.opens_html(injected(render(shop), html))
    page.wait_for_function("document.readyState === 'complete'")
    assert eventually(lambda: told(page, reader, "Content Security Policy"))
    assert page.evaluate("window.pwned") is None
    page.close()  # nothing is told after that
    reader.messages.clear()
    reader.requests.clear()  # Chromium names a request that the policy stopped, too


@pytest.mark.parametrize(
    ("name", "scheme"), [("shop", "light"), ("shop", "dark"), ("hostile", "light"), ("same", "light"), ("same", "dark")]
)
def test_axe_finds_nothing_serious(
    reader: Reader, axe_source: str, name: str, scheme: str, request: pytest.FixtureRequest
) -> None:
    page = reader.opens(request.getfixturevalue(name), color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(element => { element.open = true; })")
    page.evaluate(axe_source)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    told = [
        f"{v['impact']} {v['id']}: {v['nodes'][0]['html'][:200]} {v['nodes'][0]['failureSummary']}"
        for v in found["violations"]
        if v["impact"] in {"serious", "critical"}
    ]
    assert told == []
