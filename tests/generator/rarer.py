"""Operators and their classes, casts, conversions, text search, languages, access methods, transforms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.names import literal

if TYPE_CHECKING:
    from generator.world import Step, World

_OPERATORS = """SELECT format('%I.%s (%s, %s)', nspname, oprname, oprleft::regtype, oprright::regtype)
                FROM pg_operator o JOIN pg_namespace n ON n.oid = oprnamespace WHERE o.oid >= 16384 AND oprleft <> 0"""
_CASTS = """SELECT format('%s AS %s', format_type(castsource, NULL), format_type(casttarget, NULL)) FROM pg_cast
            WHERE oid >= 16384"""


def operator_function(w: World) -> str:
    return f"CREATE FUNCTION {w.new()}(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 < $2'"


def operator(w: World) -> str:
    name = w.routine("f", "^boolean$").rpartition("(")[0]
    tail = w.one_of(("", ", COMMUTATOR = OPERATOR(public.<<<)", ", RESTRICT = eqsel", ", HASHES", ", MERGES"))
    symbol = w.one_of(("<<<", ">>>", "~@", "%%", "|?|"))
    return f"CREATE OPERATOR {w.schema()}.{symbol} (FUNCTION = {name}, LEFTARG = integer, RIGHTARG = integer{tail})"


def alter_operator(w: World) -> str:
    name = w.pick(_OPERATORS)
    what = (f"SET SCHEMA {w.schema()}", "SET (RESTRICT = neqsel)", "SET (RESTRICT = NONE)", f"OWNER TO {w.role()}")
    return w.one_of(
        (f"DROP OPERATOR {name}", f"DROP OPERATOR {name} CASCADE", *(f"ALTER OPERATOR {name} {e}" for e in what))
    )


def operator_class(w: World) -> str:
    family = w.one_of(("", f"FAMILY {w.mine('pg_opfamily', 'opfname', 'opfnamespace')}")) if w.number(0, 1) else ""
    return (
        f"CREATE OPERATOR CLASS {w.new()} FOR TYPE integer USING btree {family} AS OPERATOR 1 <, OPERATOR 2 <=,"
        " OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(integer, integer)"
    )


def operator_family(w: World) -> str:
    return f"CREATE OPERATOR FAMILY {w.new()} USING {w.one_of(('btree', 'hash'))}"


def alter_operator_class(w: World) -> str:
    kind, column = w.one_of((("CLASS", "opc"), ("FAMILY", "opf")))
    catalogue = {"opc": "pg_opclass", "opf": "pg_opfamily"}[column]
    name = w.mine(catalogue, f"{column}name", f"{column}namespace")
    what = (f"RENAME TO {w.name()}", f"SET SCHEMA {w.schema()}")
    return w.one_of(
        (
            f"DROP OPERATOR {kind} {name} USING btree CASCADE",
            *(f"ALTER OPERATOR {kind} {name} USING btree {e}" for e in what),
        )
    )


def cast(w: World) -> str:
    how = w.one_of(("", "AS ASSIGNMENT", "AS IMPLICIT"))
    return f"CREATE CAST ({w.user_type('ecdr')} AS {w.one_of(('text', 'integer', 'jsonb'))}) WITH INOUT {how}"


def drop_cast(w: World) -> str:
    return f"DROP CAST ({w.pick(_CASTS)})"


def conversion(w: World) -> str:
    return f"CREATE {w.maybe('DEFAULT')} CONVERSION {w.new()} FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1"


def alter_conversion(w: World) -> str:
    name = w.mine("pg_conversion", "conname", "connamespace")
    return w.one_of((f"DROP CONVERSION {name}", f"ALTER CONVERSION {name} RENAME TO {w.name()}"))


def dictionary(w: World) -> str:
    options = w.one_of(("", ", STOPWORDS = english", ", ACCEPT = false"))
    return f"CREATE TEXT SEARCH DICTIONARY {w.new()} (TEMPLATE = pg_catalog.simple{options})"


def configuration(w: World) -> str:
    source = w.one_of(("PARSER = pg_catalog.default", "COPY = pg_catalog.english", "COPY = pg_catalog.simple"))
    return f"CREATE TEXT SEARCH CONFIGURATION {w.new()} ({source})"


def alter_configuration(w: World) -> str:
    name = w.mine("pg_ts_config", "cfgname", "cfgnamespace")
    token = w.one_of(("word", "asciiword", "email"))
    words = w.one_of(("pg_catalog.simple", w.mine("pg_ts_dict", "dictname", "dictnamespace")))
    what = (
        f"ADD MAPPING FOR {token} WITH {words}",
        f"ALTER MAPPING FOR {token} WITH {words}, pg_catalog.english_stem",
        f"DROP MAPPING IF EXISTS FOR {token}",
        f"RENAME TO {w.name()}",
        f"SET SCHEMA {w.schema()}",
    )
    return w.one_of(
        (f"DROP TEXT SEARCH CONFIGURATION {name}", *(f"ALTER TEXT SEARCH CONFIGURATION {name} {e}" for e in what))
    )


def alter_dictionary(w: World) -> str:
    name = w.mine("pg_ts_dict", "dictname", "dictnamespace")
    what = ("(STOPWORDS = german)", "(STOPWORDS)", f"RENAME TO {w.name()}", f"SET SCHEMA {w.schema()}")
    return w.one_of(
        (f"DROP TEXT SEARCH DICTIONARY {name} CASCADE", *(f"ALTER TEXT SEARCH DICTIONARY {name} {e}" for e in what))
    )


def search_part(w: World) -> str:
    return w.one_of(
        (
            f"CREATE TEXT SEARCH TEMPLATE {w.new()} (INIT = dsimple_init, LEXIZE = dsimple_lexize)",
            (
                f"CREATE TEXT SEARCH PARSER {w.new()} (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end,"
                " LEXTYPES = prsd_lextype)"
            ),
        )
    )


def language(w: World) -> str:
    name = w.one_of(("pl2", "pl three"))
    return (
        f'CREATE {w.maybe("TRUSTED")} LANGUAGE "{name}" HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler'
        if w.number(0, 2)
        else f'DROP LANGUAGE "{name}" CASCADE'
    )


def access_method(w: World) -> str:
    return w.one_of(
        (
            f"CREATE ACCESS METHOD {w.name()} TYPE TABLE HANDLER heap_tableam_handler",
            f"CREATE TABLE {w.new()} (a integer) USING "
            + w.pick("SELECT format('%I', amname) FROM pg_am WHERE amtype = 't'"),
        )
    )


def drop_access_method(w: World) -> str:
    return "DROP ACCESS METHOD " + w.pick("SELECT format('%I', amname) FROM pg_am WHERE oid >= 16384") + " CASCADE"


def base_type(w: World) -> str:
    name = w.new()
    return (
        f"CREATE TYPE {name};"
        f" CREATE FUNCTION {name}(cstring) RETURNS {name} LANGUAGE internal IMMUTABLE STRICT AS 'int4in';"
        f" CREATE FUNCTION {name}({name}) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';"
        f" CREATE TYPE {name} (INPUT = {name}, OUTPUT = {name}, LIKE = integer)"
    )


def label_schema_literal(w: World) -> str:
    """A name inside a text: to_regclass is no dependency, the default has to survive as it is."""
    table = w.relation("r")
    return f"ALTER TABLE {table} ADD {w.name()} text DEFAULT {literal(table)}"


MAKE: tuple[Step, ...] = (
    operator_function,
    operator,
    operator_class,
    operator_family,
    cast,
    conversion,
    dictionary,
    configuration,
    search_part,
    language,
    access_method,
    base_type,
)
CHANGE: tuple[Step, ...] = (
    alter_operator,
    alter_operator_class,
    drop_cast,
    alter_conversion,
    alter_configuration,
    alter_configuration,
    alter_dictionary,
    drop_access_method,
    label_schema_literal,
)
