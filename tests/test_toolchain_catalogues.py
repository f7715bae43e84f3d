"""The check that Hindi is complete sees every way in which it is not."""

import gettext
import os
import shutil
from pathlib import Path

import pytest

from provisioning.catalogues import Fault, catalogue_path, check, compile_all, main, update

ROOT = Path(__file__).parents[1]
CODE = """
from flask_babel import gettext as _, lazy_gettext as _l, ngettext, pgettext
SEND = _l("Send")
def words(count, name):
    return _("Sent to %(name)s", name=name), ngettext("%(num)s day", "%(num)s days", count), pgettext("paper", "File")
"""
HINDI = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=2; plural=(n > 1);\\n"

msgid "Send"
msgstr "भेजें"

msgid "Sent to %(name)s"
msgstr "%(name)s को भेजा"

msgid "%(num)s day"
msgid_plural "%(num)s days"
msgstr[0] "%(num)s दिन"
msgstr[1] "%(num)s दिन"

msgctxt "paper"
msgid "File"
msgstr "पत्रावली"
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small tree: code in commons with a complete Hindi, a template in appliance that uses a common word."""
    shutil.copy(ROOT / "babel.cfg", tmp_path)
    for package in ("commons", "appliance/web/templates", "central", "provisioning"):
        (tmp_path / package).mkdir(parents=True)
    (tmp_path / "commons/words.py").write_text(CODE, encoding="utf-8")
    (tmp_path / "appliance/web/templates/page.html").write_text('<b>{{ _("Send") }}</b>', encoding="utf-8")
    hindi(tmp_path, HINDI)
    return tmp_path


def hindi(tree: Path, text: str, package: str = "commons") -> Path:
    path = catalogue_path(tree, package)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_complete_catalogue_passes(tree: Path) -> None:
    assert check(tree) == []
    assert main(["check", "--root", str(tree)]) == 0


@pytest.mark.parametrize(
    ("whole", "broken", "why", "text"),
    [
        ('msgid "Send"\nmsgstr "भेजें"\n', "", "missing", "Send"),
        ('msgctxt "paper"\n', "", "missing", "File"),
        ('msgid "Send"', '#, fuzzy\nmsgid "Send"', "fuzzy", "Send"),
        ('msgstr "भेजें"', 'msgstr ""', "empty", "Send"),
        ('msgstr[1] "%(num)s दिन"', 'msgstr[1] ""', "empty", "%(num)s day"),
        ('msgid_plural "%(num)s days"\nmsgstr[0]', "msgstr", "no plural", "%(num)s day"),
    ],
)
def test_each_fault_is_named(tree: Path, whole: str, broken: str, why: str, text: str) -> None:
    changed = HINDI.replace(whole, broken)
    assert changed != HINDI
    hindi(tree, changed.replace('msgstr[1] "%(num)s दिन"\n', "") if why == "no plural" else changed)
    found = [fault for fault in check(tree) if fault.package == "commons"]
    assert found == [Fault("commons", why, text, ("commons/words.py",))]
    assert main(["check", "--root", str(tree)]) == 1


def test_a_translation_that_loses_a_name_is_a_fault(tree: Path) -> None:
    hindi(tree, HINDI.replace("%(name)s को", "%(nam)s को"))
    (found,) = check(tree)
    assert found.text == "Sent to %(name)s"


def test_a_template_s_own_word_is_asked_of_its_package(tree: Path) -> None:
    page = tree / "appliance/web/templates/page.html"
    page.write_text("{% trans %}Close{% endtrans %}", encoding="utf-8")
    assert check(tree) == [Fault("appliance", "missing", "Close", ("appliance/web/templates/page.html",))]


def test_update_adds_what_is_new_keeps_what_is_there_and_then_changes_nothing(tree: Path) -> None:
    page = tree / "appliance/web/templates/page.html"
    page.write_text('{{ _("Send") }} {{ _("Close") }}', encoding="utf-8")
    update(tree)
    assert check(tree) == [Fault("appliance", "empty", "Close", ("appliance/web/templates/page.html",))]
    assert "भेजें" in catalogue_path(tree, "commons").read_text(encoding="utf-8")
    assert update(tree) == []


def test_compiling_builds_what_changed_and_gettext_reads_it(tree: Path) -> None:
    source = catalogue_path(tree, "commons")
    (built,) = compile_all(tree)
    with built.open("rb") as content:
        words = gettext.GNUTranslations(content)
    assert words.gettext("Send") == "भेजें"
    assert words.pgettext("paper", "File") == "पत्रावली"
    assert compile_all(tree) == []
    later = built.stat().st_mtime_ns + 1_000_000_000
    os.utime(source, ns=(later, later))
    assert compile_all(tree) == [built]
