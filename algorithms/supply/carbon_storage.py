"""Algorithm "Carbon storage": carbon densities of a land cover."""

from __future__ import annotations

from qgis.core import (
    QgsProcessing,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterRasterDestination,
)

from ...core.options.land_cover import AREA_UNITS
from ...core.options.supply import STORAGE_UNITS, T_PER_HECTARE
from ...core.runtime.errors import CarbonBalanceError
from ...core.runtime.i18n import tr
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import SUPPLY
from ..shared.outputs.results import add_results
from ..shared.parameters.common import add_compression, add_report
from ..shared.parameters.land_cover import add_land_cover, land_cover
from ..shared.parameters.supply.pool import add_pool_parameters, pools
from ..shared.parameters.supply.region_pools import add_pool_region_raster, chosen_regions


class CarbonStorage(CarbonAlgorithm):
    """Computes a density raster, a table by class and totals from a land cover or class areas."""

    ID = "carbonstorage"
    GROUP = SUPPLY

    AREAS, AREA_FIELD, AREA_UNIT = "AREAS", "AREA_FIELD", "AREA_UNIT"
    UNIT, BY_POOL, COMPRESSION = "UNIT", "BY_POOL", "COMPRESSION"
    OUTPUT, CLASSES, REPORT = "OUTPUT", "CLASSES", "REPORT"

    def displayName(self) -> str:
        return tr("Carbon storage")

    def shortDescription(self) -> str:
        return tr("How much carbon does the land store, where, and in which land-cover classes?")

    def tags(self) -> list[str]:
        return tr("carbon,storage,stock,density,pool,land cover,InVEST").split(",")

    def help_text(self) -> str:
        return tr(
            "How much carbon does the land store? Each cell of the land cover gets the carbon density of its class, "
            "the sum of four pools: above ground, below ground, soil, dead matter.\n\n"
            "<b>Needs</b> a land cover raster (or a table of areas by class) and a pool table in t C/ha: your own, in "
            "the format of InVEST, or a bundled one.\n\n"
            "<b>Gives</b> a raster of carbon in t C/ha (or t C per cell), a table of area and carbon by class, and the "
            "total. Classes without a row in the pool table are refused, with their areas.\n\n"
            "<b>Formula</b>: C = C<sub>above</sub> + C<sub>below</sub> + C<sub>soil</sub> + C<sub>dead</sub>; total = "
            "sum of density x cell area. The result is a carbon stock (C, not CO2)."
        )

    def initAlgorithm(self, config=None) -> None:
        add_land_cover(self, optional=True)
        add_pool_parameters(self)
        add_pool_region_raster(self)
        self.add(
            QgsProcessingParameterFeatureSource(
                self.AREAS, tr("Areas by class"), types=[QgsProcessing.SourceType.TypeVector], optional=True
            ),
            tr("Instead of a raster: a table with a class code and an area in each row, as in statistics."),
        )
        self.add(
            QgsProcessingParameterField(
                self.AREA_FIELD, tr("Field of the areas"), parentLayerParameterName=self.AREAS, optional=True
            ),
            tr("Only if the column is not named area, area_ha or area_km2."),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterEnum(
                self.AREA_UNIT, tr("Unit of the areas"), options=AREA_UNITS, defaultValue="ha", usesStaticStrings=True
            ),
            tr("ha, km2, m2, mu (Chinese mu, 1/15 ha) or 1e4_ha (10,000 ha); only used with areas by class."),
            advanced=True,
            when={self.AREAS: True},
        )
        self.add(
            QgsProcessingParameterEnum(
                self.UNIT,
                tr("Unit of the raster"),
                options=list(STORAGE_UNITS),
                defaultValue=T_PER_HECTARE,
                usesStaticStrings=True,
            ),
            tr("t_per_ha: density, t C/ha. t_per_cell: t C per cell, so that cells add up to the total."),
            advanced=True,
            when={self.OUTPUT: True},
        )
        self.add(
            QgsProcessingParameterBoolean(self.BY_POOL, tr("One band per pool"), defaultValue=False),
            tr("Write the four pools as additional bands after the total, in the same pass."),
            advanced=True,
            when={self.OUTPUT: True},
        )
        add_compression(self, self.COMPRESSION)
        self.add(
            QgsProcessingParameterRasterDestination(self.OUTPUT, tr("Carbon density"), optional=True),
            tr("GeoTIFF of 32-bit floats; cells without data remain nodata."),
        )
        self.add(
            QgsProcessingParameterFeatureSink(self.CLASSES, tr("Carbon by class"), optional=True),
            tr("Table: code, name, area in ha, density in t C/ha, carbon in t, share."),
        )
        add_report(self)
        add_results(self, ("TOTAL_CARBON_T", "AREA_HA", "MEAN_DENSITY_T_HA"))

    def compute(self, given, log) -> dict:
        from ...core.land_cover.area_table import log_areas
        from ...core.land_cover.class_areas import read_class_areas
        from ...core.supply.storage import carbon_by_class, storage
        from ...core.text import html
        from ..shared.outputs.outputs import Outputs

        cover, area_rows = land_cover(given), given.table(self.AREAS)
        if (cover is None) == (area_rows is None):
            raise CarbonBalanceError(
                tr("Give either a land cover raster (LAND_COVER) or a table of areas by class (AREAS), but not both.")
            )
        regional = chosen_regions(given, cover)
        table = pools(given) if regional is None else regional.table
        if cover is not None and regional is not None:
            cover = regional.places.on(cover)
        path = given.output_path(self.OUTPUT)
        out = Outputs(given)
        if cover is None:
            if path:
                raise CarbonBalanceError(
                    tr("A carbon raster needs a land cover raster; areas by class have no location.")
                )
            codes, area_ha = read_class_areas(area_rows, given.field(self.AREA_FIELD), given.choice(self.AREA_UNIT))
            carbon = carbon_by_class(codes, area_ha, table, area_rows.label)
        else:
            areas, raster = storage(
                cover,
                table,
                log,
                path=path,
                unit=given.choice(self.UNIT),
                by_pool=given.flag(self.BY_POOL),
                compression=given.choice(self.COMPRESSION),
            )
            if raster is not None:
                out.raster(self.OUTPUT, raster)
            log_areas(areas, log, cover)
            carbon = carbon_by_class(areas.codes, areas.total_ha, table, cover.source.name)
        columns = carbon.columns()
        log.info(
            tr("{carbon:,.0f} t of carbon on {area:,.2f} ha, {density:.4g} t C/ha on average.").format(
                carbon=carbon.total_t, area=carbon.total_ha, density=carbon.mean_density_t_ha
            )
        )
        out.table(self.CLASSES, columns)
        out.report(
            self.REPORT,
            self.displayName(),
            [html.paragraph(note) for note in log.notes if note not in log.warnings] + [html.table(columns)],
        )
        out.numbers(TOTAL_CARBON_T=carbon.total_t, AREA_HA=carbon.total_ha, MEAN_DENSITY_T_HA=carbon.mean_density_t_ha)
        return out.write()
