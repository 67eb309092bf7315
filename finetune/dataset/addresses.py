"""Takes postal addresses out of text where their shape tells them: Japan, America, Britain.

Japanese: a postal code behind 〒, and a prefecture or a city with the numbers of block and house.
English: a house number, one to four capitalised words and a word for a street; with the rest of the
line where that is a town with its code. Words that are also verbs or plain nouns (Drive, Close, Way)
count only with such a rest. A town or a street alone is no address, and stays.
"""

import re

_PREFECTURES = (
    "北海道|青森県|岩手県|宮城県|秋田県|山形県|福島県|茨城県|栃木県|群馬県|埼玉県|千葉県|東京都|神奈川県|"
    "新潟県|富山県|石川県|福井県|山梨県|長野県|岐阜県|静岡県|愛知県|三重県|滋賀県|京都府|大阪府|兵庫県|"
    "奈良県|和歌山県|鳥取県|島根県|岡山県|広島県|山口県|徳島県|香川県|愛媛県|高知県|福岡県|佐賀県|長崎県|"
    "熊本県|大分県|宮崎県|鹿児島県|沖縄県"
)
_DASH = "[-\u2010-\u2015\u2212\u30fc\uff0dの]"
_HYPHEN = "[-\u2010-\u2015\u2212\u30fc\uff0d]"
_TOWN = "[^\\s\\d、。，．！？「」（）()をではへ,.!?]"  # noqa: RUF001 - full width is meant
_NUMBER = rf"\d{{1,4}}(?:丁目|番地?|号|{_HYPHEN}\d{{1,4}})(?:(?:{_DASH}?\d{{1,4}})?(?:丁目|番地?|号室?|{_HYPHEN}\d{{1,4}})){{0,4}}(?:{_DASH}?\d{{1,4}})?"
_COUNT = "[一二三四五六七八九十]{1,4}"
_KANJI = rf"{_COUNT}丁目(?:{_COUNT}|\\d{{1,3}})番(?:地|(?:{_COUNT}|\\d{{1,3}})号)?"
_BUILDING = (
    "(?:[ \u3000]?[^\\s、。,「」（）()]{1,20}(?:ビル|タワー|マンション|ハイツ|コーポ))?"
    "(?:[ \u3000]?\\d{1,4}(?:階|F|号室?))?"
)
_WHOLE = rf"\d{{1,3}}(?:丁目\d{{1,3}}(?:番地?|{_HYPHEN})\d{{1,3}}号?|{_HYPHEN}\d{{1,3}}{_HYPHEN}\d{{1,4}}(?:{_HYPHEN}\d{{1,4}})?|番地?\d{{1,3}}号)"
_CODE = rf"(?:〒|郵便番号[\s:\uff1aはが]{{0,3}})\s{{0,2}}\d{{3}}(?:{_HYPHEN}\d{{4}}|\d{{4}})(?!\d)"
_HOUSE = rf"(?:{_PREFECTURES})(?:{_TOWN}{{2,30}}{_NUMBER}|{_TOWN}{{2,30}}?{_KANJI}){_BUILDING}"
_HOUSE_OF_CITY = rf"[\u3041-\u30ff\u4e00-\u9fff]{{1,6}}[市区郡]{_TOWN}{{1,20}}{_WHOLE}"
_JAPANESE = re.compile(
    rf"(?:{_CODE}[\s、,]{{0,3}})?(?:{_HOUSE}|{_HOUSE_OF_CITY})(?![\d時分年月日個名人円%\uff05])|{_CODE}"
)

_WORDS = r"[0-9]{1,5}[A-Za-z]? (?:[NSEW]\.? )?(?:(?:[A-Z][A-Za-z'.\u2019-]{0,20}|[0-9]{1,3}(?:st|nd|rd|th)) ){1,4}"
_STREETS = (
    "Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Terrace|Parkway|Pkwy|Highway|Hwy|Crescent"
)
_ALSO_WORDS = "Drive|Dr|Court|Ct|Place|Pl|Square|Sq|Way|Close|Loop"
_OVER = r"(?![A-Za-z0-9_])"
_SIDE = rf"(?: (?:West|East|North|South|NW|NE|SW|SE){_OVER})?"
_FLAT = r",? (?:Suite|Ste\.?|Apt\.?|Unit|Floor|#) ?[A-Za-z0-9-]{1,6}"
_CODE_OF_TOWN = r"(?:[A-Z]{2} \d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2})"
_TOWN_BEHIND = rf",? (?:[A-Z][A-Za-z.'-]{{1,20}},? ){{1,3}}{_CODE_OF_TOWN}"
_REST = rf"(?:(?:{_FLAT})?{_TOWN_BEHIND}|{_FLAT})"
_ENGLISH = re.compile(
    r"(?<![A-Za-z0-9_.,-])(?:"
    r"(?:(?:Flat|Apartment|Unit) [0-9]{1,4}[A-Za-z]?, )?"
    rf"{_WORDS}(?:(?:{_STREETS}){_OVER}\.?{_SIDE}(?:{_REST}|(?! [A-Z][a-z]))"
    rf"|(?:{_ALSO_WORDS}){_OVER}\.?{_SIDE}{_REST})"
    rf"|P\.? ?O\.? ?Box [0-9]{{1,6}}(?:{_REST})?)"
)
MARKS = (  # one of these stands in every text that changes here
    r"〒|郵便番号|丁目",
    rf"[都道府県市区郡]{_TOWN}{{1,30}}\d{{1,4}}(?:丁目|番|号|{_HYPHEN}\d)",
    rf"{_WORDS}[SARBLDCPTHW]",
    r"P\.? ?O\.? ?Box",
)


def without_addresses(text: str) -> str:
    """`text` with `[address]`."""
    return _ENGLISH.sub("[address]", _JAPANESE.sub("[address]", text))
