"""Calibrated settings as a JSON file for suitability and simulation."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ...options.scenarios import (
    ALLOCATIONS,
    CLASS_DRIVER_KINDS,
    DEFAULT_NOISE,
    DEFAULT_PASSES,
    DEFAULT_PATCH_SHARE,
    DEFAULT_STRENGTH,
    IN_PATCHES,
    NO_CLASS_DRIVERS,
    RANKED,
    ROULETTE,
)
from ...raster.source import RasterSource
from ...runtime.errors import CarbonBalanceError, listed
from ...runtime.i18n import tr
from ...tables import columns
from ..automaton.rules import PatchSizes, Rules
from ..landscape.landscape import LARGEST_WINDOW

SETTINGS_FORMAT = "carbon balance land-use settings"
SETTINGS_VERSION = 1
# Files of a calibration are smaller, even with hundreds of kinds of patches.
MOST_SETTINGS_BYTES = 10_000_000
LARGEST_WHOLE = 2**53
SETTINGS_TAG = "CARBONBALANCE_SETTINGS"  # Metadata item of a simulated land cover.


@dataclass(frozen=True)
class LandUseSettings:
    """Settings for learning and allocation.

    Attributes:
        class_drivers: drivers from the land cover itself, see :mod:`..suitability.class_drivers`.
        allocation, window, noise, strength, passes, patch_share: see :class:`..automaton.rules.Rules`.
        weights: neighbourhood weight by class code; classes that are not named have 1.
        patches: sizes of patches by class codes before and after, for a ranked allocation; none for one by cells.
    """

    class_drivers: str = NO_CLASS_DRIVERS
    allocation: str = ROULETTE
    window: int = 3
    noise: float = DEFAULT_NOISE
    strength: float = DEFAULT_STRENGTH
    passes: int = DEFAULT_PASSES
    weights: Mapping[int, float] = field(default_factory=dict)
    patches: Mapping[tuple[int, int], PatchSizes] = field(default_factory=dict)
    patch_share: float = DEFAULT_PATCH_SHARE

    def to_text(self, found: Mapping[str, object] | None = None) -> str:
        """The settings as readable JSON; ``found`` is additional information on their performance."""
        own = asdict(self)
        own["weights"] = {str(code): weight for code, weight in self.weights.items()}
        own["patches"] = [
            {columns.FROM_CODE: here, columns.TO_CODE: there, **asdict(sizes)}
            for (here, there), sizes in self.patches.items()
        ]
        content = {"format": SETTINGS_FORMAT, "version": SETTINGS_VERSION, **own}
        if found:
            content["found"] = dict(found)
        return json.dumps(content, indent=1, ensure_ascii=False)

    def patches_of(self, codes: Sequence[int]) -> dict[tuple[int, int], PatchSizes]:
        """Patch sizes by class indices, for kinds whose classes are both among ``codes``."""
        place = {int(code): number for number, code in enumerate(codes)}
        return {
            (place[here], place[there]): sizes
            for (here, there), sizes in self.patches.items()
            if here in place and there in place
        }

    def allocation_text(self) -> str:
        """The allocation settings as text, in the terms of the parameters."""
        parts = [f"{self.allocation}, {IN_PATCHES}" if self.patches else self.allocation]
        parts.append(tr("{side} x {side} cells").format(side=self.window))
        if self.allocation == RANKED:
            parts.append(
                tr("strength {strength:g}, noise {noise:g}, passes {passes}").format(
                    strength=self.strength, noise=self.noise, passes=self.passes
                )
            )
        if self.weights:
            parts.append(tr("weights {weights}").format(weights=self.weights_text()))
        return "; ".join(parts)

    def weights_text(self, codes: Iterable[int] | None = None) -> str:
        """The weights (optionally only for ``codes``) as ``code:weight`` pairs."""
        own = self.weights if codes is None else [int(code) for code in codes if int(code) in self.weights]
        return ", ".join(f"{code}:{self.weights[code]:g}" for code in own)


def _is_number(value: object, least: float, most: float) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and least <= value <= most


def read_settings(path: str) -> LandUseSettings:
    """Read settings written by :meth:`LandUseSettings.to_text`.

    Raises:
        CarbonBalanceError: the file is missing or invalid.
    """
    try:
        file = Path(path)
        # Reading a device or a pipe might never end.
        whole = not file.exists() or file.is_dir() or (file.is_file() and file.stat().st_size <= MOST_SETTINGS_BYTES)
        text = file.read_text(encoding="utf-8-sig") if whole else ""
    except OSError as error:
        raise CarbonBalanceError(
            tr("The settings {path} cannot be read: {reason}.").format(path=path, reason=error.strerror or error)
        ) from None
    except ValueError:
        text = ""
    return parsed_settings(text, path)


def parsed_settings(text: str, path: str) -> LandUseSettings:
    """Parse the JSON of :meth:`LandUseSettings.to_text`; ``path`` is used in messages.

    Raises:
        CarbonBalanceError: the text is invalid.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict) or content.get("format") != SETTINGS_FORMAT:
        raise CarbonBalanceError(
            tr("{path} does not contain land-use settings: choose a JSON file written by the calibration.").format(
                path=path
            )
        )
    weights = content.get("weights", {})
    checks = {
        "version": content.get("version") == SETTINGS_VERSION,
        "class_drivers": content.get("class_drivers") in CLASS_DRIVER_KINDS,
        "allocation": content.get("allocation") in ALLOCATIONS,
        "window": _is_number(content.get("window"), 3, LARGEST_WINDOW) and content["window"] % 2 == 1,
        "noise": _is_number(content.get("noise"), 0, 10),
        "strength": _is_number(content.get("strength"), 0, 10),
        "passes": _is_number(content.get("passes"), 1, 100) and content["passes"] == int(content["passes"]),
        # Files of earlier versions do not have it.
        "patch_share": _is_number(content.get("patch_share", DEFAULT_PATCH_SHARE), 0, 1),
        "weights": isinstance(weights, dict)
        and all(_is_code(code) and _is_number(value, 0, sys.float_info.max) for code, value in weights.items())
        and len({int(code) for code in weights}) == len(weights),
    }
    patches = _patches(content.get("patches", []))
    checks["patches"] = patches is not None
    wrong = [name for name, is_right in checks.items() if not is_right]
    if wrong:
        raise CarbonBalanceError(
            tr("{path}: {names} cannot be read: repeat the calibration to write the settings again.").format(
                path=path, names=listed(wrong)
            )
        )
    return LandUseSettings(
        class_drivers=content["class_drivers"],
        allocation=content["allocation"],
        window=int(content["window"]),
        noise=float(content["noise"]),
        strength=float(content["strength"]),
        passes=int(content["passes"]),
        weights={int(code): float(weight) for code, weight in weights.items()},
        patches=patches or {},
        patch_share=float(content.get("patch_share", DEFAULT_PATCH_SHARE)),
    )


def settings_of_rules(rules: Rules, window: int, codes: Iterable[int]) -> LandUseSettings:
    """The allocation settings of a simulation with these rules, without drivers.

    Args:
        rules: rules of the simulation.
        window: side of the neighbourhood.
        codes: class codes (classes,).
    """
    own = [int(code) for code in codes]
    return LandUseSettings(
        allocation=rules.allocation,
        window=window,
        noise=rules.noise,
        strength=rules.strength,
        passes=rules.passes,
        weights={code: float(weight) for code, weight in zip(own, rules.weights) if weight != 1},
        patches={(own[here], own[there]): sizes for (here, there), sizes in rules.patches.items()},
        patch_share=rules.patch_share,
    )


def settings_of_map(simulated: RasterSource) -> LandUseSettings | None:
    """The allocation settings of a simulated land cover; ``None`` if not stored, such as by another program."""
    dataset = simulated.dataset()
    text = dataset.GetRasterBand(simulated.band).GetMetadataItem(SETTINGS_TAG)
    del dataset
    simulated.close()
    try:
        return parsed_settings(text, simulated.name) if text else None
    except CarbonBalanceError:
        return None


def _patches(content: Any) -> dict[tuple[int, int], PatchSizes] | None:
    """The patch sizes in a file; ``None`` if they are missing or invalid."""
    found = {}
    try:
        for item in content:
            beside, apart = (
                tuple((_whole(size), _whole(count)) for size, count in item[part]) for part in ("beside", "apart")
            )
            share = float(item["share_apart"])
            if not 0 <= share <= 1 or any(number < 1 for part in (beside, apart) for pair in part for number in pair):
                return None
            kind = _whole(item[columns.FROM_CODE]), _whole(item[columns.TO_CODE])
            if kind in found:
                return None
            found[kind] = PatchSizes(beside, apart, share)
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    return found


def _whole(value: Any) -> int:
    """An integer that fits into an array; raises the errors of ``int``, and ValueError."""
    number = int(value)
    if number != value or abs(number) > LARGEST_WHOLE:
        raise ValueError(value)
    return number


def _is_code(text: str) -> bool:
    try:
        return abs(int(text)) <= LARGEST_WHOLE
    except ValueError:
        return False
