"""Figures of pages and the names that they have for those who do not see them."""

from __future__ import annotations

from carbon_balance.core.text.pictures.figure import figure


def test_the_caption_is_the_accessible_name_of_the_drawing():
    made = figure('Carbon < "t"', '<svg class="chart" role="img"><path d="M0 0"/></svg>')
    assert '<svg class="chart" role="img" aria-label="Carbon &lt; &quot;t&quot;"><path d="M0 0"/></svg>' in made
    assert made.startswith("<figure><figcaption>Carbon &lt; &quot;<span class=unit>t</span>&quot;</figcaption>")


def test_a_drawing_without_a_role_gets_the_role_of_an_image():
    assert '<svg width="3" role="img" aria-label="a"><svg/></svg>' in figure("a", '<svg width="3"><svg/></svg>')


def test_an_existing_accessible_name_is_kept():
    drawing = '<svg role="img" aria-label="own"></svg><ul></ul>'
    assert figure("caption", drawing) == f"<figure><figcaption>caption</figcaption>{drawing}</figure>"
