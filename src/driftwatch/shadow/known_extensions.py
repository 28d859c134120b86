"""Extensions that schema files often ask for and the embedded server lacks: their functions' real signatures.

Facts of the manual's appendix F (pgcrypto, uuid-ossp), as `CREATE FUNCTION` has them in PostgreSQL 14 to 18.
"""

from __future__ import annotations

from driftwatch.shadow.extensions import Extension, Routine

FIRST_WITH_FIPS_MODE = 18

BODIES = {
    ("gen_random_uuid", ""): "pg_catalog.gen_random_uuid()",
    ("uuid_generate_v1", ""): "pg_catalog.gen_random_uuid()",
    ("uuid_generate_v1mc", ""): "pg_catalog.gen_random_uuid()",
    ("uuid_generate_v4", ""): "pg_catalog.gen_random_uuid()",
}
"""Expressions where the server has the real thing, or one as good: migrations insert rows with such keys.

Everything else returns NULL.
"""


def known_extensions(major: int) -> tuple[Extension, ...]:
    """The extensions whose signatures are shipped, in the version that this major of PostgreSQL has."""
    return (_pgcrypto(major), _uuid_ossp())


def _uuid_ossp() -> Extension:
    constants = ("uuid_nil", "uuid_ns_dns", "uuid_ns_url", "uuid_ns_oid", "uuid_ns_x500")
    generators = ("uuid_generate_v1", "uuid_generate_v1mc", "uuid_generate_v4")
    named = ("uuid_generate_v3", "uuid_generate_v5")
    return Extension(
        "uuid-ossp",
        "1.1",
        "generate universally unique identifiers (UUIDs)",
        routines=(
            *(Routine(name, "", "uuid") for name in constants),
            *(Routine(name, "", "uuid", "VOLATILE") for name in generators),
            *(Routine(name, "namespace uuid, name text", "uuid") for name in named),
        ),
    )


def _pgcrypto(major: int) -> Extension:
    later = (Routine("fips_mode", "", "boolean", "VOLATILE"),) if major >= FIRST_WITH_FIPS_MODE else ()
    return Extension(
        "pgcrypto",
        "1.4" if later else "1.3",
        "cryptographic functions",
        routines=(*_hashing(), *_ciphers(), *_random(), *_pgp_encrypt(), *_pgp_decrypt(), *_armor(), *later),
    )


def _hashing() -> tuple[Routine, ...]:
    return (
        Routine("digest", "text, text", "bytea"),
        Routine("digest", "bytea, text", "bytea"),
        Routine("hmac", "text, text, text", "bytea"),
        Routine("hmac", "bytea, bytea, text", "bytea"),
        Routine("crypt", "text, text", "text"),
        Routine("gen_salt", "text", "text", "VOLATILE"),
        Routine("gen_salt", "text, integer", "text", "VOLATILE"),
    )


def _ciphers() -> tuple[Routine, ...]:
    return (
        *(Routine(name, "bytea, bytea, text", "bytea") for name in ("encrypt", "decrypt")),
        *(Routine(name, "bytea, bytea, bytea, text", "bytea") for name in ("encrypt_iv", "decrypt_iv")),
    )


def _random() -> tuple[Routine, ...]:
    return (
        Routine("gen_random_bytes", "integer", "bytea", "VOLATILE"),
        Routine("gen_random_uuid", "", "uuid", "VOLATILE", strict=False),
    )


def _pgp_encrypt() -> tuple[Routine, ...]:
    return tuple(
        Routine(f"pgp_{way}_encrypt{suffix}", f"{data}, {key}{options}", "bytea", "VOLATILE")
        for way, key in (("sym", "text"), ("pub", "bytea"))
        for suffix, data in (("", "text"), ("_bytea", "bytea"))
        for options in ("", ", text")
    )


def _pgp_decrypt() -> tuple[Routine, ...]:
    kinds = (("sym", "text", ("", ", text")), ("pub", "bytea", ("", ", text", ", text, text")))
    return tuple(
        Routine(f"pgp_{way}_decrypt{suffix}", f"bytea, {key}{options}", result)
        for way, key, forms in kinds
        for suffix, result in (("", "text"), ("_bytea", "bytea"))
        for options in forms
    )


def _armor() -> tuple[Routine, ...]:
    headers = "text, OUT key text, OUT value text"
    return (
        Routine("pgp_key_id", "bytea", "text"),
        Routine("armor", "bytea", "text"),
        Routine("armor", "bytea, text[], text[]", "text"),
        Routine("dearmor", "text", "bytea"),
        Routine("pgp_armor_headers", headers, "SETOF record", returns_value=False),
    )
