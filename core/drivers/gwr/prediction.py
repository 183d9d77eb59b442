"""Predictions of fitted models at places where the dependent is not known."""

from __future__ import annotations

import numpy as np

from ...runtime.errors import CarbonBalanceError, listed
from ...runtime.i18n import tr
from ...runtime.log import Log
from ...statistics.complete_cases import complete_rows, to_all_rows
from ...tables import columns
from ...tables.names import space_columns
from ...tables.table import Table
from .models import Models


def check_predictable(settings_multiscale: bool) -> None:
    """Refuse predictions of multiscale models.

    Raises:
        CarbonBalanceError: the regression is multiscale.
    """
    if settings_multiscale:
        raise CarbonBalanceError(
            tr(
                "A multiscale regression cannot predict at other places: leave the places empty, or switch the "
                "multiscale regression off."
            )
        )


def predict_at(models: Models, table: Table, coordinates: np.ndarray, log: Log) -> dict[str, np.ndarray]:
    """Columns of the predictions of all models: predicted, its standard error, and the local coefficients.

    Args:
        models: fitted, none multiscale.
        table: the places, with the explanatory fields.
        coordinates: of each, as those of the observations were (rows, 2); NaN without geometry.
        log: is told of rows left out, of extrapolation and of places without a solution.

    Returns:
        predictions in the units of the dependent, coefficients as in the models (rows,); NaN where there is none.

    Raises:
        CarbonBalanceError: no row has all explanatory fields, or two columns of one name.
    """
    names = list(dict.fromkeys(name for each in models.analyses for name in each.terms[1:]))
    numbers, kept = complete_rows(table, names, log, np.isfinite(coordinates).all(axis=1))
    several = len(models.analyses) > 1
    found: dict[str, np.ndarray] = {}
    pairs = []
    for each in models.analyses:
        fields = each.terms[1:]
        x = numbers[kept][:, [names.index(name) for name in fields]]
        regression, scale = each.regression, each.scale
        x = (x - scale.x_means) / scale.x_deviations
        _warn_beyond(regression.sample.x, x, fields, log)
        there = regression.elsewhere(regression.sample.places.others(coordinates[kept]), x, each.bandwidth, log)
        unsolved = int(np.isnan(there.predicted).sum())
        if unsolved:
            log.warn(
                tr(
                    "{dependent}: {count} of {all} places get no prediction, because within the bandwidth there are "
                    "too few features, or a field is constant or collinear: give a larger bandwidth."
                ).format(dependent=each.dependent, count=unsolved, all=len(x))
            )
        end = f"_{each.label}" if several else ""
        error = np.sqrt(there.variance_factor * each.figures.sigma2) * scale.y_deviation
        pairs += [(columns.GWR_PREDICTED + end, scale.y_mean + scale.y_deviation * there.predicted)]
        pairs += [(space_columns.PREDICTED_SE + end, error)]
        pairs += [
            (columns.GWR_COEFFICIENT + name, there.coefficients[:, at])
            for at, name in enumerate(each.names_of_terms(several))
        ]
    columns.unlike(name for name, _ in pairs)
    for name, values in pairs:
        found[name] = to_all_rows(values, kept)
    return found


def _warn_beyond(observed: np.ndarray, x: np.ndarray, names: list[str], log: Log) -> None:
    """Warn of explanatory values that the observations do not reach."""
    beyond = (x < observed.min(axis=0)) | (x > observed.max(axis=0))
    if beyond.any():
        log.warn(
            tr(
                "{count} of {all} places have values of {fields} beyond those of the features that the model was "
                "fitted to: predictions there are extrapolations."
            ).format(
                count=int(beyond.any(axis=1).sum()),
                all=len(x),
                fields=listed([name for name, some in zip(names, beyond.any(axis=0)) if some]),
            )
        )
