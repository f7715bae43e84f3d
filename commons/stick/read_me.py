"""What somebody finds who opens the stick on a PC."""

from __future__ import annotations

from typing import Final

NAME: Final = "READ-ME.txt"
READ_ME: Final = """\
पत्रावली: कार्यालयों की डाक

इस फ़ोल्डर में कार्यालयों और जिले के बीच की सरकारी डाक है। हर थैला (.bag) बन्द और मुहरबन्द है: उसे केवल
वही कार्यालय खोल सकता है जिसके लिए वह है। यहाँ कुछ भी हटाएँ, बदलें या खोलें नहीं।

यदि यह स्टिक मिली है, तो इसे किसी भी विकास खण्ड कार्यालय या जिला मुख्यालय में दे दें।

इसे पत्रावली के डिब्बे या जिले के कम्प्यूटर में लगाएँ; आगे क्या करना है, पर्दा बताता है।


Patravali: the post of the offices

This folder holds government post between offices and the district. Each bag (.bag) is locked and sealed: only the
office that it is for can open it. Please do not delete, change or open anything here.

If you found this stick, hand it in at any block development office or at the district headquarters.

Plug it into the Patravali box or the district's computer; the screen says what to do next.
""".replace("\n", "\r\n").encode("utf-8-sig")
