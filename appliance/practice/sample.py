"""The sample work: something of every kind, in every state, that a person can try his hand at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from appliance.desk.receipt_rules import LetterIn
from appliance.practice.district import HEADQUARTERS
from appliance.practice.play import Play

BEGIN_DAYS: Final = 24
"""So many days before today the play begins."""


def _closed(play: Play) -> None:
    subject = "कार्यालय के कंप्यूटर की मरम्मत"
    play.at(22, 10, 20)
    file = play.open("da2", "sthapana", subject)
    play.note("da2", file, "पटल-2 का कंप्यूटर चालू नहीं हो रहा है। मरम्मत का अनुमानित व्यय ₹1,450/- है। स्वीकृति हेतु प्रस्तुत।")
    play.send("da2", file, "bdo", "up")
    play.note("bdo", file, "स्वीकृत।")
    play.at(20, 12)
    play.send("bdo", file, "da2", "down")
    play.note("da2", file, "मरम्मत हो गई, बिल लेखाकार को दिया गया।")
    play.close("da2", file, "कार्य पूर्ण।")


def _overdue(play: Play) -> None:
    play.at(15, 11)
    file = play.open("da1", "lekha", "ग्राम पंचायत नमूनापुर: हैण्डपम्प मरम्मत के बिल का भुगतान", priority=1)
    play.letter(
        "da1",
        file,
        "हैण्डपम्प मरम्मत के बिल का भुगतान",
        "चार हैण्डपम्पों की मरम्मत का बिल ₹8,640/- संलग्न है।",
        by="ग्राम पंचायत नमूनापुर",
    )
    play.note("da1", file, "बिल प्राप्त हुआ (पृष्ठ 1/प.)। भुगतान हेतु लेखाकार की जाँच अपेक्षित है।")
    play.send("da1", file, "bdo", "up")
    play.note("bdo", file, "लेखाकार बिल की जाँच कर तीन दिवस में प्रस्तुत करें।")
    play.send("bdo", file, "acct", "down", remarks="तीन दिवस में", due=play.day(12))


def _asked(play: Play) -> None:
    subject = "ग्राम काल्पनिकपुर में पंचायत भवन के लिए भूमि"
    play.at(9, 10, 40)
    file = play.open("ado-p", "panchayat", subject, priority=2)
    play.note("ado-p", file, "ग्राम सभा ने पंचायत भवन हेतु 0.120 हेक्टेयर भूमि का प्रस्ताव किया है। अनुमोदन हेतु प्रस्तुत।")
    play.send("ado-p", file, "bdo", "up")
    play.note("bdo", file, "व्यय और अभिलेख पर राय ली जाए।")
    play.at(6, 15)
    asked = play.ask("bdo", file, ("acct", "da2"), "क्या प्रस्ताव पर कोई आपत्ति है?", play.day(-2))
    play.at(4, 11, 30)
    play.answer("acct", asked[0], "वित्तीय आपत्ति नहीं है; व्यय ग्राम निधि से अनुमन्य है।")


def _with_officer(play: Play) -> None:
    subject = "ग्राम पंचायत हरितपुर में खड़ंजा निर्माण की शिकायत"
    play.at(4, 12, 10)
    receipt = play.diarise(
        "da1",
        LetterIn(
            title=subject,
            sender="ग्रामवासी, हरितपुर",
            letter_date=play.day(7),
            received=play.day(4),
            mode="hand",
            language="hi",
            enclosures=1,
        ),
        "खड़ंजे की लम्बाई कम बनाई गई है। जाँच कराने की कृपा करें।",
    )
    file = play.open("da1", "vikas", subject, priority=1)
    play.put("da1", receipt, file)
    play.note(
        "da1", file, "शिकायत प्राप्त हुई (पृष्ठ 1/प.)।", "स.वि.अ. (पंचायत) से स्थलीय जाँच कराया जाना प्रस्तावित है। आदेशार्थ प्रस्तुत।"
    )
    play.at(3, 16)
    play.send("da1", file, "bdo", "up", remarks="आदेशार्थ", due=play.day(-1), opened=False)


def _parked(play: Play) -> None:
    play.at(12, 13)
    file = play.open("da1", "vikas", "वृक्षारोपण अभियान: पौधों की माँग")
    play.note("da1", file, "माँग पत्र वन विभाग को भेजा जा चुका है। पौधे अगले माह उपलब्ध होंगे।")
    play.park("da1", file, "पौधों की प्रतीक्षा", play.day(-20))


def _elsewhere(play: Play) -> None:
    play.at(2, 12, 15)
    file = play.open("acct", "lekha", "Utilisation certificate of the practice grant", language="en", priority=1)
    play.note("acct", file, "Vouchers of ₹2,10,500/- are tallied with the cash book. Submitted for signature.")
    play.send("acct", file, "bdo", "up")
    play.note("bdo", file, "Forwarded for counter-signature.")
    play.send("bdo", file, f"{HEADQUARTERS}.cdo", "up", opened=False)


def _yellow(play: Play) -> None:
    play.at(1, 11, 5)
    file = play.open("da2", "sthapana", "श्री नमूना कुमार: उपार्जित अवकाश 5 दिवस")
    play.note("da2", file, "5 दिवस के उपार्जित अवकाश हेतु आवेदन किया गया है। अवकाश खाते में 148 दिवस शेष हैं।", green=False)


def _late_letter(play: Play) -> None:
    play.at(10, 10, 30)
    late = play.diarise(
        "da1",
        LetterIn(
            title="सड़क के किनारे जल भराव",
            sender="मा. विधायक (अभ्यास)",
            letter_no="12/अभ्यास",
            letter_date=play.day(12),
            received=play.day(10),
            kind="letter",
            vip="विधायक",
            due=play.day(3),
            priority=2,
            language="hi",
        ),
    )
    play.send("da1", late, "ado-p", "down", remarks="जाँच कर आख्या दें", due=play.day(3))


def _receipts(play: Play) -> None:
    play.at(1, 12, 30)
    play.diarise(
        "da1",
        LetterIn(
            title="आवास की द्वितीय किश्त के सम्बन्ध में",
            sender="उदाहरण लाल, ग्राम नमूनापुर",
            letter_date=play.day(3),
            received=play.day(1),
            language="hi",
        ),
    )
    play.diarise(
        "da1",
        LetterIn(
            title="Monthly progress report for the practice month",
            sender="Practice headquarters",
            letter_no="PH/207",
            letter_date=play.day(2),
            received=play.day(1),
            mode="email",
            language="en",
        ),
    )


ACTS: Final[tuple[Callable[[Play], None], ...]] = (
    _closed, _overdue, _parked, _late_letter, _asked, _with_officer, _elsewhere, _yellow, _receipts,
)  # fmt: skip
"""In the order of their days; each may take for granted what came before."""
