"""What the columns of centres, hot spots, inequality by groups and change are called; see :mod:`.headings`."""

from __future__ import annotations

from ..runtime.i18n import mark
from ..tables.names import judgement_columns, space_columns

SPACE_TITLES: dict[str, str] = {
    space_columns.X_M: mark("Easting, m"),
    space_columns.Y_M: mark("Northing, m"),
    space_columns.LONGITUDE: mark("Longitude, degrees"),
    space_columns.LATITUDE: mark("Latitude, degrees"),
    space_columns.PLACES: mark("Zones with an amount"),
    space_columns.SEMI_MAJOR_KM: mark("Major semi-axis, km"),
    space_columns.SEMI_MINOR_KM: mark("Minor semi-axis, km"),
    space_columns.AZIMUTH_DEG: mark("Azimuth, degrees clockwise from north"),
    space_columns.CONVENTION: mark("Convention of the axes"),
    space_columns.FROM_CENTRE: mark("From the centre of"),
    space_columns.TO_CENTRE: mark("To the centre of"),
    space_columns.EAST_KM: mark("Eastwards, km"),
    space_columns.NORTH_KM: mark("Northwards, km"),
    space_columns.COMPASS: mark("Compass direction"),
    space_columns.SPEED_KM_YEAR: mark("Speed, km per year"),
    space_columns.GI_STAR_Z: mark("Gi* of emissions, z"),
    space_columns.GI_STAR_P: mark("p of Gi*"),
    space_columns.GI_STAR_CLASS: mark("Hot or cold spot (Gi*)"),
    space_columns.GI_Z: mark("Gi of emissions, z"),
    space_columns.GI_P: mark("p of Gi"),
    space_columns.GI_CLASS: mark("Hot or cold spot (Gi)"),
    space_columns.AMOUNT_OF: mark("Amount of"),
    space_columns.INEQUALITY_INDEX: mark("Inequality index"),
    space_columns.COMPONENT: mark("Component"),
    space_columns.GROUP: mark("Group"),
    space_columns.ELASTICITY: mark("Elasticity of emission to GDP"),
    space_columns.DECOUPLING_STATE: mark("Decoupling state"),
    space_columns.CONTRIBUTION: mark("Contribution to the change"),
    space_columns.TOTAL_CHANGE: mark("Change"),
    space_columns.CONTRIBUTION_RATIO: mark("Contribution as a ratio"),
    space_columns.COUPLING: mark("Coupling degree C"),
    space_columns.DEVELOPMENT: mark("Development index T"),
    space_columns.COORDINATION: mark("Coupling coordination degree D"),
    space_columns.COORDINATION_LEVEL: mark("Level of coordination"),
    space_columns.LEVEL: mark("Level of analysis"),
    space_columns.INTENSITY_PCT_YEAR: mark("Intensity, % per year"),
    space_columns.UNIFORM_PCT_YEAR: mark("Uniform intensity, % per year"),
    space_columns.BEHAVIOUR: mark("Compared with uniform change"),
    space_columns.DYNAMIC_DEGREE_PCT_YEAR: mark("Dynamic degree, % per year"),
    space_columns.STRATUM_1: mark("First stratum"),
    space_columns.STRATUM_2: mark("Second stratum"),
    space_columns.MEAN_1: mark("Mean in the first"),
    space_columns.MEAN_2: mark("Mean in the second"),
    space_columns.WELCH_T: mark("t of the difference"),
    space_columns.CLASSES_ASKED: mark("Classes"),
    space_columns.CHOSEN_CLASSES: mark("Chosen"),
    space_columns.COMPONENT_SHARE: mark("Share of the total index"),
}
SPACE_SHARES = frozenset({space_columns.COMPONENT_SHARE})

JUDGEMENT_TITLES: dict[str, str] = {
    judgement_columns.CLASS_NAME: mark("Name of the class"),
    judgement_columns.WEIGHT: mark("Weight"),
    judgement_columns.VARIANCE_JUDGEMENT: mark("Share of the variance: judgement on classes"),
    judgement_columns.VARIANCE_DENSITIES: mark("Share of the variance: densities"),
    judgement_columns.VARIANCE_AREAS: mark("Share of the variance: class areas"),
    judgement_columns.ZONE_KEPT: mark("Zone class is the same whatever one decides"),
    judgement_columns.MOVED_BY: mark("Code whose class moves the zone"),
}
JUDGEMENT_SHARES = frozenset(
    {
        judgement_columns.VARIANCE_JUDGEMENT,
        judgement_columns.VARIANCE_DENSITIES,
        judgement_columns.VARIANCE_AREAS,
    }
)
