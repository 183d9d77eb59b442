"""Connection to a Dask cluster, whose workers process the blocks of a run instead of the threads of this process.

The cluster is used if and only if the address of a scheduler is given. Retries, load balancing and the dashboard come
from Dask. Workers need the same versions of Dask, NumPy and GDAL as the main process; the plugin's ``core`` is sent to
them.
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

from .errors import CarbonBalanceError, beginning, reason_of
from .i18n import FOLDER, tr

SCHEDULER_VARIABLE = "CARBONBALANCE_SCHEDULER"
CONNECT_S = 10
FIRST_WORKER_S = 60
# Dask's nanny processes restart a dead worker within seconds.
LOST_S = 60
_ASK_EVERY_S, _ANSWER_S = 5, 2
# In addition to Dask's own retries after the death of a worker: access to a shared disk may fail once.
RETRIES = 2
_AHEAD_A_THREAD = 3
_FEWEST_AHEAD, _MOST_SENT = 8, 16
# A module that exists only on workers; it records which version of the plugin was sent to them.
_SENT = "core.sent"


class Cluster:
    """A connection to a scheduler, for one run.

    Args:
        address: such as ``tcp://10.0.0.1:8786``.

    Raises:
        CarbonBalanceError: Dask is not installed, the scheduler does not answer, or it has no usable worker.
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
                ).format(address=beginning(address), reason=beginning(reason_of(error)))
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
        # One per worker that was connected at the first request.
        self._near: list[Executor] | None = None

    def _equip(self, address: str) -> None:
        """Send the plugin's core to the workers that do not have it, and check that one of them can read rasters."""
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
            # Whatever is missing on a worker is reported here, once and before anything is written.
            raise CarbonBalanceError(
                tr("The scheduler {address} has no worker that can read rasters ({reason}).").format(
                    address=address, reason=reason_of(error)
                )
            ) from None

    def check(self) -> None:
        """Check, while waiting for results, that they can still arrive.

        Raises:
            CarbonBalanceError: the scheduler, or every worker, has been unreachable for longer than allowed.
        """
        now = time.monotonic()
        if now < self._asked + _ASK_EVERY_S:
            return
        self._asked = now
        status, workers = self._client.status, {}
        if status == "running":
            # A machine that hangs keeps its connections open: only an answer shows that it is alive.
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
        """The number of tasks to submit in advance, so that no worker waits for the main process."""
        return max(_FEWEST_AHEAD, _AHEAD_A_THREAD * self.threads)

    @property
    def threads(self) -> int:
        """Number of threads of all workers together, 1 or more."""
        return max(1, sum(self._client.nthreads().values()))

    def send(self, work: Callable) -> object:
        """Send ``work`` once for all later tasks; pass the returned future to :meth:`submit`.

        Recent objects are not sent again. They are results of tasks, not scattered data, so that Dask can restore them.
        """
        with self._lock:
            if id(work) not in self._sent:
                self._sent[id(work)] = work, self._client.submit(self._loads, self._dumps(work), pure=False)
            self._sent = dict(list(self._sent.items())[-_MOST_SENT:])
            return self._sent[id(work)][1]

    def submit(self, function: Callable, *arguments: object, place: int | None = None) -> Future:
        """Call ``function`` on a worker; calls with the same ``place`` prefer the same worker.

        Raises:
            CarbonBalanceError: the scheduler cannot be reached any more.
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
        """Call ``function`` on every worker; failures are ignored."""
        if not self._is_lost:
            with contextlib.suppress(Exception):
                self._client.run(function, *arguments, on_error="ignore")

    def result(self, future: Future) -> Any:
        """The result.

        Raises:
            CarbonBalanceError: raised by the work itself, or because the same task killed several workers.
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
        """Disconnect from the scheduler; it and its workers keep running."""
        self._client.close()


def _packed(package: str, folder: Path) -> tuple[Path, str]:
    """The package without its QGIS modules as a zip file that workers import from, and a hash of its content."""
    root = Path(__file__).parents[2]
    wanted = (root / "__init__.py", *sorted((root / "core").rglob("*.py")), *sorted((root / FOLDER).glob("*.json")))
    files = {file: file.read_bytes() for file in wanted}
    key = hashlib.sha256(b"".join(files.values())).hexdigest()
    # A new name each time: the zip file that a worker imported from must not be replaced.
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
    """The scheduler address of a run; the connection is opened when it is first needed."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.cluster: Cluster | None = None


_run: ContextVar[_Run | None] = ContextVar("carbon_balance_run", default=None)


@contextlib.contextmanager
def scheduled(address: str = "") -> Iterator[None]:
    """Context of a run whose raster passes use the scheduler at ``address`` or that of the environment variable.

    Without either, threads are used. The scheduler is contacted at the first raster pass.
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
    """Context of a run whose raster passes use threads of this process, whatever the environment variable says."""
    token = _run.set(None)
    try:
        yield
    finally:
        _run.reset(token)


def current() -> Cluster | None:
    """The cluster of the current run, ``None`` for threads.

    Raises:
        CarbonBalanceError: it cannot be used, see :class:`Cluster`.
    """
    run = _run.get()
    if run is None or not run.address:
        return None
    if run.cluster is None:
        run.cluster = Cluster(run.address)
    return run.cluster
