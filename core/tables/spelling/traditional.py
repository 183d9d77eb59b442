"""Traditional characters that are frequent in names of Chinese places, and their simplified forms; for proposals."""

from __future__ import annotations

# Pairs of a traditional character and its simplified form.
_TRADITIONAL = (
    "區区 縣县 鎮镇 鄉乡 臺台 灣湾 華华 國国 東东 廣广 雲云 貴贵 寧宁 龍龙 陽阳 陰阴 漢汉 溝沟 瀘泸 麗丽 蘭兰 義义 "
    "遠远 連连 開开 關关 門门 閩闽 間间 馬马 魯鲁 鳳凤 鶴鹤 雞鸡 黃黄 齊齐 齡龄 萬万 葉叶 蘇苏 薩萨 蕪芜 莊庄 薊蓟 "
    "衛卫 裡里 觀观 詔诏 諸诸 豐丰 貢贡 賀贺 賓宾 贛赣 趙赵 軍军 輝辉 遼辽 遷迁 邊边 鄒邹 鄧邓 鄭郑 鐵铁 鐘钟 銅铜 "
    "銀银 錫锡 錦锦 鎢钨 長长 隴陇 隨随 險险 雙双 韓韩 順顺 頭头 領领 馮冯 騰腾 鹽盐 島岛 嶺岭 嶽岳 峽峡 崗岗 嵐岚 "
    "嶗崂 巖岩 師师 廈厦 廠厂 廬庐 張张 彌弥 後后 從从 慶庆 懷怀 戶户 撫抚 揚扬 晉晋 曉晓 書书 會会 楊杨 樂乐 樓楼 "
    "樅枞 橋桥 樺桦 機机 歷历 歸归 沖冲 涼凉 淺浅 淵渊 淶涞 渾浑 湯汤 溫温 滄沧 滎荥 滬沪 滿满 漁渔 漣涟 潁颍 潛潜 "
    "潤润 潯浔 澤泽 濟济 濰潍 濱滨 瀋沈 瀏浏 瀾澜 灤滦 灕漓 烏乌 無无 煙烟 營营 爾尔 牽牵 獅狮 環环 瓊琼 產产 畢毕 "
    "異异 疊叠 盤盘 眾众 礦矿 碭砀 磯矶 礎础 禮礼 祿禄 種种 積积 穩稳 筆笔 築筑 節节 簡简 糧粮 紅红 紹绍 綏绥 維维 "
    "綿绵 綠绿 縉缙 績绩 羅罗 聖圣 聯联 聞闻 肅肃 臨临 興兴 藍蓝 蘆芦 處处 蠻蛮 譚谭 谿溪 贊赞 躍跃 達达 過过 郟郏 "
    "鄖郧 鄲郸 酈郦 醫医 釋释 鈞钧 鉅巨 鎖锁 鏡镜 閬阆 閻阎 闊阔 陝陕 陳陈 陸陆 際际 靈灵 靜静 項项 顏颜 飛飞 餘余 "
    "駐驻 騎骑 驛驿 驪骊 魚鱼 鮮鲜 鯉鲤 鳴鸣 鴻鸿 鵬鹏 鷹鹰 麥麦 黨党 龜龟 彞彝 壯壮 宮宫 寶宝 實实 對对 岡冈 峴岘 "
    "廟庙 強强 徑径 徵征 恆恒 於于 昇升 晝昼 暉晖 業业 極极 構构 榮荣 標标 樞枢 樹树 橫横 欽钦 歐欧 涇泾 湊凑 滾滚 "
    "漲涨 澗涧 濕湿 瀟潇 灑洒 爐炉 獻献 瑤瑶 瑪玛 璽玺 甕瓮 畫画 當当 縱纵 臘腊 莖茎 蒼苍 蓋盖 蓮莲 蔣蒋 藝艺 藥药 "
    "蘊蕴 語语 賈贾 贏赢"
)
_SIMPLIFIED = str.maketrans({pair[0]: pair[1] for pair in _TRADITIONAL.split()})


def simplified(text: str) -> str:
    """``text`` with its traditional characters simplified, as far as they are frequent in names of places.

    >>> simplified("五華區")
    '五华区'
    """
    return text.translate(_SIMPLIFIED)
