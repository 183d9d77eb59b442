"""Short and full names of Chinese places match if unambiguous."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from carbon_balance.core.tables.joining import match
from carbon_balance.core.tables.spelling.city_names import CITIES
from carbon_balance.core.tables.spelling.place_names import PEOPLES, places, under

SAMPLE = Path(__file__).parents[4] / "resources" / "sample" / "central_yunnan.geojson"
# The official names (GB/T 2260) of the counties that the sample calls by their short names.
FULL = {
    "石林县": "石林彝族自治县",
    "寻甸县": "寻甸回族彝族自治县",
    "禄劝县": "禄劝彝族苗族自治县",
    "峨山县": "峨山彝族自治县",
    "新平县": "新平彝族傣族自治县",
    "元江县": "元江哈尼族彝族傣族自治县",
}


def partner(zone, *table):
    return match([zone], list(table), "name").partner[0]


def test_the_list_of_peoples_has_the_55_minorities():
    assert len(set(PEOPLES)) == len(PEOPLES) == 55


@pytest.mark.parametrize(
    ("full", "short"),
    [
        *[("峨山彝族自治县", "峨山县"), ("大理白族自治州", "大理州"), ("大理白族自治州", "大理")],
        *[("双江拉祜族佤族布朗族傣族自治县", "双江县"), ("积石山保安族东乡族撒拉族自治县", "积石山县")],
        *[("东乡族自治县", "东乡县"), ("鄂伦春自治旗", "鄂伦春旗"), ("鄂温克族自治旗", "鄂温克旗")],
        *[("伊犁哈萨克自治州", "伊犁州"), ("克孜勒苏柯尔克孜自治州", "克孜勒苏州"), ("龙胜各族自治县", "龙胜县")],
        *[("木垒哈萨克自治县", "木垒县"), ("塔什库尔干塔吉克自治县", "塔什库尔干县"), ("三都水族自治县", "三都县")],
        *[
            ("前郭尔罗斯蒙古族自治县", "前郭尔罗斯"),
            ("杜尔伯特蒙古族自治县", "杜尔伯特县"),
            ("河南蒙古族自治县", "河南县"),
        ],
        *[
            ("管城回族区", "管城区"),
            ("广西壮族自治区", "广西"),
            ("内蒙古自治区", "内蒙古"),
            ("新疆维吾尔自治区", "新疆"),
        ],
        *[("神农架林区", "神农架"), ("六枝特区", "六枝"), ("阿里地区", "阿里"), ("锡林郭勒盟", "锡林郭勒")],
        *[("土默特左旗", "土默特左"), ("滨海新区", "滨海"), ("云南省", "云南"), ("五华区", "五 华 区")],
        *[("五华区", "昆明市五华区"), ("昆明市五华区", "云南省昆明市五华区"), ("祥云县", "大理州祥云县")],
        *[("章贡区", "赣州市章贡区"), ("沙市区", "荆州市沙市区"), ("峨山彝族自治县", "玉溪市峨山县")],
        *[("津市市", "常德市津市市"), ("沙市区", "沙市")],
        *[("禄劝彝族苗族自治县", "昆明禄劝县"), ("禄劝彝族苗族自治县", "云南省昆明禄劝县"), ("石林县", "昆明石林")],
        *[("双江拉祜族佤族布朗族傣族自治县", "临沧双江县"), ("鄂伦春自治旗", "呼伦贝尔鄂伦春旗")],
        *[("阿坝藏族羌族自治州", "四川阿坝"), ("吉首市", "湖南湘西吉首市"), ("南县", "益阳南县")],
        *[("昆明市禄劝彝族苗族自治县", "昆明禄劝县"), ("徐州市鼓楼区", "徐州鼓楼"), ("吉林市船营区", "吉林船营区")],
        *[("博尔塔拉蒙古自治州", "博州"), ("巴音郭楞蒙古自治州", "巴州"), ("前郭尔罗斯蒙古族自治县", "前郭县")],
        *[
            ("五华区", "其中：五华区"),
            ("五华区", "五华区*"),
            ("五华区", "1.五华区①"),
            ("五华区", "（一）五华区(Wuhua)"),
        ],
        *[("Kunming", "Kunming City"), ("Eshan", "ESHAN autonomous county"), ("Wuhua District", "wuhua")],
        *[("达尔罕茂明安联合旗", "达茂旗"), ("科尔沁左翼中旗", "科左中旗"), ("塔什库尔干塔吉克自治县", "塔县")],
    ],
)
def test_short_and_full_names_of_one_place_match(full, short):
    assert partner(full, short, "别处县") == 0
    assert partner(short, "别处县", full) == 1


@pytest.mark.parametrize(
    ("zone", "table"),
    [
        ("大理白族自治州", ["大理市"]),  # another kind of place
        ("恩施土家族苗族自治州", ["恩施市"]),
        ("海南藏族自治州", ["海南省"]),
        ("和田地区", ["和田县", "和田市"]),
        ("大理", ["大理市", "大理白族自治州"]),  # two candidates
        ("鼓楼区", ["南京市鼓楼区", "徐州市鼓楼区"]),
        ("南京市鼓楼区", ["徐州市鼓楼区"]),  # under another city
        ("南京市鼓楼区", ["徐州鼓楼区"]),
        ("鼓楼区", ["南京鼓楼区", "徐州鼓楼区"]),
        ("海南藏族自治州", ["黄南藏族自治州"]),  # a people is no place
        ("富宁县", ["宁县"]),
        ("昆明市", ["昆明市(不含禄劝县)"]),
        ("白水县", ["水县"]),
        ("昆明市", ["昆明市区"]),
    ],
)
def test_names_of_different_or_uncertain_places_do_not_match(zone, table):
    result = match([zone], table, "name")
    assert result.partner == [None]
    assert result.left[0].candidates
    assert all(item.candidates for item in result.right)


def test_unmatched_names_are_listed_with_similar_ones():
    result = match(["前郭尔罗斯蒙古族自治县", "盘龙区"], ["郭尔罗县", "盘垅区"], "name")
    assert result.partner == [None, None]
    assert [item.candidates for item in result.left] == [("郭尔罗县",), ("盘垅区",)]
    result = match([530102, 530103], ["530112", "61"], "code")
    assert "530112" in result.left[0].candidates


def test_counties_of_the_sample_match_by_short_name():
    features = json.loads(SAMPLE.read_text(encoding="utf-8"))["features"]
    short = [feature["properties"]["name_zh"] for feature in features]
    cities = [feature["properties"]["city_zh"] for feature in features]
    full = [FULL.get(name, name) for name in short]
    assert len(full) == 49
    assert sum(name in FULL for name in short) == 6
    everyone = list(range(49))
    assert match(full, short, "name").partner == everyone
    assert match(short, full, "name").partner == everyone
    assert match(full, [f"{city}{name}" for city, name in zip(cities, short)], "name").partner == everyone
    bare = [name[:-1] if len(name) > 2 else name for name in short]
    assert match(full, bare, "name").partner == everyone


def test_codes_of_twelve_digits_or_with_a_country_prefix_match():
    zones = ["530102", 530103, 530111.0]
    assert match(zones, ["530102000000", 530103000000, "156530111"], "code").partner == [0, 1, 2]
    assert match(["123456"], ["123456000000", "123456000"], "code").partner == [None]
    assert match(["530102"], ["530102001000"], "code").partner == [None]


def test_names_are_split_into_stem_and_superior_place():
    assert [place.stem for place in places("东乡族自治县")][0] == "东乡"
    assert under("云南省昆明市五华区") == ("云南省昆明市", "五华区")
    assert under("徐州市") == ("", "徐州市")


def test_no_city_name_begins_with_another():
    """If one did, the longer name would have to be compared first."""
    assert len(CITIES) > 350
    assert [(short, long) for short in CITIES for long in CITIES if short != long and long.startswith(short)] == []
