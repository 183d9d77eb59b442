"""Where the blocks of a run are worked on: threads of this process, or the workers of a Dask cluster.

The address of the scheduler decides, and nothing else; retries, balance of load and the dashboard are
Dask's. Workers need Dask, NumPy and GDAL in the versions of the driver; the plugin's ``core`` is sent to them.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import threading
import time
import uuid
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from .errors import CarbonBalanceError, reason_of
from .i18n import FOLDER, tr

SCHEDULER_VARIABLE = "CARBONBALANCE_SCHEDULER"
CONNECT_S = 10
FIRST_WORKER_S = 60
# Nannies start a worker that died anew within seconds.
LOST_S = 60
_ASK_EVERY_S, _ANSWER_S = 5, 2
# Beside what Dask does of its own for tasks whose worker died: a shared disk may fail once.
RETRIES = 2
_AHEAD_A_THREAD = 3
_FEWEST_AHEAD, _MOST_SENT = 8, 16
# A module that only workers have: which version of the plugin they were sent.
_SENT = "core.sent"


class Cluster:
    """A connection to a scheduler, for one run.

    Args:
        address: such as ``tcp://10.0.0.1:8786``.

    Raises:
        CarbonBalanceError: Dask is not installed, the scheduler does not answer, or it has no worker that works.
    """

    def __init__(self, address: str) -> None:
        self.id = uuid.uuid4().hex
        self.address = address
        try:
            import cloudpickle
            import distributed
        except ImportError:
            raise CarbonBalanceError(
                tr(
                    "The scheduler {address} needs the package dask[distributed], which is not installed in the Python "
                    "of QGIS: install it, or leave the address empty to run on this machine only."
                ).format(address=address)
            ) from None
        self._dumps, self._loads = cloudpickle.dumps, cloudpickle.loads
        self._killed = distributed.KilledWorker
        try:
            self._client = distributed.Client(address, timeout=CONNECT_S, set_as_default=False)
        except (OSError, ValueError) as error:
            raise CarbonBalanceError(
                tr(
                    "The scheduler {address} cannot be reached ({reason}): check that it is running and that the "
                    "address is correct, such as tcp://10.0.0.1:8786."
                ).format(address=address, reason=reason_of(error))
            ) from None
        try:
            self._equip(address)
        except BaseException:
            self.close()
            raise
        self._there = self._asked = time.monotonic()
        self._is_lost = False
        self._sent: dict[int, tuple[Callable, object]] = {}
        self._lock = threading.Lock()
        self._executor = self._client.get_executor(retries=RETRIES)
        # One for each worker there was when one was first asked for.
        self._near: list[Executor] | None = None

    def _equip(self, address: str) -> None:
        """Send the plugin's core to the workers that lack it, and see that one of them can read rasters."""
        package = __name__.partition(".")[0]

        # Defined here so that they are pickled by value: workers cannot import this module yet.
        def held(name: str = f"{package}.{_SENT}") -> str | None:
            import importlib

            try:
                return importlib.import_module(name).KEY
            except ImportError:
                return None

        def forget(name: str = package) -> None:
            import sys

            for module in [module for module in sys.modules if module.partition(".")[0] == name]:
                del sys.modules[module]

        with tempfile.TemporaryDirectory() as folder:
            path, key = _packed(package, Path(folder))
            found = self._client.run(held, on_error="ignore")
            if not found or set(found.values()) != {key}:
                self._client.run(forget, on_error="ignore")
                self._client.upload_file(str(path))
        try:
            self._client.submit(_try_out, pure=False).result(timeout=FIRST_WORKER_S)
        except Exception as error:
            # Whatever a worker lacks comes up here, once and before anything is written.
            raise CarbonBalanceError(
                tr("The scheduler {address} has no worker that can read rasters ({reason}).").format(
                    address=address, reason=reason_of(error)
                )
            ) from None

    def check(self) -> None:
        """Ask while waiting whether work can still come back.

        Raises:
            CarbonBalanceError: the scheduler, or every worker, has been away for longer than either may.
        """
        now = time.monotonic()
        if now < self._asked + _ASK_EVERY_S:
            return
        self._asked = now
        status, workers = self._client.status, {}
        if status == "running":
            # A machine that hangs keeps its connections: only an answer shows that it is alive.
            with contextlib.suppress(Exception):
                workers = self._client.sync(self._client.scheduler.identity, callback_timeout=_ANSWER_S)["workers"]
                status = "idle"
        if workers:
            self._there = now
        elif status == "closed" or now > self._there + LOST_S:
            raise self._lost(has_workers=status != "idle")

    def _lost(self, has_workers: bool = True) -> CarbonBalanceError:
        self._is_lost = True
        if not has_workers:
            return CarbonBalanceError(
                tr(
                    "The scheduler {address} has had no worker for {seconds} seconds: start workers and run again; "
                    "nothing was written."
                ).format(address=self.address, seconds=LOST_S)
            )
        return CarbonBalanceError(
            tr(
                "The connection to the scheduler {address} was lost during the run: check that it is still running and "
                "run again; nothing was written."
            ).format(address=self.address)
        )

    @property
    def ahead(self) -> int:
        """How many tasks to have under way, so that no worker waits for the driver."""
        return max(_FEWEST_AHEAD, _AHEAD_A_THREAD * self.threads)

    @property
    def threads(self) -> int:
        """Number of threads of all workers together, 1 or more."""
        return max(1, sum(self._client.nthreads().values()))

    def send(self, work: Callable) -> object:
        """``work`` for all tasks to come, sent once: give it to :meth:`submit`.

        What was sent lately is not sent again. It is the result of a task, not data lent to a worker, so that it can
        be made again if that worker dies.
        """
        with self._lock:
            if id(work) not in self._sent:
                self._sent[id(work)] = work, self._client.submit(self._loads, self._dumps(work), pure=False)
            self._sent = dict(list(self._sent.items())[-_MOST_SENT:])
            return self._sent[id(work)][1]

    def submit(self, function: Callable, *arguments: object, place: int | None = None) -> Future:
        """Call it on some worker; those of one ``place`` on one worker as long as it lives and has time.

        Raises:
            CarbonBalanceError: the scheduler is gone.
        """
        if self._client.status == "closed":
            raise self._lost()
        if place is None:
            return self._executor.submit(function, *arguments)
        with self._lock:
            if self._near is None:
                workers = sorted(self._client.scheduler_info()["workers"])
                self._near = [
                    self._client.get_executor(retries=RETRIES, workers=[worker], allow_other_workers=True)
                    for worker in workers
                ]
        return self._near[place % len(self._near)].submit(function, *arguments)

    def everywhere(self, function: Callable, *arguments: object) -> None:
        """Call it on every worker there is; what some cannot do is let be."""
        if not self._is_lost:
            with contextlib.suppress(Exception):
                self._client.run(function, *arguments, on_error="ignore")

    def result(self, future: Future) -> Any:
        """The result.

        Raises:
            CarbonBalanceError: what the work refused, or a part of it that ended several workers.
        """
        try:
            result = future.result()
            self._there = time.monotonic()
            return result
        except CancelledError:
            raise self._lost() from None
        except self._killed:
            raise CarbonBalanceError(
                tr(
                    "The same block of the raster ended several workers one after another: give each worker more "
                    "memory."
                )
            ) from None

    def close(self) -> None:
        """Let go of the scheduler; it and its workers go on."""
        self._client.close()


def _packed(package: str, folder: Path) -> tuple[Path, str]:
    """The package without its QGIS side, as a zip that workers import from, and the key of what it holds."""
    root = Path(__file__).parents[2]
    wanted = (root / "__init__.py", *sorted((root / "core").rglob("*.py")), *sorted((root / FOLDER).glob("*.json")))
    files = {file: file.read_bytes() for file in wanted}
    key = hashlib.sha256(b"".join(files.values())).hexdigest()
    # A name of its own each time: a worker that imported from a zip must not find another in its place.
    path = folder / f"{package}_{uuid.uuid4().hex[:8]}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for file, content in files.items():
            packed.writestr(f"{package}/{file.relative_to(root).as_posix()}", content)
        packed.writestr(f"{package}/{_SENT.replace('.', '/')}.py", f'KEY = "{key}"\n')
    return path, key


def _try_out() -> str:
    from . import gdal_state

    return gdal_state.__name__


class _Run:
    """The address of a run, and the connection from the first time that it is needed."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.cluster: Cluster | None = None


_run: ContextVar[_Run | None] = ContextVar("carbon_balance_run", default=None)


@contextlib.contextmanager
def scheduled(address: str = "") -> Iterator[None]:
    """A run whose raster passes go to the scheduler at ``address``, else at that of the environment variable.

    Without either they are worked on by threads. The scheduler is asked only once there is a raster pass.
    """
    run = _Run(address.strip() or os.environ.get(SCHEDULER_VARIABLE, "").strip())
    token = _run.set(run)
    try:
        yield
    finally:
        _run.reset(token)
        if run.cluster is not None:
            run.cluster.close()


@contextlib.contextmanager
def here() -> Iterator[None]:
    """A run whose raster passes are worked on by threads here, whatever the environment says."""
    token = _run.set(None)
    try:
        yield
    finally:
        _run.reset(token)


def current() -> Cluster | None:
    """The cluster of the run at hand, ``None`` for threads.

    Raises:
        CarbonBalanceError: it cannot be used, see :class:`Cluster`.
    """
    run = _run.get()
    if run is None or not run.address:
        return None
    if run.cluster is None:
        run.cluster = Cluster(run.address)
    return run.cluster
