"""What users prefer in dialogs, as set on the plugin's page of QGIS's options.

Dialogs begin with the preferred values; scripts, models and ``qgis_process`` keep the documented defaults, so that a
command gives the same results in every profile. The number of threads, which changes no result, holds everywhere.
"""

from __future__ import annotations

from qgis.core import QgsApplication, QgsProcessingParameterDefinition, QgsProcessingParameterEnum, QgsSettings

from ...core.runtime.i18n import language
from ...core.zoning.zone_names import IN_CHINESE

SCHEME, COMPRESSION, LANGUAGE, SCHEDULER = "SCHEME", "COMPRESSION", "LANGUAGE", "SCHEDULER"
PREFERRED = (SCHEME, COMPRESSION, LANGUAGE, SCHEDULER)
_DEFAULTS, _THREADS = "carbon_balance/defaults/", "carbon_balance/threads"


def preferred(name: str) -> str:
    """The preferred value of a parameter, one of ``PREFERRED``; "" if the parameter's own default holds."""
    stored = QgsSettings().value(_DEFAULTS + name, "", type=str)
    if name == LANGUAGE and not stored and language() == IN_CHINESE:
        return IN_CHINESE
    return stored


def prefer(name: str, value: str) -> None:
    """Keep a preferred value; "" for the parameter's own default."""
    if value.strip():
        QgsSettings().setValue(_DEFAULTS + name, value.strip())
    else:
        QgsSettings().remove(_DEFAULTS + name)


def preferred_threads() -> int:
    """The most threads that a run may use, 0 for as many as QGIS may use."""
    return max(0, QgsSettings().value(_THREADS, 0, type=int))


def prefer_threads(count: int) -> None:
    """Keep the most threads that a run may use; 0 for as many as QGIS may use."""
    QgsSettings().setValue(_THREADS, max(0, count))


def most_threads() -> int:
    """The threads that QGIS's settings and the plugin's allow a run, -1 for any number."""
    of_qgis, own = QgsApplication.maxThreads(), preferred_threads()
    return min(of_qgis, own) if own and of_qgis > 0 else own or of_qgis


def begin_with_preference(definition: QgsProcessingParameterDefinition) -> None:
    """Have dialogs begin with the preferred value of a parameter, if it is one of its options."""
    if definition.name() not in PREFERRED:
        return
    value = preferred(definition.name())
    is_choice = isinstance(definition, QgsProcessingParameterEnum)
    if value and (not is_choice or value in definition.options()):
        definition.setGuiDefaultValueOverride(value)
