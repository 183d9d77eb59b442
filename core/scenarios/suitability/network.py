"""The suitability network, which maps drivers to a probability for each land-cover class.

One hidden layer of sigmoid neurons and a softmax, as in FLUS (Liu et al. 2017). Drivers are scaled to 0..1 by their
range in training, and the scaling is stored with the weights. Arrays are (features, cells), because drivers and
probabilities are raster bands.

A network trained on transitions has the present class as additional inputs, one per class, and predicts the class one
interval later.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...runtime.errors import present
from .matrix_product import product

FORMAT = "carbon balance suitability network"
# Versions of the file: a single network, or an ensemble. Older files refer to the stored numbers of the bands
# of drivers, which differ from their values where a band states a scale or an offset.
STORED_SINGLE, STORED_SEVERAL, SINGLE, SEVERAL = 1, 2, 3, 4
NETWORK_CELLS_AT_ONCE = 1 << 12
MOST_EXPONENT = 80
NOTHING = 2e-35  # Slightly above exp(-80).


def sigmoid_of_negative(values: np.ndarray, out: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(x)), the sigmoid of -x."""
    # Beyond 80 it is 0 or 1 within rounding; exp would overflow float32 at 89 and is four times slower for such values.
    np.minimum(values, MOST_EXPONENT, out=out)
    np.maximum(out, -MOST_EXPONENT, out=out)
    np.exp(out, out=out)
    out += 1
    return np.reciprocal(out, out=out)


def softmax(values: np.ndarray) -> np.ndarray:
    """Probabilities from scores (classes, cells), in place; columns sum to 1, negligible values become 0."""
    values -= values.max(axis=0)
    np.maximum(values, -MOST_EXPONENT, out=values)
    np.exp(values, out=values)
    values -= NOTHING
    np.maximum(values, 0, out=values)
    values /= values.sum(axis=0)
    return values


@dataclass(frozen=True)
class Network:
    """A trained network.

    Attributes:
        codes: land-cover code of each output.
        drivers: names of the inputs.
        low, high: range of each driver in training (drivers,); a constant driver has ``low == high`` and is not used.
        hidden_weights, hidden_bias: (neurons, drivers), (neurons,), for drivers scaled to 0..1.
        weights, bias: (classes, neurons), (classes,).
        class_weights: weights of the present class (neurons, classes); ``None`` if trained on one date.
        stay_offset: added to the score of the present class, because changed cells are sampled more often.
        of_stored: whether it was trained on the stored numbers of bands, without their scale and offset.
    """

    codes: tuple[int, ...]
    drivers: tuple[str, ...]
    low: np.ndarray
    high: np.ndarray
    hidden_weights: np.ndarray
    hidden_bias: np.ndarray
    weights: np.ndarray
    bias: np.ndarray
    class_weights: np.ndarray | None = None
    stay_offset: float = 0.0
    of_stored: bool = False

    @property
    def knows_transitions(self) -> bool:
        """Whether it was trained on transitions and therefore needs the present class."""
        return self.class_weights is not None

    def scaled(self, values: np.ndarray) -> np.ndarray:
        """Drivers (drivers, cells) scaled to 0..1 of the training range, float32; values outside it are outside
        0..1."""
        return scale(values, self.low, self.high)

    def predict(self, values: np.ndarray, now: np.ndarray | None = None) -> np.ndarray:
        """Probability of each class, float32 (classes, cells); NaN if any driver is NaN.

        Args:
            values: drivers in their own units, (drivers, cells).
            now: present class index of each cell (cells,), if the network was trained on transitions.
        """
        return _predicted((self,), values, now)

    def content(self) -> dict[str, object]:
        """The content of its file."""
        return {
            "classes": list(self.codes),
            "drivers": [
                {"name": name, "low": float(low), "high": float(high)}
                for name, low, high in zip(self.drivers, self.low, self.high)
            ],
            "hidden_weights": self.hidden_weights.tolist(),
            "hidden_bias": self.hidden_bias.tolist(),
            "weights": self.weights.tolist(),
            "bias": self.bias.tolist(),
            "class_weights": None if self.class_weights is None else self.class_weights.tolist(),
            "stay_offset": self.stay_offset,
        }

    def to_text(self) -> str:
        """The network as readable JSON."""
        return _text({"version": STORED_SINGLE if self.of_stored else SINGLE, **self.content()})


@dataclass(frozen=True)
class Ensemble:
    """Several networks of the same classes and drivers, whose probabilities are averaged."""

    members: tuple[Network, ...]

    @property
    def codes(self) -> tuple[int, ...]:
        """Land-cover code of each output."""
        return self.members[0].codes

    @property
    def drivers(self) -> tuple[str, ...]:
        """Names of the inputs."""
        return self.members[0].drivers

    @property
    def low(self) -> np.ndarray:
        """The smallest value of each driver in training (drivers,), the same for all networks."""
        return np.min([member.low for member in self.members], axis=0)

    @property
    def high(self) -> np.ndarray:
        """The largest value of each driver in training (drivers,)."""
        return np.max([member.high for member in self.members], axis=0)

    @property
    def knows_transitions(self) -> bool:
        """Whether the networks were trained on transitions and therefore need the present class."""
        return self.members[0].knows_transitions

    @property
    def of_stored(self) -> bool:
        """Whether the networks were trained on the stored numbers of bands."""
        return self.members[0].of_stored

    def predict(self, values: np.ndarray, now: np.ndarray | None = None) -> np.ndarray:
        """Mean probability of each class, see :meth:`Network.predict`."""
        return _predicted(self.members, values, now)

    def to_text(self) -> str:
        """The networks as readable JSON."""
        version = STORED_SEVERAL if self.of_stored else SEVERAL
        return _text({"version": version, "networks": [member.content() for member in self.members]})


def _layers(network: Network, scaled: bool) -> tuple[np.ndarray, np.ndarray]:
    """Weights of both layers, with biases and class terms as weights of indicator inputs.

    Those of the first layer are negated, because a sigmoid needs exp(-x), and refer to unscaled drivers unless
    ``scaled``.
    """
    first, bias = network.hidden_weights, network.hidden_bias
    if not scaled:
        first = first * _factor(network.low, network.high)
        bias = bias - first @ network.low
    one_each: np.ndarray = np.zeros((1, 1))
    stay: np.ndarray = np.zeros((1, 1))
    if network.class_weights is not None:
        one_each, stay = network.class_weights, network.stay_offset * np.eye(len(network.codes))
    first = np.hstack([first, bias[:, None] + one_each])
    second = np.hstack([network.weights, network.bias[:, None] + stay])
    return (-first).astype(np.float32), second.astype(np.float32)


def _predicted(members: Sequence[Network], values: np.ndarray, now: np.ndarray | None) -> np.ndarray:
    """Mean probability of each class, see :meth:`Network.predict`."""
    scaled = not all(_is_single(values, each.low, each.high) for each in members)
    layers = [_layers(each, scaled) for each in members]
    drivers, kinds = len(values), len(members[0].codes) if members[0].knows_transitions else 1
    result = np.empty((len(members[0].codes), values.shape[1]), np.float32)
    for start in range(0, values.shape[1], NETWORK_CELLS_AT_ONCE):
        cells = slice(start, start + NETWORK_CELLS_AT_ONCE)
        own = np.arange(kinds)[:, None] == present(now)[cells] if members[0].knows_transitions else 1
        inputs = np.empty((drivers + kinds, result[:, cells].shape[1]), np.float32)
        inputs[:drivers], inputs[drivers:] = values[:, cells], own
        gaps = np.isnan(inputs).any(axis=0)
        for number, (each, (first, second)) in enumerate(zip(members, layers)):
            if scaled:
                inputs[:drivers] = each.scaled(values[:, cells])
            active = np.empty((len(first) + kinds, inputs.shape[1]), np.float32)
            sigmoid_of_negative(product(first, inputs), out=active[: len(first)])
            active[len(first) :] = own
            scores = softmax(product(second, active))
            if number:
                result[:, cells] += scores
            else:
                result[:, cells] = scores
        result[:, cells][:, gaps] = np.nan
    if len(members) > 1:
        result /= len(members)
    return result


def _text(content: dict[str, object]) -> str:
    return json.dumps({"format": FORMAT, **content}, indent=1, ensure_ascii=False)


def _factor(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    span = high - low
    return np.divide(1, span, out=np.zeros(len(span)), where=span > 0)


def _is_single(values: np.ndarray, low: np.ndarray, high: np.ndarray) -> bool:
    """Whether the values are of single precision and this is sufficient, because no offset is much larger than its
    range."""
    return bool(values.dtype == np.float32 and ((np.abs(low) <= 1e4 * (high - low)) | (low == high)).all())


def scale(values: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """``(values - low) / (high - low)`` by row as float32, 0 for a constant row."""
    factor = _factor(low, high)
    if _is_single(values, low, high):
        return values * factor.astype(np.float32)[:, None] - (low * factor).astype(np.float32)[:, None]
    return ((values - low[:, None]) * factor[:, None]).astype(np.float32)
