"""The names of the columns of centres, hot spots, group inequality and change; see :mod:`core.tables.columns`."""

from __future__ import annotations

X_M = "x_m"
Y_M = "y_m"
LONGITUDE = "longitude_deg"
LATITUDE = "latitude_deg"
PLACES = "places"
SEMI_MAJOR_KM = "semi_major_km"
SEMI_MINOR_KM = "semi_minor_km"
AZIMUTH_DEG = "azimuth_deg"
CONVENTION = "convention"
FROM_CENTRE = "from_centre"
TO_CENTRE = "to_centre"
EAST_KM = "east_km"
NORTH_KM = "north_km"
COMPASS = "compass"
SPEED_KM_YEAR = "speed_km_year"

# Hot and cold spots with the zone itself (Gi*) and without it (Gi): z, p and class.
GI_STAR_Z = "gi_star_z"
GI_STAR_P = "gi_star_p"
GI_STAR_CLASS = "gi_star_class"
GI_Z = "gi_z"
GI_P = "gi_p"
GI_CLASS = "gi_class"
GI_STAR = (GI_STAR_Z, GI_STAR_P, GI_STAR_CLASS)
GI = (GI_Z, GI_P, GI_CLASS)

# Inequality between and within groups.
AMOUNT_OF = "amount_of"
INEQUALITY_INDEX = "inequality_index"
COMPONENT = "component"
GROUP = "zone_group"
COMPONENT_SHARE = "component_share"

# Change of emission and its drivers.
ELASTICITY = "decoupling_elasticity"
DECOUPLING_STATE = "decoupling_state"
CONTRIBUTION = "contribution"
TOTAL_CHANGE = "total_change"
CONTRIBUTION_RATIO = "contribution_ratio"
COUPLING = "coupling_c"
DEVELOPMENT = "development_t"
COORDINATION = "coordination_d"
COORDINATION_LEVEL = "coordination_level"

# Intensity of land-use change.
LEVEL = "level"
INTENSITY_PCT_YEAR = "intensity_pct_year"
UNIFORM_PCT_YEAR = "uniform_pct_year"
BEHAVIOUR = "behaviour"
DYNAMIC_DEGREE_PCT_YEAR = "dynamic_degree_pct_year"
CARBON_CHANGE_T_YEAR = "carbon_change_t_year"

# Prediction at other places.
PREDICTED_SE = "predicted_se"

# Detectors.
STRATUM_1 = "stratum_1"
STRATUM_2 = "stratum_2"
MEAN_1 = "mean_1"
MEAN_2 = "mean_2"
WELCH_T = "welch_t"
CLASSES_ASKED = "classes"
CHOSEN_CLASSES = "chosen"
