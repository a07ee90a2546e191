"""Opens an export as a folder, refusing archives that would write elsewhere or fill the disk."""

import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from microcred_plugin.errors import BadInput

_MAX_FILES = 100_000
_MAX_FILE_BYTES = 512 * 1024**2
_MAX_TOTAL_BYTES = 4 * 1024**3


@contextmanager
def opened(path: Path) -> Iterator[Path]:
    """Give the folder that holds ``course.xml``; an archive is unpacked aside for as long as the block lasts."""
    if path.is_dir():
        yield _root(path, path)
    elif path.is_file():
        with TemporaryDirectory(prefix="olx-") as folder:
            _unpack(path, Path(folder))
            yield _root(Path(folder), path)
    else:
        raise BadInput(f"There is no file or folder {path}. Give the path of an OLX export (a folder or a .tar.gz).")


def _root(folder: Path, named: Path) -> Path:
    """Find the folder of ``course.xml``: this one or, as exports have it, one inside."""
    for candidate in (folder, *sorted(inner for inner in folder.iterdir() if inner.is_dir())):
        if (candidate / "course.xml").is_file():
            return candidate
    raise BadInput(f"{named} holds no course.xml, neither at its top nor in a folder there; it is no OLX export.")


def _unpack(path: Path, folder: Path) -> None:
    try:
        with tarfile.open(path) as archive:
            for member in _checked(archive, path):
                archive.extract(member, folder, set_attrs=False, filter="data")
    except (tarfile.TarError, EOFError, OSError) as error:
        raise BadInput(f"{path} cannot be read as a tar archive ({error}). Export the course again.") from error


def _checked(archive: tarfile.TarFile, path: Path) -> Iterator[tarfile.TarInfo]:
    total = 0
    for number, member in enumerate(archive, start=1):
        name = PurePosixPath(member.name)
        total += member.size
        if name.is_absolute() or ".." in name.parts:
            raise BadInput(f"{path} is refused: its member {member.name!r} would be written outside of the export.")
        if not (member.isfile() or member.isdir()):
            raise BadInput(f"{path} is refused: its member {member.name!r} is a link or a device, not a file.")
        if member.size > _MAX_FILE_BYTES or total > _MAX_TOTAL_BYTES or number > _MAX_FILES:
            raise BadInput(f"{path} is refused: with its member {member.name!r} it is larger than any course.")
        yield member


def inside(root: Path, relative: str) -> Path | None:
    """Give the path of a file of the export, None when there is none; BadInput when it leads out of the export."""
    path = root / relative
    try:
        resolved = path.resolve()
    except (OSError, ValueError) as error:
        raise BadInput(f"{relative!r} is not the name of a file of the export.") from error
    if not resolved.is_relative_to(root.resolve()):
        raise BadInput(f"{relative!r} leads out of the export and is not read.")
    return resolved if resolved.is_file() else None
