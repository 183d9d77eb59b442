"""Reading and validation of saved networks, which may come from untrusted sources."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import tr
from ..class_maps import MOST_LAND_CLASSES
from .network import FORMAT, SEVERAL, SINGLE, STORED_SEVERAL, STORED_SINGLE, Ensemble, Network, _layers

# Limits above any realistic network, but within memory.
MOST_SAVED_DRIVERS, MOST_NEURONS, MOST_NETWORKS = 1_000, 10_000, 1_000
MOST_BYTES = 200_000_000
# Integers that floats represent exactly; codes and weights within the range of single precision.
MOST_CODE, MOST_NUMBER = 2**53, 1e15


class _NoNetwork(Exception):
    """The file is not a network; the message states the reason."""


def read_network(path: str) -> Network | Ensemble:
    """Read one or several networks written by ``to_text``.

    Raises:
        CarbonBalanceError: the file is missing or invalid.
    """
    try:
        return _content_of(Path(path))
    except OSError as error:
        raise CarbonBalanceError(
            tr("The saved network {path} cannot be read: {reason}.").format(path=path, reason=error.strerror or error)
        ) from None
    except _NoNetwork as wrong:
        what = f" ({wrong})" if str(wrong) else ""
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError):
        what = ""
    raise CarbonBalanceError(
        tr("{path} is not a suitability network{what}: choose a JSON file saved by the suitability algorithm.").format(
            path=path, what=what
        )
    )


def _content_of(path: Path) -> Network | Ensemble:
    if not path.is_file() and path.exists() and not path.is_dir():
        raise _NoNetwork
    if path.is_file() and path.stat().st_size > MOST_BYTES:
        raise _NoNetwork(tr("it is too large"))
    content = json.loads(path.read_text(encoding="utf-8-sig"), parse_constant=_refuse)
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise _NoNetwork
    version = content["version"]
    of_stored = version in (STORED_SINGLE, STORED_SEVERAL)
    if version in (STORED_SINGLE, SINGLE) and "networks" not in content:
        return _network(content, of_stored)
    if version not in (STORED_SEVERAL, SEVERAL) or not isinstance(content["networks"], list):
        raise _NoNetwork(tr("version {version} is not known").format(version=str(version)[:20]))
    members = content["networks"]
    if not 1 <= len(members) <= MOST_NETWORKS:
        raise _NoNetwork(tr("it holds {count} networks").format(count=len(members)))
    networks = tuple(_network(member, of_stored) for member in members)
    if len({(each.codes, each.drivers, each.knows_transitions) for each in networks}) > 1:
        raise _NoNetwork(tr("its networks have different classes or drivers"))
    return Ensemble(networks)


def _refuse(name: str) -> float:
    raise _NoNetwork(tr("it holds {value}").format(value=name))


def _network(content: Any, of_stored: bool) -> Network:
    """The network of a file's content, trained on stored numbers of bands or on values.

    Raises:
        _NoNetwork, ValueError, TypeError, KeyError, OverflowError: a value is missing, not a number or too large, or
            sizes are inconsistent.
    """
    classes, drivers = content["classes"], content["drivers"]
    if not (isinstance(classes, list) and 1 <= len(classes) <= MOST_LAND_CLASSES):
        raise _NoNetwork(tr("1 to {most} classes are needed").format(most=MOST_LAND_CLASSES))
    if not (isinstance(drivers, list) and 1 <= len(drivers) <= MOST_SAVED_DRIVERS):
        raise _NoNetwork(tr("1 to {most} drivers are needed").format(most=MOST_SAVED_DRIVERS))
    codes = tuple(_code(each) for each in classes)
    if len(set(codes)) < len(codes):
        raise _NoNetwork(tr("a class is duplicated"))
    if list(codes) != sorted(codes):
        raise _NoNetwork(tr("its classes are not ascending"))
    low, high = (_numbers([driver[end] for driver in drivers], (len(drivers),)) for end in ("low", "high"))
    if (low > high).any():
        raise _NoNetwork(tr("the range of a driver is inverted"))
    neurons = len(content["hidden_bias"])
    if not 1 <= neurons <= MOST_NEURONS:
        raise _NoNetwork(tr("1 to {most} neurons are needed").format(most=MOST_NEURONS))
    own = content["class_weights"]
    network = Network(
        codes=codes,
        drivers=tuple(str(driver["name"]) for driver in drivers),
        low=low,
        high=high,
        hidden_weights=_numbers(content["hidden_weights"], (neurons, len(drivers))),
        hidden_bias=_numbers(content["hidden_bias"], (neurons,)),
        weights=_numbers(content["weights"], (len(codes), neurons)),
        bias=_numbers(content["bias"], (len(codes),)),
        class_weights=None if own is None else _numbers(own, (neurons, len(codes))),
        stay_offset=float(_numbers(content["stay_offset"], ())),
        of_stored=of_stored,
    )
    with np.errstate(over="ignore", invalid="ignore"):
        layers = [part for scaled in (False, True) for part in _layers(network, scaled)]
    if not all(np.isfinite(part).all() for part in layers):
        raise _NoNetwork(tr("a driver has almost no range"))
    return network


def _code(value: object) -> int:
    """Parse a class code, a whole number in any notation."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= MOST_CODE:
        raise _NoNetwork(tr("a class is not a whole number"))
    if value != int(value):
        raise _NoNetwork(tr("a class is not a whole number"))
    return int(value)


def _numbers(values: object, shape: tuple[int, ...]) -> np.ndarray:
    """Numbers of ordinary size in an array of ``shape``."""
    array = np.array(values, float)
    if array.shape != shape:
        raise _NoNetwork(tr("sizes are inconsistent"))
    if not (np.abs(array) <= MOST_NUMBER).all():
        raise _NoNetwork(tr("a number is too large or missing"))
    return array


def check_drivers(network: Network | Ensemble, drivers: Sequence[str]) -> None:
    """Refuse a number of drivers that differs from that of the network.

    Raises:
        CarbonBalanceError: the numbers differ; the message lists the drivers of the network.
    """
    if len(drivers) != len(network.drivers):
        raise CarbonBalanceError(
            tr(
                "The saved network was trained with {count} drivers ({names}), but {found} are given: give the same "
                "drivers in the same order."
            ).format(count=len(network.drivers), names=tr(", ").join(network.drivers), found=len(drivers))
        )
