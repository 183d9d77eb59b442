"""Where the blocks of a run are worked on: threads of this process, or the workers of a Dask cluster.

The address of the scheduler decides, and nothing else; retries, balance of load and the dashboard are
Dask's. Workers need Dask, NumPy and GDAL in the versions of the driver; the plugin's ``core`` is sent to them.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import uuid
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextvars import ContextVar
from pathlib import Path

from .errors import CarbonBalanceError
from .i18n import tr

VARIABLE = "CARBONBALANCE_SCHEDULER"
CONNECT_S = 10
FIRST_WORKER_S = 60
# Beside what Dask does of its own for tasks whose worker died: a shared disk may fail once.
RETRIES = 2
_AHEAD_A_THREAD = 3
_FEWEST_AHEAD = 8


class Cluster:
    """A connection to a scheduler, for one run.

    Args:
        address: such as ``tcp://10.0.0.1:8786``.

    Raises:
        CarbonBalanceError: Dask is not installed, the scheduler does not answer, or it has no worker that works.
    """

    def __init__(self, address: str) -> None:
        self.id = uuid.uuid4().hex
        try:
            import cloudpickle
            import distributed
        except ImportError:
            raise CarbonBalanceError(
                tr(
                    "The scheduler {address} needs the package dask[distributed], which is not installed in QGIS's "
                    "Python: install it, or leave the address out to run on this machine alone."
                ).format(address=address)
            ) from None
        self._dumps, self._loads = cloudpickle.dumps, cloudpickle.loads
        self._killed = distributed.KilledWorker
        try:
            self._client = distributed.Client(address, timeout=CONNECT_S, set_as_default=False)
        except (OSError, ValueError) as error:
            raise CarbonBalanceError(
                tr(
                    "The scheduler {address} cannot be reached ({reason}): check that it runs and that the address "
                    "is right, such as tcp://10.0.0.1:8786."
                ).format(address=address, reason=error)
            ) from None
        try:
            self._equip(address)
        except BaseException:
            self.close()
            raise
        self._executor = self._client.get_executor(retries=RETRIES)

    def _equip(self, address: str) -> None:
        """Send the plugin's core to the workers, and see that one of them can read rasters."""
        with tempfile.TemporaryDirectory() as folder:
            self._client.upload_file(str(_packed(Path(folder))))
        try:
            self._client.submit(_try_out, pure=False).result(timeout=FIRST_WORKER_S)
        except Exception as error:
            # Whatever a worker lacks comes up here, once and before anything is written.
            raise CarbonBalanceError(
                tr("The scheduler {address} has no worker that can read rasters ({reason}).").format(
                    address=address, reason=error or type(error).__name__
                )
            ) from None

    @property
    def ahead(self) -> int:
        """How many tasks to have under way, so that no worker waits for the driver."""
        return max(_FEWEST_AHEAD, _AHEAD_A_THREAD * sum(self._client.nthreads().values()))

    def send(self, work: Callable) -> object:
        """``work`` for all tasks to come, sent once: give it to :meth:`submit`.

        It is the result of a task, not data lent to a worker, so that it can be made again if that worker dies.
        """
        return self._client.submit(self._loads, self._dumps(work), pure=False)

    def submit(self, function: Callable, *arguments: object) -> Future:
        """Call it on some worker."""
        return self._executor.submit(function, *arguments)

    def result(self, future: Future) -> object:
        """What came out.

        Raises:
            CarbonBalanceError: what the work refused, or a part of it that ended several workers.
        """
        try:
            return future.result()
        except self._killed:
            raise CarbonBalanceError(
                tr("One part of the raster ended several workers one after the other: give each worker more memory.")
            ) from None

    def close(self) -> None:
        """Let go of the scheduler; it and its workers go on."""
        self._client.close()


def _packed(folder: Path) -> Path:
    """The package without its QGIS side, as a zip that workers import from."""
    name, root = __name__.partition(".")[0], Path(__file__).parent.parent
    path = folder / f"{name}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in (root / "__init__.py", *sorted((root / "core").rglob("*.py"))):
            packed.write(file, Path(name) / file.relative_to(root))
    return path


def _try_out() -> str:
    from .raster import source

    return source.__name__


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
    run = _Run(address.strip() or os.environ.get(VARIABLE, "").strip())
    token = _run.set(run)
    try:
        yield
    finally:
        _run.reset(token)
        if run.cluster is not None:
            run.cluster.close()


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
