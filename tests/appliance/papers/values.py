"""A made-up office and a letter of it."""

from datetime import date, datetime, timedelta, timezone

from appliance.papers.letters import Kind, Language, Letter, LetterHead, Signatory

AT = datetime(2026, 11, 20, 14, 4, tzinfo=timezone(timedelta(hours=5, minutes=30)))
HEAD = LetterHead(
    ("कार्यालय खण्ड विकास अधिकारी", "विकास खण्ड मोंठ, जनपद झाँसी"), "मोंठ, झाँसी (उ.प्र.)", "00000-000000", "moth@example.in"
)
BODY = (
    "<p>हैण्डपम्प मरम्मत हेतु <b>₹18,620</b> का प्राक्कलन:</p><table><tr><th>मद</th><th>धनराशि</th></tr><tr><td>श्रम</td>"
    "<td>6,220</td></tr></table><ol><li>परीक्षण करायें;</li><li>आख्या उपलब्ध करायें।</li></ol>"
)


def a_letter(kind: Kind = Kind.LETTER, language: Language = "hi", **changes: object) -> Letter:
    """A complete letter, with these fields changed."""
    fields: dict[str, object] = {
        "head": HEAD,
        "subject": "ग्राम पंचायत उदाहरणपुर में हैण्डपम्प मरम्मत",
        "body": BODY,
        "signatory": Signatory("दृष्टान्त शर्मा", "खण्ड विकास अधिकारी", ("विकास खण्ड मोंठ",)),
        "to": ("जिला विकास अधिकारी,\nजनपद झाँसी।",),
        "number": "moth/vikas/2026/000123",
        "day": date(2026, 11, 20),
        "references": ("आपका पत्र संख्या 411 दिनांक 12-11-2026",),
        "enclosures": ("प्राक्कलन (2 पृष्ठ)",),
        "copies": ("मुख्य विकास अधिकारी, झाँसी।",),
        "endorsement": "moth/vikas/2026/000124",
        "approved": True,
    }
    return Letter(kind, language, **(fields | changes))  # type: ignore[arg-type]  # each field is checked by its test
