"""Why a program does not start, in English and Hindi, for whoever reads standard error."""

from __future__ import annotations

import sys
from typing import Final, NamedTuple

from protocol.errors import PatravaliError

REFUSED_EXIT: Final = 3
"""Exit code of a program that must not run until a person has done something."""


class Words(NamedTuple):
    """What happened and what to do, in both languages; `{name}` stands for a value of the error."""

    en: str
    hi: str


SENTENCES: Final[dict[str, Words]] = {
    "old_sqlite": Words(
        "SQLite {found} in this environment can lose data; {needed} or newer is needed. Do: make setup.",
        "इस परिवेश का SQLite {found} डेटा खो सकता है; {needed} या नया चाहिए। करें: make setup.",
    ),
    "wrong_key": Words(
        "The storage key does not fit the database {path}. Put back the keys folder that belongs to this data.",
        "भंडारण कुंजी डेटाबेस {path} की नहीं है। इसी डेटा का keys फ़ोल्डर वापस रखें।",
    ),
    "damaged": Words(
        "The data is damaged ({found}). Nothing was changed. Restore the newest backup, or ask the district.",
        "डेटा क्षतिग्रस्त है ({found})। कुछ बदला नहीं गया। नवीनतम बैकअप से पुनर्स्थापित करें या जिले से पूछें।",
    ),
    "settings.absent": Words(
        "No settings file {path}: this is not the folder of a node. Check the path after --data.",
        "सेटिंग फ़ाइल {path} नहीं मिली: यह किसी नोड का फ़ोल्डर नहीं है। --data के बाद का पथ जाँचें।",
    ),
    "settings.malformed": Words(
        "The settings file {path} cannot be read: {why}. Correct that line.",
        "सेटिंग फ़ाइल {path} पढ़ी नहीं जा सकी: {why}. वह पंक्ति ठीक करें।",
    ),
    "settings.unknown": Words(
        "{path}: there is no setting “{name}”. All settings are in docs/operations.md.",
        "{path}: “{name}” नाम की कोई सेटिंग नहीं है। सभी सेटिंग docs/operations.md में हैं।",
    ),
    "settings.value": Words(
        "{path}, or a PATRAVALI_ variable, has a wrong value: {why}. See docs/operations.md.",
        "{path} या किसी PATRAVALI_ चर का मान सही नहीं: {why}. docs/operations.md देखें।",
    ),
    "practice.other_folder": Words(
        "{path} is not the folder of a practice office. Give it a new or empty folder of its own.",
        "{path} अभ्यास कार्यालय का फ़ोल्डर नहीं है। उसे अपना नया या खाली फ़ोल्डर दें।",
    ),
    "folder.absent": Words("There is no folder {path}.", "फ़ोल्डर {path} नहीं है।"),
    "folder.exists": Words(
        "{path} already holds a node. Choose another folder.", "{path} में पहले से एक नोड है। दूसरा फ़ोल्डर चुनें।"
    ),
    "folder.key_absent": Words(
        "The key {path} is missing. Put it back from the safe copy.",
        "कुंजी {path} नहीं मिली। सुरक्षित प्रति से वापस रखें।",
    ),
    "folder.key_length": Words(
        "{path} holds {found} bytes and not {needed}: it is not a key. Put it back from the safe copy.",
        "{path} में {needed} के बजाय {found} बाइट हैं: यह कुंजी नहीं है। सुरक्षित प्रति से वापस रखें।",
    ),
    "folder.key_open": Words(
        "Others can read the key {path}. Do: chmod 600 {path}",
        "कुंजी {path} दूसरे पढ़ सकते हैं। करें: chmod 600 {path}",
    ),
    "folder.in_use": Words(
        "{path} is already being served by another process. Stop that one first.",
        "{path} पर दूसरी प्रक्रिया पहले से चल रही है। पहले उसे रोकें।",
    ),
    "address.malformed": Words(
        "“{address}” is not an address such as 127.0.0.1:8801.", "“{address}” पता नहीं है, जैसे 127.0.0.1:8801."
    ),
    "address.not_loopback": Words(
        "{address} is open to others, and this is plain HTTP. Listen on 127.0.0.1, with nginx and TLS before it.",
        "{address} बाहर से खुला है और यह सादा HTTP है। 127.0.0.1 पर चलाएँ, आगे nginx और TLS रखें।",
    ),
    "address.taken": Words(
        "Port {port} is taken by another program. Stop it, or choose other ports.",
        "पोर्ट {port} किसी दूसरे प्रोग्राम के पास है। उसे रोकें या दूसरे पोर्ट चुनें।",
    ),
    "insecure_address": Words(
        "The hub's address “{url}” is not https, and plain http is spoken on this machine's own loop only.",
        "हब का पता “{url}” https नहीं है; सादा http केवल इसी मशीन के भीतर चलता है।",
    ),
    "config.proxy": Words(
        "The setting {setting} for the proxy cannot be used. docs/operations.md says what belongs there.",
        "प्रॉक्सी की सेटिंग {setting} उपयोग योग्य नहीं है। क्या लिखना है, docs/operations.md में है।",
    ),
    "config.mail": Words(
        "The setting {setting} for e-mail cannot be used. docs/operations.md says what belongs there.",
        "ई-मेल की सेटिंग {setting} उपयोग योग्य नहीं है। क्या लिखना है, docs/operations.md में है।",
    ),
    "check.failed": Words(
        "The data in {path} does not fit together: {problems}. Nothing was changed. Restore the newest backup.",
        "{path} का डेटा आपस में मेल नहीं खाता: {problems}. कुछ बदला नहीं गया। नवीनतम बैकअप से पुनर्स्थापित करें।",
    ),
    "demo.not_ready": Words(
        "The program of {name} does not answer. What it said is in {logs}.",
        "{name} का प्रोग्राम उत्तर नहीं दे रहा। उसका संदेश {logs} में है।",
    ),
    "line.unknown": Words(
        "There is no office “{office}” in the demonstration, only {offices}.",
        "प्रदर्शन में “{office}” कार्यालय नहीं है, केवल {offices}.",
    ),
    "line.no_demo": Words(
        "No demonstration has run in {path}. Start one: patravali demo --data {path}",
        "{path} में कोई प्रदर्शन नहीं चला है। चलाएँ: patravali demo --data {path}",
    ),
    "line.not_followed": Words(
        "The line of {office} did not follow the switch. Look whether the demonstration still runs.",
        "{office} की लाइन ने स्विच नहीं माना। देखें कि प्रदर्शन अभी चल रहा है या नहीं।",
    ),
    "stick.full": Words(
        "There is no room on the stick. What was on it is untouched. Take another one, or make room on a PC.",
        "स्टिक में जगह नहीं है। उस पर जो था, वैसा ही है। दूसरी स्टिक लें या किसी पीसी पर जगह बनाएँ।",
    ),
    "stick.read_only": Words(
        "The stick takes no writes. Move the switch on its side, or take another one.",
        "स्टिक पर लिखा नहीं जा सकता। उसके किनारे का स्विच सरकाएँ या दूसरी स्टिक लें।",
    ),
    "stick.gone": Words(
        "The stick does not answer: it was pulled out, or is worn out. Nothing is lost. Plug it in and do it again.",
        "स्टिक उत्तर नहीं दे रही: निकाली गई या खराब है। कुछ खोया नहीं। फिर लगाकर दोबारा करें।",
    ),
    "stick.lies": Words(
        "The stick does not keep what is written to it. Do not use it any more. Nothing is lost; take another one.",
        "स्टिक पर लिखा हुआ टिकता नहीं। उसे आगे काम में न लें। कुछ खोया नहीं; दूसरी स्टिक लें।",
    ),
    "stick.unfit": Words(
        "This is no stick that can be used ({what}). Nothing on it was changed. Take another one.",
        "यह उपयोग योग्य स्टिक नहीं है ({what})। उस पर कुछ बदला नहीं गया। दूसरी स्टिक लें।",
    ),
    "sticks.place": Words(
        "Somebody else than root can change {path}: a stick mounted there could end up anywhere. Give it to root.",
        "{path} को root के अलावा कोई और बदल सकता है: वहाँ स्टिक लगाना सुरक्षित नहीं। उसे root का करें।",
    ),
    "sticks.root": Words(
        "Only root can mount sticks. Let systemd/patravali-sticks.service run this.",
        "स्टिक केवल root लगा सकता है। इसे systemd/patravali-sticks.service से चलाएँ।",
    ),
    "sticks.user": Words(
        "There is no user {user} on this machine, for whom sticks could be mounted. Create it, or name another.",
        "इस मशीन पर {user} नाम का उपयोगकर्ता नहीं है, जिसके लिए स्टिक लगाई जाए। उसे बनाएँ या दूसरा नाम दें।",
    ),
    "stick.stopped": Words(
        "This office is stopped until it has heard from the district. Its page “Post by stick” does this.",
        "यह कार्यालय जिले से उत्तर मिलने तक रुका है। यह काम उसके अपने पृष्ठ “स्टिक से डाक” से होगा, यहाँ से नहीं।",
    ),
    "bag.bad": Words(
        "This bag is torn or not what it says. It stays on the stick; let its office write it again.",
        "यह थैला अधूरा है या वह नहीं जो बताता है। वह स्टिक पर रहेगा; उसका कार्यालय उसे फिर से लिखे।",
    ),
    "bag.other_district": Words(
        "This bag belongs to another district. It was not opened and stays on the stick.",
        "यह थैला दूसरे जिले का है। उसे खोला नहीं गया; वह स्टिक पर रहेगा।",
    ),
    "keys.cannot-open": Words(
        "This bag is sealed to somebody else, or was changed on the way. It stays on the stick.",
        "यह थैला किसी और के लिए बन्द है या रास्ते में बदला गया। वह स्टिक पर रहेगा।",
    ),
    "find.no_network": Words(
        "No network here in which others can be found. Plug the cable in, or join the office's Wi-Fi.",
        "यहाँ ऐसा कोई नेटवर्क नहीं जिसमें दूसरे मिल सकें। तार लगाएँ या कार्यालय के वाई-फ़ाई से जुड़ें।",
    ),
    "no_directory": Words(
        "This node has no directory of the district yet. Publish one to the hub and let the node exchange.",
        "इस नोड के पास जिले की निर्देशिका अभी नहीं है। उसे हब पर प्रकाशित करें और मिलान होने दें।",
    ),
}


def sentences(error: PatravaliError) -> tuple[str, str]:
    """English and Hindi; for a code without sentences, the code and its values in both."""
    words = SENTENCES.get(error.code)
    if words is None:
        details = ", ".join(f"{name}={value}" for name, value in error.values.items())
        plain = f"{error.code}: {details}" if details else error.code
        return plain, plain
    values = _Values(error.values)
    return words.en.format_map(values), words.hi.format_map(values)


def of_code(code: str) -> str:
    """The English sentence of a code that came without its values."""
    return sentences(PatravaliError(code))[0]


def refuse(error: PatravaliError) -> int:
    """Say on standard error why the program does not run; the exit code for it."""
    for sentence in dict.fromkeys(sentences(error)):
        print(sentence, file=sys.stderr)
    return REFUSED_EXIT


class _Values(dict[str, object]):
    def __missing__(self, name: str) -> str:
        return "?"
