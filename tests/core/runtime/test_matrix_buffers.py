"""Runs with a limit of the address space: OpenBLAS waits for ever for a buffer that the system refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from carbon_balance.core.runtime import matrix_buffers
from carbon_balance.core.runtime.matrix_buffers import take_matrix_buffers

ROOT = Path(__file__).resolve().parents[3]
# Loads the plugin, limits the process to what it has and some more, takes the buffers, and fills what is left except
# for the matrices; then as many threads multiply at once. Prints what happened.
CHILD = """
import faulthandler, importlib.util, json, mmap, resource, sys
from concurrent.futures import ThreadPoolExecutor
import numpy as np

root, more_mib, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
places = {"submodule_search_locations": [root]}
spec = importlib.util.spec_from_file_location("carbon_balance", f"{root}/__init__.py", **places)
sys.modules["carbon_balance"] = module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
from carbon_balance.core.runtime import threads
from carbon_balance.core.runtime.matrix_buffers import take_matrix_buffers

def size_bytes():
    with open("/proc/self/statm") as text:
        return int(text.read().split()[0]) * resource.getpagesize()

faulthandler.dump_traceback_later(3, exit=True)
before = size_bytes()
resource.setrlimit(resource.RLIMIT_AS, (before + (more_mib << 20),) * 2)
threads.use_threads(0)
told = {"threads": threads.threads(), "free_mib": threads.free_addresses_bytes() >> 20}
try:
    take_matrix_buffers(count)
    told["grown_mib"] = size_bytes() - before >> 20
    held = []
    try:
        while True:
            held.append(mmap.mmap(-1, 4 << 20))
    except (OSError, MemoryError):
        del held[-24:]
    with ThreadPoolExecutor(max_workers=count) as executor:
        list(executor.map(lambda _: np.linalg.inv(np.eye(60)), range(count)))
    told["done"] = True
except MemoryError:
    told["refused"] = True
print(json.dumps(told))
"""

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits the address space as Linux does")


def child(more_mib: int, count: int) -> dict | None:
    """What the child tells; ``None`` if it hung."""
    arguments = [sys.executable, "-W", "ignore", "-c", CHILD, str(ROOT), str(more_mib), str(count)]
    ended = subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=False)
    if ended.returncode and "Timeout (0:00:03)" in ended.stderr:
        return None
    assert not ended.returncode, ended.stderr
    return json.loads(ended.stdout)


def test_matrices_are_multiplied_after_all_other_memory_is_taken():
    told = child(360, 1)
    assert told["done"]
    assert 120 <= told["grown_mib"] <= 330


def test_too_little_memory_for_a_buffer_is_refused():
    assert child(150, 1)["refused"]
    assert child(390, 2)["refused"]


def test_threads_follow_the_limit_of_the_address_space():
    assert child(527, 1)["threads"] == 1
    told = child(1100, 1)
    assert 950 <= told["free_mib"] <= 1250


def test_nothing_is_taken_without_a_limit(monkeypatch):
    monkeypatch.setattr(matrix_buffers, "_buffers_taken", 0)
    monkeypatch.setattr(matrix_buffers, "free_addresses_bytes", lambda: None)
    monkeypatch.setattr(np.linalg, "solve", lambda *_: pytest.fail("buffers were taken"))
    take_matrix_buffers(2)


@pytest.mark.parametrize(("limited", "others"), [(1 << 40, True), (None, False)])
def test_buffers_are_taken_once(monkeypatch, limited, others):
    """With a limit, or where the system would refuse more than the buffers."""
    solved = []
    monkeypatch.setattr(matrix_buffers, "_buffers_taken", 0)
    monkeypatch.setattr(matrix_buffers, "free_addresses_bytes", lambda: limited)
    monkeypatch.setattr(matrix_buffers, "_can_have", lambda size: others or size <= (3 * 200 + 64) << 20)
    monkeypatch.setattr(np.linalg, "solve", lambda *_: solved.append(1))
    for count, sum_of_all in ((2, 2), (2, 2), (1, 2), (3, 5)):
        take_matrix_buffers(count)
        assert len(solved) == sum_of_all
