"""The sample data: its files, their legends, and a folder with all of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from filecmp import cmp
from pathlib import Path
from typing import TYPE_CHECKING

from ...core.runtime.errors import CarbonBalanceError
from ...core.runtime.i18n import ENGLISH, language, tr

if TYPE_CHECKING:
    from ...core.symbology.legends import Legend

SAMPLE = Path(__file__).parents[2] / "resources" / "sample"
EXAMPLES = "examples"
PROJECT = "carbon_balance_sample.qgz"
# Of the two projects, in English and in Chinese, the one in the user's language is copied under the name above.
PROJECT_IN = "carbon_balance_sample_{language}.qgz"
# The published zones of the sample, from surplus to deficit.
PUBLISHED = ("low_carbon", "coordinated", "sink_development", "optimization")


def land_cover_file(region: str) -> Path:
    """The land cover of a region."""
    return SAMPLE / f"{region}_land_cover_2019.tif"


def zones_file(region: str) -> Path:
    """The zones of a region."""
    return SAMPLE / f"{region}.geojson"


def land_cover_legend() -> Legend:
    """The classes of the land covers of all regions."""
    from ...core.land_cover.schemes import read_crosswalk
    from ...core.symbology.raster_legends import scheme_legend

    return scheme_legend(read_crosswalk("igbp"), tr("Land cover 2019, IGBP classes"))


def zones_legend(region: str, values: Callable[[str], Sequence[object]]) -> Legend:
    """The legend of the zones of a region; ``values`` gives the values of a column."""
    from ...core.symbology.legends import number_legend
    from ...core.symbology.themes import DIVERGING, SEQUENTIAL, Theme

    if region == "central_yunnan":
        return _published_zones()
    theme, title = {
        "guiyang": (
            Theme("published_sec_2015", DIVERGING, 5, balance=1.0),
            tr("Published sink coefficient SEC, 2015 (1 = region)"),
        ),
        "henan": (Theme("population_2020", SEQUENTIAL, 5), tr("Population, census of 2020")),
        "beibu_gulf": (Theme("published_carbon_kg_m2", SEQUENTIAL, 5), tr("Published carbon density, 2020, kg/m2")),
    }[region]
    return number_legend(theme, theme.column, title, values(theme.column))


def _published_zones() -> Legend:
    from ...core.symbology.colours import SURPLUS_TO_DEFICIT
    from ...core.symbology.legends import Category, Legend
    from ...core.zoning.zone_names import FROM_SURPLUS

    pairs = zip(PUBLISHED, FROM_SURPLUS.get(language(), FROM_SURPLUS[ENGLISH]), SURPLUS_TO_DEFICIT)
    return Legend("published_zone", tr("Published zone, 2020"), (), tuple(Category(*each) for each in pairs))


def examples_title() -> str:
    """What the examples are called in the project."""
    return tr("Made examples, no data")


def _files(folder: Path) -> dict[Path, Path]:
    """Each file that ``folder`` gets, and its source: the sample and the project in the user's language."""
    project = SAMPLE / PROJECT_IN.format(language=language())
    if not project.is_file():
        project = SAMPLE / PROJECT_IN.format(language=ENGLISH)
    kinds = (".geojson", ".tif", ".csv")
    sources = {each.relative_to(SAMPLE): each for each in SAMPLE.rglob("*") if each.suffix in kinds}
    sources = {**sources, Path("README.md"): SAMPLE / "README.md", Path(PROJECT): project}
    return {folder / name: source for name, source in sorted(sources.items())}


def need_no_others(folder: Path) -> None:
    """Refuse a folder with files of the names of the sample that are not those of the sample.

    Raises:
        CarbonBalanceError: naming the first one.
    """
    for target, source in _files(folder).items():
        if target.exists() and not (target.is_file() and cmp(source, target, shallow=False)):
            raise CarbonBalanceError(
                tr(
                    "{file} already exists, is not that of the sample and would be lost: choose another folder, or "
                    "delete it."
                ).format(file=target)
            )


def copy_everything(folder: Path) -> list[Path]:
    """Copy all files of the sample and the project in the user's language into ``folder``.

    Raises:
        CarbonBalanceError: the folder cannot be written to.
    """
    from ...core.runtime.staging import cannot_write, staged_file

    copied = []
    for target, source in _files(folder).items():
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with staged_file(target) as beside:
                shutil.copyfile(source, beside)
        except OSError as error:
            raise cannot_write(target, error) from None
        copied.append(target)
    return copied
