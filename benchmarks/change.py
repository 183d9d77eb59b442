"""Benchmark of carbon storage change with valuation, compared with the carbon model of InVEST."""

from __future__ import annotations

from comparison import Line, compare, rounds
from programs import Programs
from timing import Program

TITLE = "Carbon storage change"
NOTES = """\
Two land covers as above, a tenth of the second changed. *Command*: `qgis_process run
carbonbalance:carbonstoragechange` including the start of QGIS, with a price and the years. InVEST is called in
Python (`carbon.execute`, `n_workers` -1, no HTML report) and always writes 12 rasters. *Four rasters*: carbon at both
dates, change and value; *change alone*: the change raster and the four tables of transitions, which InVEST does not
produce.
"""
SIZES = (10_000,)
LEAST_FOUR, LEAST_ALONE = {10_000: 8}, {10_000: 20}
YEARS, PRICE, DISCOUNT = (2000, 2020), 43.0, 3.0


def measure(programs: Programs, sizes: list[int], runs: int) -> list[Line]:
    """All comparisons at all sizes."""
    pools = programs.made("pool_table")
    lines = []
    for size in sizes:
        covers = programs.made("land_cover", size), programs.made("later_land_cover", size)
        shared = {"LAND_COVER": covers[0], "LAND_COVER_LATER": covers[1], "POOLS": pools}
        value = {"PRICE": PRICE, "DISCOUNT": DISCOUNT, "YEAR": YEARS[0], "YEAR_LATER": YEARS[1]}
        four = {name: f"{name}.tif" for name in ("CHANGE", "VALUE", "BASELINE", "ALTERNATE")}
        alone = {"CHANGE": "CHANGE.tif"}
        alone.update({name: f"{name}.csv" for name in ("CLASSES", "TRANSITIONS", "MATRIX_HA", "MATRIX_CARBON")})
        for what, outputs, least in (("four rasters", four, LEAST_FOUR), ("change alone", alone, LEAST_ALONE)):
            name = "carbonstoragechange"
            ours = programs.qgis(name, f"carbonbalance:{name}", outputs, **shared, **value)
            peers = [(invest(programs, covers, pools), least.get(size))] if programs.peers else []
            lines += compare(f"{what}, {size:,} squared", ours, peers, rounds(runs, size), most_mb=600)
    return lines


def invest(programs: Programs, covers: tuple[str, str], pools: str) -> Program:
    """InVEST's model with both dates and valuation."""
    return programs.invest(
        "InVEST carbon",
        lulc_bas_path=covers[0],
        lulc_alt_path=covers[1],
        lulc_bas_year=YEARS[0],
        lulc_alt_year=YEARS[1],
        carbon_pools_path=pools,
        calc_sequestration=True,
        do_valuation=True,
        price_per_metric_ton_of_c=PRICE,
        discount_rate=DISCOUNT,
        rate_change=0,
    )
