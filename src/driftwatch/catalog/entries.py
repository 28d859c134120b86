"""Classes of catalogue rows as SQL whose columns are a name and a definition: the words of the table in `unmodelled`.

A name is PostgreSQL's own for the object (pg_identify_object); a definition holds printed SQL and names, never an oid,
so that equal objects are equal in every database.
"""

from __future__ import annotations

from typing import NamedTuple

from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member


class Entry(NamedTuple):
    """A class of catalogue rows, and the kind that reads them ('': none does)."""

    what: str
    sql: str
    kind: str = ""
    since: int = 0
    """server_version_num from which on the catalogue, or the question, exists."""


USER_RELATION = f"""SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE {USER_SCHEMA} AND {no_member("pg_class", "c.oid")}"""

NOT_SYSTEM = "coalesce(i.schema, i.identity) !~ '^(pg_|information_schema$)'"
"""For a query that joins pg_identify_object as `i`: neither the system's nor temporary."""
_NOT_INNER = """NOT EXISTS (SELECT FROM pg_depend x WHERE x.classid = o.tableoid AND x.objid = o.oid AND x.objsubid = 0
                AND x.deptype IN ('e', 'i'))"""


def identity(classid: str, objid: str, objsubid: str = "0") -> str:
    """SQL for PostgreSQL's name of an object."""
    return f"(pg_identify_object({classid}, {objid}, {objsubid})).identity"


def relation(oid: str) -> str:
    """SQL for a relation's name."""
    return identity("'pg_class'::regclass", oid)


def sorted_acl(acl: str) -> str:
    """SQL for an access list, by names and in one order."""
    return f"array(SELECT a::text FROM unnest({acl}) a ORDER BY 1)"


def plain_columns(catalog: str) -> str:
    """SQL for a row `o` as JSON, without what means something else, or nothing, in another database."""
    return f"""to_jsonb(o) - (SELECT array_agg(a.attname::text) FROM pg_attribute a
        WHERE a.attrelid = '{catalog}'::regclass
          AND (a.atttypid IN ('oid'::regtype, 'oidvector'::regtype, 'oid[]'::regtype, 'xid'::regtype, 'int2[]'::regtype,
                              'int2vector'::regtype, 'pg_node_tree'::regtype, 'aclitem[]'::regtype)
               OR a.attname ~ '^rel(pages|tuples|all|has|checks|natts|ispopulated)|version$'))"""


def objects(  # noqa: PLR0913, PLR0917  what makes one catalogue different from another
    kind: str, catalog: str, where: str = "true", named: str = "''", inside: str = "", what: str = "", since: int = 0
) -> Entry:
    """The rows of a catalogue with an oid that a user made.

    Args:
        kind: the kind that reads them; '' where none does.
        catalog: the catalogue; its alias is `o`.
        where: which of its rows.
        named: printed forms of what the catalogue has as oids.
        inside: for parts of a relation: that one's oid.
        what: what a report calls them, by default the kind.
        since: server_version_num.
    """
    part = f" AND {inside} IN ({USER_RELATION})" if inside else ""
    sql = f"""
        SELECT i.identity, ROW({plain_columns(catalog)}, {named}, obj_description(o.oid, '{catalog}'))::text
        FROM {catalog} o CROSS JOIN LATERAL pg_identify_object(o.tableoid, o.oid, 0) i
        WHERE {where} AND o.oid >= 16384 AND {NOT_SYSTEM}{part} AND {_NOT_INNER}"""
    return Entry(what or kind.replace("_", " "), sql, kind, since)


def types(kind: str, typtype: str, named: str) -> Entry:
    """The user's types of one typtype."""
    return objects(kind, "pg_type", f"o.typtype = '{typtype}'", named)


def relations(kind: str, relkinds: str, named: str = "''") -> Entry:
    """The user's relations of some relkinds, quoted and comma separated."""
    return objects(kind, "pg_class", f"o.relkind IN ({relkinds})", named)


def rows(kind: str, sql: str) -> Entry:
    """What a kind reads, by a query of its own."""
    return Entry(kind.replace("_", " "), sql, kind)


def ties(kind: str, where: str, definition: str = "''") -> Entry:
    """Rows `t` of pg_inherits whose child `c` is a user's, named after that."""
    sql = f"""SELECT {relation("t.inhrelid")}, ROW({relation("t.inhparent")}, {definition})::text
        FROM pg_inherits t JOIN pg_class c ON c.oid = t.inhrelid WHERE {where} AND c.oid IN ({USER_RELATION})"""
    return rows(kind, sql)


def loose(family: str, catalog: str, member: str) -> str:
    """A condition on what is in an operator family outside of any class: no extension has brought it or the family."""
    return f"{no_member('pg_opfamily', family)} AND {no_member(catalog, member)}"


# Catalogues with a schema column, and what of a row tells two objects of one name apart.
_IN_SCHEMA = {
    "pg_class": ("relnamespace", "o.relkind::text"),
    "pg_proc": ("pronamespace", "o.prosrc"),
    "pg_type": ("typnamespace", "o.typtype::text"),
    "pg_operator": ("oprnamespace", "o.oprcode::text"),
    "pg_opclass": ("opcnamespace", "''"),
    "pg_ts_config": ("cfgnamespace", "''"),
    "pg_ts_dict": ("dictnamespace", "o.dictinitoption"),
}


def in_system_schema() -> str:
    """What somebody made in pg_catalog or information_schema, where no kind looks."""
    schemas = "('pg_catalog'::regnamespace, to_regnamespace('information_schema'))"
    parts = " UNION ALL ".join(
        f"SELECT o.tableoid, o.oid, {told} FROM {catalog} o WHERE o.oid >= 16384 AND o.{schema} IN {schemas}"
        for catalog, (schema, told) in _IN_SCHEMA.items()
    )
    return f"""SELECT i.type || ' ' || i.identity, o.told
        FROM ({parts}) o(tableoid, oid, told) CROSS JOIN LATERAL pg_identify_object(o.tableoid, o.oid, 0) i
        WHERE {_NOT_INNER}"""


# What can stand on a table: its oid's column, which rows, and how PostgreSQL prints one.
_ON_TABLE = {
    "pg_policy": ("polrelid", "true", "NULL"),
    "pg_trigger": ("tgrelid", "NOT o.tgisinternal", "pg_get_triggerdef(o.oid)"),
    "pg_rewrite": ("ev_class", "o.rulename <> '_RETURN'", "pg_get_ruledef(o.oid)"),
    "pg_statistic_ext": ("stxrelid", "true", "pg_get_statisticsobjdef(o.oid)"),
    "pg_constraint": ("conrelid", "o.conrelid <> 0 AND o.contype <> 'n'", "pg_get_constraintdef(o.oid)"),
}


def on_extension() -> str:
    """What was put on an extension's table after the extension was there."""
    parts = [
        f"SELECT o.tableoid, o.oid, o.{table} FROM {catalog} o WHERE {where}"
        for catalog, (table, where, _) in _ON_TABLE.items()
    ]
    parts.append("""SELECT 'pg_class'::regclass, x.indexrelid, x.indrelid FROM pg_index x
        WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.indexrelid)""")
    printed = " ".join(f"WHEN '{catalog}'::regclass THEN {by}" for catalog, (_, _, by) in _ON_TABLE.items())
    return f"""SELECT i.type || ' ' || i.identity, CASE o.tableoid {printed} ELSE pg_get_indexdef(o.oid) END
        FROM ({" UNION ALL ".join(parts)}) o(tableoid, oid, relation)
        JOIN pg_depend m ON m.classid = 'pg_class'::regclass AND m.objid = o.relation AND m.deptype = 'e'
        CROSS JOIN LATERAL pg_identify_object(o.tableoid, o.oid, 0) i
        WHERE {_NOT_INNER} AND o.oid > (SELECT max(x.objid) FROM pg_depend x WHERE x.refclassid = m.refclassid
                                        AND x.refobjid = m.refobjid AND x.deptype = 'e')"""


# Owner and access list of what can have both, and the letter that acldefault() knows it by.
_OWNED = {
    "pg_class": ("relowner", "relacl", "(CASE o.relkind WHEN 'S' THEN 's' ELSE 'r' END)::\"char\""),
    "pg_proc": ("proowner", "proacl", "'f'"),
    "pg_type": ("typowner", "typacl", "'T'"),
    "pg_namespace": ("nspowner", "nspacl", "'n'"),
    "pg_language": ("lanowner", "lanacl", "'l'"),
    "pg_foreign_data_wrapper": ("fdwowner", "fdwacl", "'F'"),
    "pg_foreign_server": ("srvowner", "srvacl", "'S'"),
}
_COLUMN_ACLS = """SELECT 'pg_class'::regclass, o.oid, a.attnum, a.attacl, {}
    FROM pg_attribute a JOIN pg_class o ON o.oid = a.attrelid"""


def owners() -> str:
    """Who owns what a user made."""
    return " UNION ALL ".join(
        f"""SELECT i.type || ' ' || i.identity, pg_get_userbyid(o.{owner})::text
            FROM {catalog} o CROSS JOIN LATERAL pg_identify_object(o.tableoid, o.oid, 0) i
            WHERE o.oid >= 16384 AND {NOT_SYSTEM} AND {_NOT_INNER}"""
        for catalog, (owner, _, _) in _OWNED.items()
    )


def grants() -> str:
    """The access lists of what a user made."""
    parts = [
        f"SELECT o.tableoid, o.oid, 0, o.{acl}, NULL FROM {catalog} o WHERE o.oid >= 16384 AND o.{acl} IS NOT NULL"
        for catalog, (_, acl, _) in _OWNED.items()
    ]
    columns = f"{_COLUMN_ACLS.format('NULL')} WHERE o.oid >= 16384 AND a.attacl IS NOT NULL AND NOT a.attisdropped"
    return f"""SELECT i.type || ' ' || i.identity, {sorted_acl("g.acl")}::text
        FROM ({" UNION ALL ".join([*parts, columns])}) g(classid, objid, objsubid, acl)
        CROSS JOIN LATERAL pg_identify_object(g.classid, g.objid, g.objsubid) i WHERE {NOT_SYSTEM}"""


def system_grants() -> str:
    """The access lists of what initdb made in pg_catalog, where they were changed since."""
    joined = """LEFT JOIN pg_init_privs p ON p.privtype = 'i' AND p.classoid = '{}'::regclass AND p.objoid = o.oid
                                          AND p.objsubid = {}"""
    parts = [
        f"""SELECT o.tableoid, o.oid, 0, coalesce(o.{acl}, acldefault({letter}, o.{owner})),
                   coalesce(p.initprivs, acldefault({letter}, o.{owner}))
            FROM {catalog} o {joined.format(catalog, 0)}
            WHERE o.oid < 16384 AND (o.{acl} IS NOT NULL OR p.objoid IS NOT NULL) AND {condition}"""
        for catalog, condition in _SYSTEM.items()
        for owner, acl, letter in [_OWNED[catalog]]
    ]
    columns = f"""{_COLUMN_ACLS.format("coalesce(p.initprivs, acldefault('c', o.relowner))")}
        {joined.format("pg_class", "a.attnum")}
        WHERE a.attrelid < 16384 AND a.attacl IS NOT NULL AND {_SYSTEM["pg_class"]}"""
    return f"""SELECT i.type || ' ' || i.identity, {sorted_acl("g.acl")}::text
        FROM ({" UNION ALL ".join([*parts, columns])}) g(classid, objid, objsubid, acl, initial)
        CROSS JOIN LATERAL pg_identify_object(g.classid, g.objid, g.objsubid) i
        WHERE {sorted_acl("g.acl")} <> {sorted_acl("g.initial")}"""


_SYSTEM = {
    "pg_class": "o.relnamespace = 'pg_catalog'::regnamespace",
    "pg_proc": "o.pronamespace = 'pg_catalog'::regnamespace",
    "pg_type": "o.typnamespace = 'pg_catalog'::regnamespace AND o.typrelid = 0",
    "pg_namespace": "o.nspname = 'pg_catalog'",
}
"""Where the system's objects whose privileges pg_dump writes stand; what is in information_schema it leaves out."""


def changed_privileges() -> str:
    """Access lists on which no grant of ours stands: row types', those of an extension's columns, and of SQL and C."""
    return f"""SELECT i.type || ' ' || i.identity, {sorted_acl("g.acl")}::text
        FROM (SELECT 'pg_type'::regclass, o.oid, 0, o.typacl, acldefault('T', o.typowner)
              FROM pg_type o JOIN pg_class c ON c.oid = o.typrelid AND c.relkind <> 'c'
              UNION ALL
              SELECT 'pg_language'::regclass, o.oid, 0, o.lanacl, acldefault('l', o.lanowner)
              FROM pg_language o WHERE NOT o.lanispl
              UNION ALL
              {_COLUMN_ACLS.format("coalesce(p.initprivs, acldefault('c', o.relowner))")}
              JOIN pg_depend m ON m.classid = 'pg_class'::regclass AND m.objid = o.oid AND m.deptype = 'e'
                              AND m.refclassid = 'pg_extension'::regclass
              LEFT JOIN pg_init_privs p ON p.classoid = 'pg_class'::regclass AND p.objoid = o.oid
                                       AND p.objsubid = a.attnum
              WHERE NOT a.attisdropped
             ) g(classid, objid, objsubid, acl, initial)
        CROSS JOIN LATERAL pg_identify_object(g.classid, g.objid, g.objsubid) i
        WHERE g.acl IS NOT NULL AND g.acl <> g.initial AND {sorted_acl("g.acl")} <> {sorted_acl("g.initial")}"""
