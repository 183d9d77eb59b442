"""Patches (connected components) of cells with equal values, found with array operations only."""

from __future__ import annotations

import numpy as np


def joined_nodes(first: np.ndarray, second: np.ndarray, count: int) -> np.ndarray:
    """The connected components of a graph.

    Roots are attached to smaller roots and paths are shortened by pointer jumping (Shiloach and Vishkin 1982).

    Args:
        first, second: ends of each edge (edges,).
        count: number of nodes.

    Returns:
        Index of each node's component, numbered from 0 in the order of first nodes, int64 (nodes,).
    """
    parent = np.arange(count)
    while len(first):
        first, second = parent[first], parent[second]
        apart = first != second
        first, second = first[apart], second[apart]
        parent[np.maximum(first, second)] = np.minimum(first, second)
        while True:
            shorter = parent[parent]
            if np.array_equal(shorter, parent):
                break
            parent = shorter
    return np.unique(parent, return_inverse=True)[1]


def components(values: np.ndarray, ignore: int) -> tuple[np.ndarray, int]:
    """The patches of cells with equal values that touch at sides or corners.

    Args:
        values: integers (rows, columns).
        ignore: value of cells that do not belong to a patch.

    Returns:
        Index of each cell's patch, -1 for ignored cells, int64 (rows, columns), and the number of patches.
    """
    height, width = values.shape
    if not values.size:
        return np.zeros(values.shape, np.int64), 0
    begins = np.ones(values.shape, bool)
    begins[:, 1:] = values[:, 1:] != values[:, :-1]
    runs = (np.cumsum(begins.ravel()) - 1).reshape(height, width)
    edges = []
    for shift in (-1, 0, 1):
        upper = slice(max(0, -shift), width - max(0, shift))
        lower = slice(max(0, shift), width - max(0, -shift))
        above, below = values[:-1, upper], values[1:, lower]
        touch = (above == below) & (above != ignore)
        # One pair of cells is enough to join two runs that touch.
        some = begins[:-1, upper] | begins[1:, lower]
        some[:, :1] = True
        some[:, 1:] |= ~touch[:, :-1]
        touch &= some
        edges.append((runs[:-1, upper][touch], runs[1:, lower][touch]))
    first, second = (np.concatenate(column) for column in zip(*edges))
    of_run = joined_nodes(first, second, int(runs[-1, -1]) + 1)
    of_value = values.ravel()[begins.ravel()] != ignore
    kept = np.unique(of_run[of_value])
    number = np.full(of_run.max() + 1, -1)
    number[kept] = np.arange(len(kept))
    return number[of_run][runs], len(kept)


def patch_sizes(values: np.ndarray, ignore: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The patches of :func:`components` with their values and sizes.

    Returns:
        Patch index of each cell (rows, columns), value of each patch (patches,), its number of cells (patches,).
    """
    numbers, count = components(values, ignore)
    inside = numbers >= 0
    cells = np.bincount(numbers[inside], minlength=count)
    value = np.zeros(count, values.dtype)
    value[numbers[inside]] = values[inside]
    return numbers, value, cells
