"""Suitability networks that were saved, read again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import tr
from .network import FORMAT, Ensemble, Network


def read_network(path: str) -> Network | Ensemble:
    """A network, or several, that ``to_text`` wrote.

    Raises:
        CarbonBalanceError: no file, not such a file, or arrays of sizes that do not fit together.
    """
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise CarbonBalanceError(
            tr("The saved network {path} cannot be read: {reason}.").format(path=path, reason=error.strerror or error)
        ) from None
    except ValueError:
        content = None
    wrong = CarbonBalanceError(
        tr("{path} is not a suitability network: choose a JSON file saved by the suitability algorithm.").format(
            path=path
        )
    )
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise wrong
    parts = content.get("networks")
    found = [content] if parts is None else parts
    if not isinstance(found, list) or not found:
        raise wrong
    members = [network for network in map(_network, found) if network is not None]
    kinds = {(member.codes, member.drivers, member.knows_transitions) for member in members}
    if len(members) < len(found) or len(kinds) > 1:
        raise wrong
    return members[0] if parts is None else Ensemble(tuple(members))


def _network(content: Any) -> Network | None:
    """The network of a file's content; ``None`` where something is missing, or sizes do not fit together."""
    try:
        by_class = content["class_weights"]
        network = Network(
            codes=tuple(int(code) for code in content["classes"]),
            drivers=tuple(str(driver["name"]) for driver in content["drivers"]),
            low=np.array([driver["low"] for driver in content["drivers"]], np.float64),
            high=np.array([driver["high"] for driver in content["drivers"]], np.float64),
            hidden_weights=np.array(content["hidden_weights"], np.float64),
            hidden_bias=np.array(content["hidden_bias"], np.float64),
            weights=np.array(content["weights"], np.float64),
            bias=np.array(content["bias"], np.float64),
            class_weights=None if by_class is None else np.array(by_class, np.float64),
            stay_offset=float(content["stay_offset"]),
        )
    except (KeyError, TypeError, ValueError):
        return None
    neurons, drivers, classes = len(network.hidden_bias), len(network.drivers), len(network.codes)
    wanted = [
        (network.hidden_weights, (neurons, drivers)),
        (network.hidden_bias, (neurons,)),
        (network.weights, (classes, neurons)),
        (network.bias, (classes,)),
    ]
    if network.class_weights is not None:
        wanted.append((network.class_weights, (neurons, classes)))
    if any(part.shape != shape or not np.isfinite(part).all() for part, shape in wanted):
        return None
    return network


def check_drivers(network: Network | Ensemble, drivers: Sequence[str]) -> None:
    """Refuse another number of drivers than the network was trained with.

    Raises:
        CarbonBalanceError: naming those it knows.
    """
    if len(drivers) != len(network.drivers):
        raise CarbonBalanceError(
            tr(
                "The saved network was trained with {count} drivers ({names}), but {found} are given: give the same "
                "drivers in the same order."
            ).format(count=len(network.drivers), names=", ".join(network.drivers), found=len(drivers))
        )
