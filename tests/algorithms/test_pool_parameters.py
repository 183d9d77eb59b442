"""Parameters of pool tables and sinks, in an algorithm and through ``processing.run``."""

from __future__ import annotations

import pytest
from carbon_balance.algorithms.shared.algorithm import CarbonAlgorithm, QgisLog
from carbon_balance.algorithms.shared.groups import SUPPLY
from carbon_balance.algorithms.shared.inputs.given import Given
from carbon_balance.algorithms.shared.parameters.supply import pool as pool_parameters
from carbon_balance.core.runtime.errors import CarbonBalanceError
from qgis.core import QgsProcessingContext, QgsProcessingFeedback

TABLE = "代码,名称,地上,地下,土壤,死亡有机质\n1,耕地,1,2,3,4\n2,林地,10,20,30,40\n"


class Pools(CarbonAlgorithm):
    ID = "testpools"
    GROUP = SUPPLY

    def initAlgorithm(self, config=None):
        pool_parameters.add_pool_parameters(self)


class Sinks(CarbonAlgorithm):
    ID = "testsinks"
    GROUP = SUPPLY

    def initAlgorithm(self, config=None):
        pool_parameters.add_sink_parameters(self)


@pytest.fixture
def given(qgis_processing):
    keep = []

    def make(kind, **parameters):
        algorithm = kind()
        algorithm.initAlgorithm()
        keep.append(algorithm)
        return Given(algorithm, parameters, QgsProcessingContext(), QgisLog(QgsProcessingFeedback()))

    return make


def test_every_parameter_is_optional_or_has_a_default_and_help(qgis_processing):
    for kind in (Pools, Sinks):
        algorithm = kind()
        algorithm.initAlgorithm()
        for definition in algorithm.parameterDefinitions():
            optional = definition.flags() & definition.Flag.FlagOptional
            assert optional or definition.defaultValue() is not None, definition.name()
            assert definition.help()


def test_reassigned_codes_of_a_bundled_table(given):
    """Savanna (9) as forest: pools of forest of Henan, 149.95 t/ha; new code 20 as cropland; 10 stores no carbon."""
    pools = pool_parameters.pools(given(Pools, PRESET="henan", SCHEME="igbp", REASSIGN="9=2,10=0,20=1"))
    density = dict(zip(pools.codes.tolist(), pools.density_t_ha))
    assert [density[code] for code in (2, 9, 10, 20)] == pytest.approx([149.95, 149.95, 0, 66.81])
    assert pools.scheme == "igbp"
    sinks = pool_parameters.sinks(given(Sinks, PRESET="guiyang", SCHEME="igbp", REASSIGN="9=2"))
    uptake = dict(zip(sinks.codes.tolist(), sinks.sink_t_ha))
    assert (uptake[9], uptake[10], sinks.species) == (3.55, 0.021, "unstated")


def test_reassigned_codes_of_an_own_table(given, tmp_path):
    path = tmp_path / "pools.csv"
    path.write_text(TABLE, encoding="utf-8")
    pools = pool_parameters.pools(given(Pools, POOLS=str(path), REASSIGN="1=2,7=1"))
    assert dict(zip(pools.codes.tolist(), pools.density_t_ha)) == {1: 100, 2: 100, 7: 10}
    with pytest.raises(CarbonBalanceError, match=r"maps to class\(es\) 3"):
        pool_parameters.pools(given(Pools, POOLS=str(path), REASSIGN="1=3"))


def test_bundled_pools(given):
    pools = pool_parameters.pools(given(Pools, PRESET="henan", SCHEME="worldcover"))
    assert dict(zip(pools.codes.tolist(), pools.density_t_ha))[40] == pytest.approx(66.81)
    assert pool_parameters.pools(given(Pools, PRESET="henan")).codes.tolist() == [1, 2, 3, 4, 5, 6]


def test_own_table_in_utf8_and_gbk(given, tmp_path):
    for encoding in ("UTF-8", "GBK"):
        path = tmp_path / f"{encoding}.csv"
        path.write_bytes(TABLE.encode(encoding))
        for chosen in ({}, {"ENCODING": encoding}):
            pools = pool_parameters.pools(given(Pools, POOLS=str(path), **chosen))
            assert pools.names == ["耕地", "林地"]
            assert pools.pools_t_ha.tolist() == [[1, 2, 3, 4], [10, 20, 30, 40]]
    with pytest.raises(CarbonBalanceError, match="is not encoded in UTF-8"):
        pool_parameters.pools(given(Pools, POOLS=str(tmp_path / "GBK.csv"), ENCODING="UTF-8"))


def test_fields_are_mapped(given, tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text("k,p,q,whole\n5,1,2,33\n", encoding="utf-8")
    pools = pool_parameters.pools(given(Pools, POOLS=str(path), CODE_FIELD="k", ABOVE_FIELD="p", SOIL_FIELD="q"))
    assert pools.pools_t_ha.tolist() == [[1, 0, 2, 0]]
    pools = pool_parameters.pools(given(Pools, POOLS=str(path), CODE_FIELD="k", DENSITY_FIELD="whole"))
    assert pools.density_t_ha.tolist() == [33]


def test_sink_coefficients_of_presets_and_tables(given, tmp_path):
    assert pool_parameters.sinks(given(Sinks, PRESET="guiyang")).sink_t_ha.tolist()[:2] == [1.16, 3.55]
    path = tmp_path / "sinks.csv"
    path.write_text("k,v\n5,1.5\n", encoding="utf-8")
    sinks = pool_parameters.sinks(given(Sinks, SINKS=str(path), CODE_FIELD="k", SINK_FIELD="v"))
    assert sinks.sink_t_ha.tolist() == [1.5]


def test_neither_and_both_are_refused(given, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("code,c_above\n1,1\n", encoding="utf-8")
    with pytest.raises(
        CarbonBalanceError,
        match=r"None of Pool table \(POOLS\) / Bundled pool table \(PRESET: beibu_gulf, henan\) is given",
    ):
        pool_parameters.pools(given(Pools))
    with pytest.raises(CarbonBalanceError, match=r"Pool table \(POOLS\) / .* are both given"):
        pool_parameters.pools(given(Pools, POOLS=str(path), PRESET="henan"))
    with pytest.raises(
        CarbonBalanceError, match=r"None of Sink coefficients \(SINKS\) / Bundled sink coefficients \(PRESET"
    ):
        pool_parameters.sinks(given(Sinks))
