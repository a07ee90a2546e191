"""Which database a sandbox site uses, from an address such as ``mysql://root@127.0.0.1:3306``."""

from typing import Any
from urllib.parse import unquote, urlsplit

import django

_ENGINES = {
    "mysql": "django.db.backends.mysql",
    "postgres": "django.db.backends.postgresql",
    "postgresql": "django.db.backends.postgresql",
}


def sqlite(name: str) -> dict[str, Any]:
    """Describe an SQLite database (a file's path or ``:memory:``) that waits for its writer."""
    options: dict[str, Any] = {"timeout": 20}
    if django.VERSION >= (5, 1):
        # A request that reads first and writes later could not wait for its turn in SQLite's default mode.
        options["transaction_mode"] = "IMMEDIATE"
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": name, "OPTIONS": options}


def server(address: str, name: str) -> dict[str, Any]:
    """Describe the database ``name`` on a MariaDB, MySQL or PostgreSQL server; ValueError for another address."""
    parts = urlsplit(address)
    if parts.scheme not in _ENGINES:
        known = ", ".join(["sqlite", *(f"{scheme}://user:password@host:port" for scheme in _ENGINES)])
        raise ValueError(f"The database address {address!r} is not understood; it is one of {known}.")
    described: dict[str, Any] = {
        "ENGINE": _ENGINES[parts.scheme],
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "127.0.0.1",
        "PORT": str(parts.port or ""),
    }
    if parts.scheme == "mysql":
        described["OPTIONS"] = {"charset": "utf8mb4"}
        described["TEST"] = {"CHARSET": "utf8mb4", "COLLATION": "utf8mb4_unicode_ci"}
    return described


def database(address: str, name: str) -> dict[str, Any]:
    """Describe the database at an address; ``sqlite`` means one in memory."""
    return sqlite(":memory:") if address == "sqlite" else server(address, name)
