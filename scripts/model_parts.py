"""What several models have in common."""

from __future__ import annotations

from model_maker import GIVEN, RESULT, Model

# What a land cover and its pool table are given with: refusals of an unknown code name NODATA_CODES.
OF_LAND_COVER = ("POOLS", "PRESET", "SCHEME", "NODATA_CODES")
# What a report and map sheets are told.
REPORTED = ("TITLE", "SOURCES")
REPORT_COMMENT = "Only if a file is given: one page with numbers, maps, tables and methods."
SHEETS_COMMENT = "Only if a folder is given: a PDF and a PNG of each theme."


def show(made: Model, zones: str, tables: dict) -> None:
    """Report and map sheets of the zones that step ``zones`` gives, both made if wanted."""
    told = {name: GIVEN(name) for name in REPORTED}
    made.step(
        "report",
        "carbonbalancereport",
        {"ZONES": RESULT(zones, "OUTPUT"), **told, **tables},
        {"OUTPUT": "Report", "WORKBOOK": "Tables of the report"},
    )
    made.step("sheets", "mapsheets", {"ZONES": RESULT(zones, "OUTPUT"), **told}, {"OUTPUT": "Map sheets"})
