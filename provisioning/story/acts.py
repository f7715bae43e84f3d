"""The acts of the story, in order. People act on their pages; statements are checked there and in the databases."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from provisioning.demo import paper
from provisioning.nodes import OfficeStatus
from provisioning.story.person import Attachment, Person
from provisioning.story.stage import Stage
from provisioning.story.teller import Teller

SUBJECT = {
    "hi": "ग्राम नमूनापुर के तालाब की मेड़ का पुनर्निर्माण: प्राक्कलन की स्वीकृति",
    "en": "Rebuilding the bund of the pond at Namunapur: sanction of the estimate",
}
NOTES = {
    "hi": (
        "ग्राम प्रधान का पत्र प्राप्त हुआ है। मेड़ 40 मीटर टूटी है, प्राक्कलन ₹2,10,000 का है। आदेशार्थ प्रस्तुत।",
        "मौके पर देखा गया। प्राक्कलन उचित है। स्वीकृति हेतु प्रस्तुत।",
        "निर्देशानुसार माप पुस्तिका की प्रति संलग्न की जा रही है। चिरगाँव से संयुक्त माप अपेक्षित है।",
    ),
    "en": (
        "A letter of the village head has been received. 40 metres of the bund have broken; the estimate is ₹2,10,000.",
        "Seen on the spot. The estimate is fair. Submitted for sanction.",
        "As directed, the measurement book is put up. A joint measurement with Chirgaon is needed.",
    ),
}
REMARKS = {"hi": "कृपया आज ही देखें", "en": "Please see it today"}
DIRECTIONS = {
    "hi": "चिरगाँव के साथ संयुक्त माप कराकर प्रस्तुत करें",
    "en": "Put up again after a joint measurement with Chirgaon",
}
SOON, LATER = 12.0, 45.0
"""Seconds within which something must show: over a line that is up; after a line has come back."""


@dataclass
class Story:
    """Who plays, and what the acts have found out so far."""

    stage: Stage
    teller: Teller
    language: str
    people: dict[str, Person] = field(default_factory=dict)
    file: str = ""
    pdf: bytes = b""

    def person(self, post: str) -> Person:
        """Who holds the post, logged in."""
        if post not in self.people:
            found = self.stage.person(post.split(".", maxsplit=1)[0], post, self.language)
            found.enter()
            self.teller.check(
                f"{found.name_hi} ({post}) ने लॉग-इन किया, स्क्रीन चुनी हुई भाषा में है",
                f"{found.name_en} ({post}) has logged in, and the screen is in the chosen language",
                found.status == 200 and found.page.language == self.language and found.page.hook("line") != "",
                (found.status, found.page.language),
            )
            self.people[post] = found
        return self.people[post]

    def office(self, node: str) -> OfficeStatus:
        """What the office's own database says."""
        return self.stage.truth().office(node)

    def holders(self) -> list[str]:
        """The nodes that may write the file now, by their own databases."""
        truth = self.stage.truth()
        return [
            office.node
            for office in truth.offices
            for file in office.files
            if file.file == self.file and file.phase == "held"
        ]

    def at_hub(self) -> str:
        """The node that holds the file by the hub's database; "" if it does not know the file."""
        hub = self.stage.truth().hub
        files = hub.files if hub else []
        return next((file.holder_node for file in files if file.file == self.file), "")

    def stage_of(self, who: Person) -> str:
        """How far the last hand-over has come, on the page of the file's movement."""
        return who.go(f"/files/{self.file}/movement").hook("stage")

    def show(self, who: Person) -> None:
        """Open the file's page."""
        who.go(f"/files/{self.file}")


def opening(story: Story) -> None:
    """A file is opened with a paper, a note is written and confirmed."""
    teller, language = story.teller, story.language
    assistant = story.person("moth.da1")
    teller.say(
        "मोंठ: पटल सहायक नई पत्रावली खोलता है, विषय लिखता है और पत्र (PDF) संलग्न करता है।",
        "Moth: the dealing assistant opens a file with its subject and attaches the letter, a PDF.",
    )
    story.pdf = paper.letter(
        to="खण्ड विकास अधिकारी, मोंठ", subject=SUBJECT["hi"], paragraphs=NOTES["hi"][:1], by="ग्राम प्रधान"
    )
    assistant.go("/files/new")
    assistant.press("open-file", Attachment("paper", "letter.pdf", story.pdf), subject=SUBJECT[language])
    story.file = assistant.address.rstrip("/").rsplit("/", 1)[-1].split("#")[0]
    sha256 = hashlib.sha256(story.pdf).hexdigest()
    teller.check(
        "पत्रावली सहायक के पटल पर है और पत्र उसके पत्राचार में",
        "The file is on the assistant's desk, and the letter is in its correspondence",
        assistant.status == 200 and assistant.page.hook("state") == "desk" and assistant.page.hook("paper") == sha256,
        (assistant.status, assistant.address, assistant.page.hook("state")),
    )
    teller.say(
        "वह पीली टिप्पणी लिखता है और उसकी पुष्टि करता है: टिप्पणी हरी हो जाती है।",
        "He writes a yellow note and confirms it: it becomes green.",
    )
    write(story, assistant, 0)
    teller.check(
        "प्रस्तर 1 हरा है और अब बदला नहीं जा सकता",
        "Paragraph 1 is green and can no longer be changed",
        paragraphs(story, "moth") == 1 and NOTES[language][0] in assistant.page.root.text,
        paragraphs(story, "moth"),
    )


def up_the_channel(story: Story) -> None:
    """To the BDO, who sees it arrive by itself, and on to the CDO, who returns it with directions."""
    teller, language = story.teller, story.language
    assistant, officer, chief = (story.person(post) for post in ("moth.da1", "moth.bdo", "jhansi-hq.cdo"))
    teller.say(
        "बी.डी.ओ. का आगत पृष्ठ खुला है; सहायक पत्रावली अभ्युक्ति के साथ भेजता है।",
        "The BDO's inbox is open; the assistant sends the file with remarks.",
    )
    officer.go("/inbox")
    assert story.file not in officer.page.files()
    send(story, assistant, "moth.bdo", "up", REMARKS[language])
    teller.check(
        "बी.डी.ओ. का पृष्ठ स्वयं नया हुआ, बिना दोबारा खोले",
        "The BDO's page has heard of it by itself, without a reload",
        officer.wait(officer.hears_of_change, SOON),
    )
    officer.go("/inbox")
    teller.check(
        "पत्रावली अभ्युक्ति सहित उनके आगत में है",
        "The file is in his inbox with the remarks",
        story.file in officer.page.files() and REMARKS[language] in officer.page.root.text,
        officer.page.files(),
    )
    teller.say("बी.डी.ओ. टिप्पणी जोड़कर सी.डी.ओ. को भेजते हैं।", "The BDO adds a note and sends it to the CDO.")
    story.show(officer)
    write(story, officer, 1)
    chief.go("/inbox")
    send(story, officer, "jhansi-hq.cdo", "up", REMARKS[language])
    teller.check(
        "मुख्यालय में सी.डी.ओ. के आगत में पत्रावली स्वयं आ गयी",
        "At headquarters the file has come to the CDO's inbox by itself",
        chief.wait(lambda: story.file in chief.go("/inbox").files(), SOON),
        chief.page.files(),
    )
    story.show(chief)
    teller.check(
        "सी.डी.ओ. दोनों टिप्पणियाँ पढ़ सकते हैं",
        "The CDO can read both notes",
        all(note in chief.page.root.text for note in NOTES[language][:2]),
    )
    teller.say(
        "सी.डी.ओ. निर्देश सहित उसी सहायक को वापस करते हैं।", "The CDO returns it with directions to the same assistant."
    )
    assistant.go("/inbox")
    send(story, chief, "moth.da1", "return", DIRECTIONS[language])
    teller.check(
        "पत्रावली निर्देश सहित सहायक के आगत में फिर आ गयी",
        "The file is back in the assistant's inbox, with the directions",
        assistant.wait(lambda: story.file in assistant.go("/inbox").files(), SOON)
        and DIRECTIONS[language] in assistant.page.root.text,
        assistant.page.files(),
    )
    only_holder(story, "moth")


def line_down(story: Story) -> None:
    """Moth's line is cut: work goes on, the hand-over waits here and can be taken back."""
    teller, language = story.teller, story.language
    assistant = story.person("moth.da1")
    teller.say("मोंठ की लाइन काट दी जाती है।", "Moth's line is cut.")
    story.stage.line("moth", "down")
    story.show(assistant)
    write(story, assistant, 2)
    teller.check(
        "लाइन के बिना भी टिप्पणी लिखी और पुष्ट की जा सकी",
        "A note could be written and confirmed without the line",
        paragraphs(story, "moth") == 3,
        paragraphs(story, "moth"),
    )
    teller.say("सहायक पत्रावली चिरगाँव के बी.डी.ओ. को भेजता है।", "The assistant sends the file to the BDO of Chirgaon.")
    send(story, assistant, "chirgaon.bdo", "up", REMARKS[language])
    teller.check(
        "संचलन पृष्ठ कहता है: यहाँ प्रतीक्षा में",
        "The page of its movement says: waiting here",
        story.stage_of(assistant) == "waiting",
        assistant.page.hook("stage"),
    )
    teller.check(
        "पृष्ठ के ऊपर की पट्टी कहती है: लाइन बंद, 1 संचलन प्रतीक्षा में",
        "The bar on top of the page says: line down, 1 movement waiting",
        assistant.wait(lambda: bar(assistant) == ("down", "1"), SOON),
        bar(assistant),
    )
    teller.check(
        "हब को इस संचलन का पता नहीं; अभिरक्षा मोंठ में ही है",
        "The hub knows nothing of it; custody is still Moth's",
        story.at_hub() == "moth" and story.office("moth").waiting_movements == 1,
        story.at_hub(),
    )
    teller.say("सहायक पत्रावली वापस लेता है और फिर भेजता है।", "The assistant takes it back, then sends it again.")
    story.show(assistant)
    assistant.press("pull-back")
    story.show(assistant)
    teller.check(
        "पत्रावली तुरन्त उसके पटल पर वापस है",
        "The file is on his desk again at once",
        assistant.page.hook("state") == "desk" and bar(assistant)[1] == "0",
        (assistant.page.hook("state"), bar(assistant)),
    )
    send(story, assistant, "chirgaon.bdo", "up", REMARKS[language])
    teller.check("वह फिर यहाँ प्रतीक्षा में है", "It waits here again", story.stage_of(assistant) == "waiting")
    only_office_waiting(story)


def line_up(story: Story) -> None:
    """The line returns: delivered and opened by themselves, whole, and Moth reads only."""
    teller = story.teller
    assistant, far = story.person("moth.da1"), story.person("chirgaon.bdo")
    far.go("/inbox")
    teller.say("लाइन लौट आती है। कोई कुछ नहीं दबाता।", "The line returns. Nobody presses anything.")
    story.stage.line("moth", "up")
    teller.check(
        "पत्रावली स्वयं जिले से होकर चिरगाँव के पटल पर पहुँची",
        "By itself the file has gone by the district to the desk at Chirgaon",
        assistant.wait(lambda: story.stage_of(assistant) == "delivered", LATER),
        assistant.page.hook("stage"),
    )
    teller.check(
        "चिरगाँव के बी.डी.ओ. के आगत में पत्रावली है",
        "The file is in the inbox of Chirgaon's BDO",
        far.wait(lambda: story.file in far.go("/inbox").files(), SOON),
        far.page.files(),
    )
    teller.check(
        "मोंठ, चिरगाँव और जिले के पास पत्रावली अक्षरशः एक ही है",
        "Moth, Chirgaon and the district hold the same file, byte for byte",
        same(story, "moth", "chirgaon"),
        logs(story),
    )
    teller.say("चिरगाँव के बी.डी.ओ. उसे खोलते हैं।", "The BDO of Chirgaon opens it.")
    story.show(far)
    teller.check(
        "पूरा इतिहास, तीनों टिप्पणियाँ वहाँ हैं",
        "The whole history and all three notes are there",
        all(note in far.page.root.text for note in NOTES[story.language]),
    )
    sha256 = hashlib.sha256(story.pdf).hexdigest()
    address = f"/papers/{sha256}?file={story.file}"
    teller.check(
        "पत्र वहाँ है, प्रत्येक बाइट वही",
        "The letter is there, the same to the last byte",
        far.wait(lambda: far.fetch(address).content == story.pdf, SOON),
    )
    teller.check(
        "मोंठ देखता है कि किसने खोली",
        "Moth sees who has opened it",
        assistant.wait(lambda: story.stage_of(assistant) == "opened", SOON),
        assistant.page.hook("stage"),
    )
    name = far.name_hi
    teller.check(f"पृष्ठ पर नाम है: {name}", f"The page has the name: {name}", name in assistant.page.root.text)
    story.show(assistant)
    teller.check(
        "मोंठ पढ़ सकता है, लिख नहीं सकता",
        "Moth can read it and can no longer write it",
        assistant.page.hook("state") == "away"
        and NOTES[story.language][2] in assistant.page.root.text
        and not any(assistant.page.has_verb(verb) for verb in ("save-yellow", "confirm-note", "send", "attach")),
        assistant.page.hook("state"),
    )
    teller.check(
        "और उसका पृष्ठ कहता है कि वह चिरगाँव में है",
        "And its page says that it is at Chirgaon",
        any(name in state_words(assistant) for name in ("चिरगाँव", "Chirgaon")),
        state_words(assistant),
    )
    only_holder(story, "chirgaon")


def at_the_hub(story: Story) -> None:
    """The hub's page shows every office, and all databases hold the same file."""
    teller = story.teller
    teller.say("जिला सर्वर का पृष्ठ खोला जाता है।", "The district server's page is opened.")
    hub = story.stage.run.roles[0]
    watcher = story.stage.person(hub.node, "jhansi-hq.dm", story.language)
    watcher.enter()
    watcher.go("/")
    shown = {element.attributes["data-node"] for element in watcher.page.root.all(data_node="")}
    teller.check("तीनों कार्यालय वहाँ हैं", "All three offices are there", shown >= {"moth", "chirgaon", "jhansi-hq"}, shown)
    teller.check(
        "चिरगाँव और जिले के पास पत्रावली अक्षरशः एक ही है",
        "Chirgaon and the district hold the same file, byte for byte",
        watcher.wait(lambda: same(story, "chirgaon"), SOON),
        logs(story),
    )
    truth = story.stage.truth()
    teller.check(
        "कुछ भी अलग नहीं रखा गया, कुछ भी प्रतीक्षा में नहीं",
        "Nothing was set aside, and nothing waits",
        truth.hub is not None
        and truth.hub.set_aside == 0
        and not any(office.set_aside or office.waiting_movements for office in truth.offices),
    )


def write(story: Story, who: Person, number: int) -> None:
    """Write the story's note of that number on the page that is open, and confirm it."""
    who.press("confirm-note", text=NOTES[story.language][number])
    assert who.status == 200, who.page.hook("problem")


def send(story: Story, who: Person, to_post: str, how: str, remarks: str) -> None:
    """Send the file from its page."""
    story.show(who)
    who.press("send", to_post=to_post, how=how, remarks=remarks)
    story.teller.check(
        f"{to_post} को भेजी गयी", f"Sent to {to_post}", who.status == 200, (who.status, who.page.hook("problem"))
    )


def bar(who: Person) -> tuple[str, str]:
    """Line and waiting movements, as the bar of a fresh page says."""
    page = who.go("/inbox")
    return page.hook("line"), page.hook("waiting")


def state_words(who: Person) -> str:
    """Where the file is, as the head of its page says."""
    return " ".join(element.text for element in who.page.root.all(data_state=""))


def paragraphs(story: Story, node: str) -> int:
    """Green paragraphs of the file in the office's database."""
    return next(file.paragraphs for file in story.office(node).files if file.file == story.file)


def logs(story: Story) -> dict[str, tuple[int, str]]:
    """By node, length and hash of the file's log: the hash covers every byte of every entry."""
    truth = story.stage.truth()
    found = {
        office.node: (file.log, file.log_hash)
        for office in truth.offices
        for file in office.files
        if file.file == story.file
    }
    for file in truth.hub.files if truth.hub else []:
        if file.file == story.file:
            found["hub"] = (file.log, file.log_hash)
    return found


def same(story: Story, *offices: str) -> bool:
    """Whether the hub and these offices hold the same file."""
    found = logs(story)
    return len({found.get(node) for node in ("hub", *offices)}) == 1 and "hub" in found


def only_holder(story: Story, node: str) -> None:
    """Exactly one office may write the file, and the hub says so too."""
    story.teller.check(
        f"अभिरक्षा केवल एक के पास है: {node}",
        f"Exactly one has custody: {node}",
        story.holders() == [node] and story.at_hub() == node,
        (story.holders(), story.at_hub()),
    )


def only_office_waiting(story: Story) -> None:
    """Nobody but the sender has anything of a hand-over that waits for the line."""
    waiting = {office.node: office.waiting_movements for office in story.stage.truth().offices}
    story.teller.check(
        "केवल मोंठ में एक संचलन प्रतीक्षा में है",
        "Only at Moth does a movement wait",
        waiting == {"moth": 1, "chirgaon": 0, "jhansi-hq": 0},
        waiting,
    )
