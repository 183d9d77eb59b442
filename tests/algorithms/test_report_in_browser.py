"""The report in a browser as a reader uses it: sorting, search, links of map and table, phone, dark and print."""

from __future__ import annotations

import pytest
from browser import chromium, printed_mm, violations
from carbon_balance.core.assessment.report.overview.document import document
from carbon_balance.core.assessment.report.report_table import ReportTable
from carbon_balance.core.runtime import i18n
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.text import html
from layers import column, run_algorithm
from qgis.core import QgsVectorLayer

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
CARBON = "Carbon supply, t C"
# The table of the zones with their sums, and the cells of a column.
COLUMN = """([table, heading]) => {
    const rows = document.querySelector(table + ' table').rows;
    const at = [...rows[0].cells].findIndex(each => each.textContent.trim() === heading);
    return [...rows].slice(1).map(row =>
        ({text: row.cells[at].textContent, sum: row.classList.contains('sum'), hidden: row.hidden}));
}"""
TITLE = "Supply and demand by zone"
TABLE = ".wide:has(tr[data-zone]):has(tr.sum)"


@pytest.fixture(scope="module")
def files(counties, tmp_path_factory):
    """The report of the 49 counties in both languages."""
    folder = tmp_path_factory.mktemp("pages")
    made = {}
    for code in ("en", "zh_CN"):
        i18n.use_language(code)
        try:
            made[code] = folder / f"{code}.html"
            run_algorithm(
                "carbonbalancereport", **counties, NAME="name_zh" if code == "zh_CN" else "name", GROUP_FIELD="city",
                POPULATION="population_2020", OUTPUT=str(made[code]),
            )  # fmt: skip
        finally:
            i18n.use_language(i18n.ENGLISH)
    return {code: path.as_uri() for code, path in made.items()}


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture
def opened(browser, files):
    """Opens the report; fails on an error of its script and on any request to another address."""
    contexts, wrong = [], []

    def call(language="en", **settings):
        contexts.append(browser.new_context(**{"viewport": DESK, **settings}))
        contexts[-1].set_default_timeout(5000)
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
        page.on("request", lambda request: wrong.append(request.url) if request.url != files[language] else None)
        page.goto(files[language])
        return page

    yield call
    for each in contexts:
        each.close()
    assert wrong == []


def cells(page, heading):
    return [each["text"] for each in page.evaluate(COLUMN, [TABLE, heading]) if not each["sum"]]


def numbers(page, heading):
    return [float(text.replace(",", "")) for text in cells(page, heading)]


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_a_table_is_sorted_by_its_heading(opened, counties, by):
    page = opened()
    layer = QgsVectorLayer(counties["ZONES"], "zones", "ogr")
    names = dict(zip(column(layer, "name"), column(layer, "carbon_t")))
    head = page.locator(f"{TABLE} th button", has_text=CARBON).first

    def press():
        if by == "mouse":
            head.click()
        else:
            head.focus()
            page.keyboard.press("Enter")

    given = cells(page, "Zone")
    assert sorted(given) == sorted(names) and given != sorted(names, key=names.get)
    press()
    assert cells(page, "Zone") == sorted(names, key=names.get)
    assert numbers(page, CARBON) == sorted(numbers(page, CARBON))
    assert page.locator(f"{TABLE} th[aria-sort]").get_attribute("aria-sort") == "ascending"
    press()
    assert cells(page, "Zone") == sorted(names, key=names.get, reverse=True)
    assert page.locator(f"{TABLE} th[aria-sort]").get_attribute("aria-sort") == "descending"
    # Sums of cities and of all stay below the zones, whatever they are.
    rows = page.evaluate(COLUMN, [TABLE, CARBON])
    assert [each["sum"] for each in rows] == [False] * 49 + [True] * (len(rows) - 49)
    assert len(rows) == 49 + len(set(column(layer, "city"))) + 1


def test_a_table_is_sorted_by_names(opened):
    page = opened()
    page.locator(f"{TABLE} th button", has_text="Zone").first.click()
    assert cells(page, "Zone") == sorted(cells(page, "Zone"), key=str.casefold)


def test_empty_cells_are_last_in_either_order_of_sorting(browser):
    given = [3.0, None, 20.0, -1.5, None, 1000.0]
    table = ReportTable("T", {"zone": list("abcdef"), "amount": given})
    page = browser.new_page()
    page.set_content(document("T", "", table.html(), Log()))
    for expected in ("dacfbe", "fcadbe"):
        page.locator("th button", has_text="amount").click()
        assert "".join(page.locator("tbody td:first-child").all_text_contents()) == expected
    page.close()


def test_the_search_leaves_the_rows_with_the_text(opened):
    page = opened()
    field = page.locator("h3", has_text=TITLE).locator("xpath=following-sibling::input[1]")
    rows = page.locator(f"{TABLE} tbody tr")
    everything = rows.count()
    field.fill("  wuHua ")
    assert [
        rows.nth(at).locator("td").first.text_content() for at in range(everything) if rows.nth(at).is_visible()
    ] == ["Wuhua"]
    field.fill("no such county")
    assert not any(each["hidden"] is False for each in page.evaluate(COLUMN, [TABLE, "Zone"]))
    assert page.get_by_text("Nothing found").is_visible()
    field.fill("")
    assert rows.count() == everything and rows.first.is_visible()
    assert not page.get_by_text("Nothing found").is_visible()


def zone_of(page, name):
    return page.locator(f"{TABLE} tbody tr", has=page.locator(f"td:text-is('{name}')"))


@pytest.mark.parametrize(("size", "touch"), [(DESK, False), (PHONE, True)])
def test_map_and_table_highlight_the_same_zone(opened, counties, size, touch):
    page = opened(viewport=size, has_touch=touch)
    layer = QgsVectorLayer(counties["ZONES"], "zones", "ogr")
    features = {feature["name"]: feature for feature in layer.getFeatures()}

    def point_at(where):
        where.scroll_into_view_if_needed()
        where.tap() if touch else where.hover()

    for name in ("Yimen", "Luquan"):
        row = zone_of(page, name)
        zone = row.get_attribute("data-zone")
        outlines = page.locator(f"svg.map use[data-zone='{zone}']")
        point_at(row.locator("td").first)
        assert outlines.count() >= 3
        assert (
            page.locator("use.lit").count() == outlines.count() == page.locator(f"use.lit[data-zone='{zone}']").count()
        )
        assert page.locator(".tip").is_hidden()
        point_at(outlines.first)
        assert page.locator(f"{TABLE} tr.lit td").first.text_content() == name
        # What is said of the outline is the value of the layer.
        shown = page.locator(".tip").text_content()
        assert shown.startswith(f"{name}: ") and page.locator(".tip").is_visible()
        assert float(shown.split(": ")[1].replace(",", "")) == pytest.approx(features[name]["carbon_t_km2"], rel=1e-3)
        box = page.locator(".tip").bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= size["width"] and box["y"] >= 0
    page.keyboard.press("Escape")
    assert page.locator(".lit").count() == 0 and page.locator(".tip").is_hidden()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_on_a_phone_only_tables_scroll_horizontally(opened, language):
    page = opened(language, viewport=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    beyond = """() => [...document.querySelectorAll('main *')].filter(each => !each.closest('.wide, svg'))
        .filter(each => each.getBoundingClientRect().right > innerWidth + 1).map(each => each.outerHTML)"""
    assert page.evaluate(beyond) == []
    wide = page.locator(TABLE)
    assert wide.evaluate("each => each.scrollWidth > each.clientWidth")
    assert wide.evaluate("each => { each.scrollLeft = 50; return each.scrollLeft }") == 50
    # Text of a size that is read without zooming.
    assert (
        min(
            page.evaluate(
                "[...document.querySelectorAll('td, p, li')].map(each => parseFloat(getComputedStyle(each).fontSize))"
            )
        )
        >= 10
    )


@pytest.mark.parametrize(
    ("language", "size", "scheme"),
    [("en", DESK, "light"), ("zh_CN", PHONE, "dark")],
    ids=["desk", "dark phone"],
)
def test_the_report_has_no_accessibility_violation(opened, language, size, scheme):
    page = opened(language, viewport=size, color_scheme=scheme)
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == ("rgb(25, 27, 26)" if scheme == "dark" else "rgba(0, 0, 0, 0)")
    page.locator(f"{TABLE} th button").nth(2).click()
    # A few rows are checked as well as many.
    page.locator("input[type=search]").first.fill("an")
    page.locator("svg.map use").nth(3).hover()
    assert violations(page) == []


def test_the_page_of_a_run_has_no_accessibility_violation(browser):
    page = browser.new_page(viewport=PHONE)
    parts = [html.heading("Result"), html.paragraph("Look out.", warning=True), html.table({"carbon_t": [1.5, 2.0]})]
    page.set_content(html.page("Notes", parts))
    assert page.evaluate("document.documentElement.lang") == "en"
    assert violations(page) == []
    page.close()


def test_a_print_is_a4_with_tables_of_8_points_and_without_controls(opened):
    page = opened(color_scheme="light")
    page.emulate_media(media="print")
    for hidden in ("nav", "input[type=search]", ".tip"):
        assert not any(each.is_visible() for each in page.locator(hidden).all())
    sizes = page.evaluate(
        "[...document.querySelectorAll('td, th')].map(each => parseFloat(getComputedStyle(each).fontSize))"
    )
    assert min(sizes) * 72 / 96 == pytest.approx(8, abs=0.01)
    pages = printed_mm(page)
    assert pages and all(size == pytest.approx((210, 297), abs=0.5) for size in pages)
    assert len(pages) <= 12
