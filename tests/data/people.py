"""Realistic contacts in many languages, the same for the same seed.

    python3 tests/data/people.py 10000 > people.jsonl
"""

import json
import random
import sys
from datetime import date, timedelta
from typing import Any, Iterator

# (share, given names, family names, phone number format of the country)
LOCALES: list[tuple[int, list[str], list[str], list[str]]] = [
    (22, "James Mary John Patricia Robert Jennifer Olivia Noah Liam Emma My-Linh Siobhán".split(),
     "Smith Johnson Williams Brown Jones Miller Davis O'Brien McDonald Taylor".split(),
     ["+1 (###) ###-####", "###-###-####", "+1##########", "(###) ### ####"]),
    (14, "Jürgen Björn Käthe Anna Lukas Mia Søren Günther Sofie Weiß-Maria".split(),
     "Müller Schröder Weiß Groß Krüger Köhler Hoffmann Schäfer Straßmann".split(),
     ["+49 30 #######", "030/#######", "0171-#######", "+49 (0)89 ######"]),
    (12, "Олександр Марія Дмитро Олена Андрій Ірина Тарас Ганна Їжак Ґалаґан".split(),
     "Шевченко Коваленко Бондаренко Ткаченко Кравець Мельник Петренко".split(),
     ["+380 ## ### ## ##", "067 ### ## ##", "+380#########"]),
    (9, "Łukasz Żaneta Małgorzata Zdzisław Agnieszka Paweł Świętosława".split(),
     "Kowalski Wójcik Wiśniewska Łęcki Żółć Szymański".split(),
     ["+48 ### ### ###", "22 ### ## ##"]),
    (9, "José María Íñigo Begoña Ángel Núria João Conceição".split(),
     "García Núñez Fernández Ibáñez Peña Gonçalves Araújo".split(),
     ["+34 ### ## ## ##", "91 ### ## ##", "+351 ### ### ###"]),
    (8, "伟 芳 娜 秀英 敏 静 丽 强 磊 军".split(), "王 李 张 刘 陈 杨 赵 黄 周 吴".split(),
     ["+86 10 #### ####", "1## #### ####"]),
    (6, "翔太 さくら 陽菜 健一 ユキ 美咲".split(), "佐藤 鈴木 高橋 田中 渡辺 伊藤".split(),
     ["+81 3-####-####", "090-####-####"]),
    (6, "محمد فاطمة أحمد عائشة علي زينب".split(), "الحسن العلي حداد منصور خوري".split(),
     ["+20 2 #### ####", "+971 50 ### ####"]),
    (5, "Νίκος Ελένη Γιώργος Κατερίνα".split(), "Παπαδόπουλος Γεωργίου Οικονόμου".split(),
     ["+30 21# ### ####"]),
    (4, "İbrahim Ayşe Mehmet Çağla Gökçe Işıl".split(), "Yılmaz Şahin Öztürk Aydın".split(),
     ["+90 5## ### ## ##"]),
    (3, "Nguyễn Trần Phạm Đặng".split(), "Văn-Đức Thị-Hương Quốc Ánh".split(),
     ["+84 ## ### ## ##"]),
    (2, "आरव सान्वी विवान अनन्या".split(), "शर्मा वर्मा गुप्ता".split(), ["+91 ##### #####"]),
]
DOMAINS = ["example.org", "example.com", "mail.example.net", "bücher.example", "uni.example.edu"]
NOTES = ["met in Kyiv", "colleague\nlikes tea", "плавання у вівторок", "neighbour", "100% sure_"]


def _phone(rng: random.Random, pattern: str) -> str:
    return "".join(str(rng.randrange(10)) if c == "#" else c for c in pattern)


def _birthday(rng: random.Random) -> str | None:
    """None for 30 %, without a year for 10 %, on 29 February for one in 200."""
    chance = rng.random()
    if chance < 0.3:
        return None
    if chance < 0.305:
        return rng.choice(["2000-02-29", "1996-02-29", "--02-29"])
    day = (date(1930, 1, 1) + timedelta(days=rng.randrange(34_000))).isoformat()
    return "--" + day[5:] if chance < 0.4 else day


def person(rng: random.Random, number: int) -> dict[str, Any]:
    """One contact in the format of the API. Unknown fields are left out."""
    weights = [locale[0] for locale in LOCALES]
    _, given, family, phones = rng.choices(LOCALES, weights)[0]
    first = rng.choice(given)
    if rng.random() < 0.02:
        first = "My " + first
    found = {
        "first_name": first,
        "last_name": rng.choice(family) if rng.random() < 0.93 else None,
        "email": f"p{number}.{rng.randrange(1000)}@{rng.choice(DOMAINS)}"
                 if rng.random() < 0.7 else None,
        "phone": _phone(rng, rng.choice(phones)) if rng.random() < 0.85 else None,
        "birthday": _birthday(rng),
        "notes": rng.choice(NOTES) if rng.random() < 0.15 else None,
    }
    return {name: value for name, value in found.items() if value is not None}


def people(count: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """`count` contacts."""
    rng = random.Random(seed)
    for number in range(count):
        yield person(rng, number)


if __name__ == "__main__":
    for each in people(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000):
        print(json.dumps(each, ensure_ascii=False))
