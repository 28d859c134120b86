"""What to do next where a connection is refused.

libpq gives the server's words and no error code for a connection that was not made, so the words have to do. They stand
in the message in any case; of those in another language nothing more is said.
"""

from __future__ import annotations

import re

_WHERE = re.compile(r'connection to server (?:at "[^"]*"(?: \([^)]*\))?, port \d+|on socket "[^"]*") failed: ')

_ADVICE = (
    (
        "too many (?:connections for|clients)|connection slots are reserved|max clients|no more connections",
        "try again when other sessions have ended (pg_stat_activity shows them), or raise the limit that it names",
    ),
    (
        "system is (?:starting up|shutting down|in recovery mode|not yet accepting connections)",
        "try again in a moment",
    ),
    ("Hot standby mode is disabled", "name the primary, or set hot_standby = on there"),
    (
        r'SSL required|connection is insecure|^(?!.*SSL encryption).*no pg_hba\.conf entry for host "[^[]',
        "add sslmode=require to the URL, or have user, address and database let in there without TLS (pg_hba.conf)",
    ),
    (
        r"pg_hba\.conf",
        "have user, address and database let in there (pg_hba.conf, the service's allowed addresses)",
    ),
    (
        "password authentication failed|Tenant or user not found|no such user",
        "check user and password; in a URL / ? # % @ : of a password are written %2F %3F %23 %25 %40 %3A",
    ),
    ("no password supplied", "put it into the URL by a variable of .env, or into PGPASSWORD or ~/.pgpass"),
    ('role "[^"]*" does not exist', "check the user in the URL"),
    ("is not permitted to log in", "name another user, or ALTER ROLE … LOGIN"),
    ("permission denied for database", "GRANT CONNECT ON DATABASE … TO … by its owner lets it in"),
    ("not currently accepting connections", "ALTER DATABASE … ALLOW_CONNECTIONS true by its owner opens it"),
    ('database "[^"]*" does not exist|no such database', "check the database's name, at the end of the URL"),
    ("server does not support SSL", "leave sslmode out of the URL where an unencrypted connection will do"),
    (
        "certificate verify failed",
        "add sslrootcert=<file> to the URL with the certificate that the server's is signed by, or sslrootcert=system",
    ),
    ("failed to resolve host|timeout expired", "check host and port"),
)


def in_one_sentence(text: str) -> str:
    """What libpq says of a refused connection, with what to do next where that is known.

    Args:
        text: its message in one line, with the address before each of its attempts.
    """
    # The message begins with the address, unless several were tried.
    if len(set(_WHERE.findall(text))) == 1:
        text = "; ".join(filter(None, map(str.strip, _WHERE.split(text.removeprefix("connection is bad: ")))))
    advice = next((advice for words, advice in _ADVICE if re.search(words, text)), None)
    return f"{text.removesuffix('.')}: {advice}" if advice else text
