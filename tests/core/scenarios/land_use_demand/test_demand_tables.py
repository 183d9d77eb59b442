"""Permission matrices in different notations are read as the same matrix."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.scenarios.land_use_demand.demand_tables import read_permissions
from carbon_balance.core.tables.files.reader import Reading, read_table_file
from carbon_balance.core.tables.table import Table

CODES = np.array([1, 2, 30])
PERMITTED = np.array([[1, 1, 1], [0, 1, 0], [0, 1, 1]], bool)


def matrix(tmp_path, text, encoding="utf-8", name="permissions.csv"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    table = read_table_file(path, "Permission matrix (PERMISSIONS)", Reading(), Log())
    return read_permissions(table, CODES)


@pytest.mark.parametrize(
    ("header", "mark"),
    [
        ("code,1,2,30", ","),
        ('"code","1","2","30"', ","),
        ("code;1;2;30", ";"),
        ("code\t1\t2\t30", "\t"),
        ("code,to_1,to_2,to_30", ","),
        ("Code,To_1,To_2,To_30", ","),
        ("code,1.0,2.0,30.0", ","),
        ("code;1,0;2,0;30,0", ";"),
        ("code,01,02,030", ","),
        ("from_code,class_1,class_2,class_30", ","),
        (",1,2,30", ","),
        ("from/to,1,2,30", ","),
        ("编码,1,2,30", ","),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_matrix_is_read_with_any_notation_of_its_header(tmp_path, header, mark, encoding):
    rows = [mark.join(map(str, [code, *permitted.astype(int)])) for code, permitted in zip(CODES, PERMITTED)]
    assert (matrix(tmp_path, "\n".join([header, *rows]), encoding) == PERMITTED).all()


def test_order_of_rows_and_columns_and_further_classes_do_not_matter(tmp_path):
    text = "code,30,name,1,2,4\n30,1,built-up,0,1,0\n4,0,water,0,0,1\n1,1,fields,1,1,1\n2,0,forest,0,1,0\n"
    assert (matrix(tmp_path, text) == PERMITTED).all()


@pytest.mark.parametrize(
    "text",
    [
        "code,1,2\n1,1,1\n2,0,1\n30,0,1\n",
        "code,1,2,30\n1,1,1,1\n2,0,1,0\n",
        "code,1,2,30,30.0\n1,1,1,1,0\n2,0,1,0,0\n30,0,1,1,0\n",
        "code,1,-2,30\n1,1,1,1\n2,0,1,0\n30,0,1,1\n",
    ],
)
def test_a_class_without_a_row_or_with_no_or_two_columns_is_refused(tmp_path, text):
    with pytest.raises(CarbonBalanceError, match="it needs a row .present class. and a column"):
        matrix(tmp_path, text)


def test_values_other_than_0_and_1_are_refused(tmp_path):
    with pytest.raises(CarbonBalanceError, match="it contains 2"):
        matrix(tmp_path, "code,1,2,30\n1,1,2,1\n2,0,1,0\n30,0,1,1\n")


def test_a_permission_matrix_whose_rows_are_later_classes_is_refused():
    matrix = Table("p", ["to_code", "1", "2"], [[1, 1, 0], [2, 1, 1]])
    with pytest.raises(CarbonBalanceError, match="column to_code states that the rows are later classes.*transpose"):
        read_permissions(matrix, np.array([1, 2]))
    corner = Table("p", ["from/to", "1", "2"], [[1, 1, 0], [2, 1, 1]])
    assert read_permissions(corner, np.array([1, 2])).tolist() == [[True, False], [True, True]]
