"""Keep the translation catalogues of the whole package in one place: ``microcred_plugin/locale``.

``update`` collects the texts of microcred_plugin/ and xblocks/ (needs gettext), ``compile`` writes the .mo files, which
are committed because nobody compiles them on the way to an installation, ``check`` says whether they are right.
"""

import gettext
import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
LOCALE = ROOT / "microcred_plugin" / "locale"
LANGUAGES = ("en", "es", "ar")


def catalogues() -> dict[str, Path]:
    """Name the catalogues there are: language → .po file."""
    return {path.parts[-3]: path for path in sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))}


def read(po: Path) -> Catalog:
    """Read a catalogue; a syntax error in it is raised."""
    with po.open("rb") as file:
        return read_po(file, locale=po.parts[-3], domain="django", abort_invalid=True)


def compiled(po: Path) -> bytes:
    """Return the .mo file of a catalogue."""
    buffer = BytesIO()
    write_mo(buffer, read(po))
    return buffer.getvalue()


def problems(po: Path) -> list[str]:
    """Say what is wrong with one catalogue: placeholders that differ, and a .mo file that is missing or old."""
    catalogue = read(po)
    place = po.relative_to(ROOT)
    found = [f"{place}: {message.id!r}: {error}" for message, errors in catalogue.check() for error in errors]
    mo = po.with_suffix(".mo")
    if not mo.exists():
        return [*found, f"{place}: is not compiled; run: make messages"]
    with mo.open("rb") as old:
        before = gettext.GNUTranslations(old)._catalog
    after = gettext.GNUTranslations(BytesIO(compiled(po)))._catalog
    if {key: text for key, text in before.items() if key} != {key: text for key, text in after.items() if key}:
        found.append(f"{place}: was changed after it was compiled; run: make messages")
    return found


def update() -> int:
    """Collect the texts into the catalogue of each language, by Django's makemessages."""
    import django
    from django.conf import settings
    from django.core.management import call_command

    # LOCALE_PATHS makes Django put the texts of xblocks/ into the same catalogue: the block is translated through it.
    settings.configure(LOCALE_PATHS=[str(LOCALE)], INSTALLED_APPS=[], USE_I18N=True)
    django.setup()
    call_command(
        "makemessages",
        locale=list(LANGUAGES),
        extensions=["py", "html", "txt"],
        ignore_patterns=[".*", "tests", "bench", "soak", "docs", "var", "build", "settings", "setup.py", "tutor"],
        add_location="file",
        no_wrap=True,
    )
    return 0


def main(what: str) -> int:
    """Do ``update``, ``compile`` or ``check``; 1 when something is wrong."""
    if what == "update":
        return update()
    if what == "compile":
        for po in catalogues().values():
            po.with_suffix(".mo").write_bytes(compiled(po))
        return 0
    found = [problem for po in catalogues().values() for problem in problems(po)]
    print("\n".join(found) or f"Catalogues: {', '.join(catalogues()) or 'none yet'}; compiled, placeholders agree.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
