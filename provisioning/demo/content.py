"""The demo district: three offices of Jhansi with posts, plainly made-up people and a few files.

Values only. No person, letter or amount here is real.
"""

from typing import NamedTuple

DISTRICT_CODE = "jhansi"
DISTRICT = ("जनपद झाँसी", "District Jhansi")
HUB_NODE = "jhansi-hub"


class Text(NamedTuple):
    """One name in both languages of the screen."""

    hi: str
    en: str


class Section(NamedTuple):
    """A part of an office; ``code`` is unique in its office and stands in file numbers."""

    code: str
    name: Text


class Post(NamedTuple):
    """What a file is marked to. ``superior`` is the next post in the channel of submission, "" at its end."""

    code: str
    name: Text
    section: str
    superior: str


class Office(NamedTuple):
    """An office; in the demo each is served by the node of the same code."""

    code: str
    name: Text
    sections: tuple[Section, ...]
    posts: tuple[Post, ...]


class Employee(NamedTuple):
    """A made-up person: log-in is the employee code, ``node`` where the password is set."""

    code: str
    name: Text
    node: str
    password: str


class Charge(NamedTuple):
    """Who holds which post; all run from `CHARGES_FROM` without an end."""

    number: int
    employee: str
    post: str


class SeedNote(NamedTuple):
    """A green note: by which post, in which language, its paragraphs as plain text."""

    post: str
    language: str
    paragraphs: tuple[str, ...]


class SeedFile(NamedTuple):
    """A file that is there at the first start. Its notes come in order, by a hand-over wherever the post changes."""

    section: str
    subject: str
    language: str
    priority: int
    notes: tuple[SeedNote, ...]


CHARGES_FROM = "2026-04-01"

BLOCK_SECTIONS = (
    Section("vikas", Text("विकास", "Development")),
    Section("lekha", Text("लेखा", "Accounts")),
    Section("sthapana", Text("स्थापना", "Establishment")),
    Section("panchayat", Text("पंचायत", "Panchayat")),
    Section("suchana", Text("जन सूचना", "Right to Information")),
)

HEADQUARTERS_SECTIONS = (
    Section("dm", Text("जिलाधिकारी कार्यालय", "Magistrate's office")),
    Section("vikas", Text("विकास भवन", "Development wing")),
)


def _block_posts(office: str) -> tuple[Post, ...]:
    bdo = f"{office}.bdo"
    return (
        Post(f"{office}.da1", Text("पटल सहायक-1 (डाक)", "Dealing Assistant 1 (receipts)"), "vikas", bdo),
        Post(f"{office}.da2", Text("पटल सहायक-2 (स्थापना)", "Dealing Assistant 2 (establishment)"), "sthapana", bdo),
        Post(f"{office}.acct", Text("लेखाकार", "Accountant"), "lekha", bdo),
        Post(f"{office}.ado-p", Text("स.वि.अ. (पंचायत)", "ADO (Panchayat)"), "panchayat", bdo),
        Post(bdo, Text("खण्ड विकास अधिकारी", "Block Development Officer"), "vikas", "jhansi-hq.ddo"),
    )


OFFICES = (
    Office("moth", Text("विकास खण्ड मोंठ", "Block Moth"), BLOCK_SECTIONS, _block_posts("moth")),
    Office("chirgaon", Text("विकास खण्ड चिरगाँव", "Block Chirgaon"), BLOCK_SECTIONS, _block_posts("chirgaon")),
    Office(
        "jhansi-hq",
        Text("जनपद मुख्यालय झाँसी", "District headquarters, Jhansi"),
        HEADQUARTERS_SECTIONS,
        (
            Post("jhansi-hq.da1", Text("पटल सहायक-1", "Dealing Assistant 1"), "vikas", "jhansi-hq.ddo"),
            Post("jhansi-hq.ddo", Text("जिला विकास अधिकारी", "District Development Officer"), "vikas", "jhansi-hq.cdo"),
            Post("jhansi-hq.cdo", Text("मुख्य विकास अधिकारी", "Chief Development Officer"), "vikas", "jhansi-hq.dm"),
            Post("jhansi-hq.dm", Text("जिलाधिकारी", "District Magistrate"), "dm", ""),
        ),
    ),
)

_PEOPLE = (
    ("moth.da1", "उदाहरण देवी", "Udaharan Devi"),
    ("moth.da2", "नमूना कुमार", "Namuna Kumar"),
    ("moth.acct", "निदर्शन गुप्ता", "Nidarshan Gupta"),
    ("moth.ado-p", "काल्पनिक वर्मा", "Kalpanik Verma"),
    ("moth.bdo", "दृष्टान्त शर्मा", "Drishtant Sharma"),
    ("chirgaon.da1", "अभ्यास कुमारी", "Abhyas Kumari"),
    ("chirgaon.da2", "प्रतिरूप सिंह", "Pratirup Singh"),
    ("chirgaon.acct", "आदर्श नमूना", "Adarsh Namuna"),
    ("chirgaon.ado-p", "प्रतिमा निदर्शन", "Pratima Nidarshan"),
    ("chirgaon.bdo", "रूपरेखा यादव", "Ruparekha Yadav"),
    ("jhansi-hq.da1", "निदर्श कुमार", "Nidarsh Kumar"),
    ("jhansi-hq.ddo", "अनुमान तिवारी", "Anuman Tiwari"),
    ("jhansi-hq.cdo", "कल्पित मिश्रा", "Kalpit Mishra"),
    ("jhansi-hq.dm", "परिकल्पना सिंह", "Parikalpana Singh"),
)

EMPLOYEES = tuple(
    Employee(f"{1001 + place}", Text(hi, en), post.split(".")[0], "demo-" + post.replace(".", "-"))
    for place, (post, hi, en) in enumerate(_PEOPLE)
)

CHARGES = tuple(Charge(1 + place, f"{1001 + place}", post) for place, (post, _, _) in enumerate(_PEOPLE))

HUB_LOG_INS = (("1014", "demo-hub-dm"), ("1013", "demo-hub-cdo"))
"""Who looks at the hub's own page: employee code and the password there."""

SEED_FILES: dict[str, tuple[SeedFile, ...]] = {
    "moth": (
        SeedFile(
            "vikas",
            "ग्राम पंचायत हरितपुर में मनरेगा के अंतर्गत कराये गये कार्यों की जाँच आख्या",
            "hi",
            2,
            (
                SeedNote(
                    "moth.da1",
                    "hi",
                    (
                        (
                            "ग्राम पंचायत हरितपुर के ग्रामवासियों का प्रार्थना-पत्र दिनांक 09-11-2026 प्राप्त हुआ है, जिसमें "
                            "तालाब गहरीकरण तथा खड़ंजा निर्माण की गुणवत्ता की जाँच का अनुरोध किया गया है।"
                        ),
                        "जाँच हेतु सहायक विकास अधिकारी (पंचायत) को नामित किया जाना प्रस्तावित है। आदेशार्थ प्रस्तुत।",
                    ),
                ),
                SeedNote(
                    "moth.bdo",
                    "hi",
                    ("प्रस्ताव स्वीकृत। स.वि.अ. (पंचायत) दो दिवस में स्थलीय जाँच कर आख्या दें।",),
                ),
                SeedNote(
                    "moth.ado-p",
                    "hi",
                    (
                        (
                            "दिनांक 18-11-2026 को कार्यों का स्थलीय निरीक्षण किया गया। तालाब गहरीकरण 1,850 घनमीटर स्वीकृति के "
                            "अनुरूप पाया गया।"
                        ),
                        "खड़ंजे की लम्बाई स्वीकृत 220 मीटर के सापेक्ष 206 मीटर पायी गयी। ₹18,620 की वसूली प्रस्तावित है।",
                    ),
                ),
            ),
        ),
        SeedFile(
            "sthapana",
            "श्री नमूना कुमार: उपार्जित अवकाश 12 दिवस",
            "hi",
            0,
            (
                SeedNote(
                    "moth.da2",
                    "hi",
                    (
                        (
                            "दिनांक 07-12-2026 से 12 दिवस के उपार्जित अवकाश हेतु आवेदन किया गया है। अवकाश खाते में 148 दिवस शेष "
                            "हैं। अवधि में पटल का प्रभार पटल सहायक-1 को दिया जाना प्रस्तावित है।"
                        ),
                    ),
                ),
            ),
        ),
        SeedFile(
            "lekha",
            "Utilisation certificate of the State Finance Commission grant for October 2026",
            "en",
            1,
            (
                SeedNote(
                    "moth.acct",
                    "en",
                    (
                        (
                            "Expenditure of ₹7,42,300/- was incurred in October 2026 out of ₹9,00,000/- allotted. "
                            "Vouchers have been tallied with the cash book and the bank statement."
                        ),
                        "The utilisation certificate is put up for signature.",
                    ),
                ),
                SeedNote("moth.bdo", "en", ("Attach the statement of the unspent balance and resubmit.",)),
            ),
        ),
        SeedFile(
            "panchayat",
            "ग्राम नमूनापुर के मजरे में खराब हैण्डपम्पों का रिबोर",
            "hi",
            1,
            (
                SeedNote(
                    "moth.ado-p",
                    "hi",
                    (
                        (
                            "ग्राम नमूनापुर के 3 हैण्डपम्प जल स्तर नीचे जाने से बंद हैं। अवर अभियंता का प्राक्कलन ₹1,26,000/- "
                            "का है, जो ग्राम निधि से अनुमन्य है। अनुमोदनार्थ प्रस्तुत।"
                        ),
                    ),
                ),
            ),
        ),
    ),
    "chirgaon": (
        SeedFile(
            "vikas",
            "प्रधानमंत्री आवास योजना (ग्रामीण): द्वितीय किश्त हेतु पात्र लाभार्थियों की सूची",
            "hi",
            2,
            (
                SeedNote(
                    "chirgaon.da1",
                    "hi",
                    (
                        (
                            "23 लाभार्थियों के आवास नींव स्तर से ऊपर बन चुके हैं तथा जियो टैग छायाचित्र पोर्टल पर अपलोड हैं। "
                            "द्वितीय किश्त की धनराशि अवमुक्त करने हेतु सूची प्रस्तुत है।"
                        ),
                    ),
                ),
                SeedNote(
                    "chirgaon.bdo",
                    "hi",
                    ("5 आवासों का स्थलीय सत्यापन स.वि.अ. (पंचायत) द्वारा कराकर पुनः प्रस्तुत करें।",),
                ),
                SeedNote(
                    "chirgaon.ado-p",
                    "hi",
                    ("पाँचों आवासों का सत्यापन किया गया, निर्माण सूची के अनुरूप पाया गया। सूची अनुमोदन योग्य है।",),
                ),
            ),
        ),
        SeedFile(
            "suchana",
            "जन सूचना आवेदन सं. 37/2026 का उत्तर",
            "hi",
            1,
            (
                SeedNote(
                    "chirgaon.da2",
                    "hi",
                    (
                        (
                            "आवेदक द्वारा ग्राम पंचायत कल्पितपुर के वर्ष 2025-26 के व्यय का विवरण माँगा गया है। सूचना 14 पृष्ठों "
                            "की है; अतिरिक्त शुल्क ₹28 जमा करने हेतु पत्र का प्रारूप प्रस्तुत है।"
                        ),
                    ),
                ),
            ),
        ),
        SeedFile(
            "lekha",
            "Reply to audit para 6 of the local fund audit, 2025-26",
            "en",
            0,
            (
                SeedNote(
                    "chirgaon.acct",
                    "en",
                    (
                        (
                            "The para relates to three vouchers of March 2026 for stationery. Attested copies "
                            "and the stock register entry are available."
                        ),
                        "A draft reply is proposed. Submitted for approval.",
                    ),
                ),
                SeedNote("chirgaon.bdo", "en", ("Approved. Send the reply before 30-11-2026.",)),
            ),
        ),
    ),
}
