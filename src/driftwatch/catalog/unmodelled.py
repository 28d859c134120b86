"""What somebody made in the catalogue and no kind reads: "no drift" must not be said of what was not looked at.

The table ENTRIES says for every kind which catalogue rows it covers. Rows of kinds that are not read are asked for, and
so is what lies between the kinds; on a server newer than what was tried, whatever is of a class that is new.

Left out: large objects (data), what belongs to the cluster (roles, tablespaces, the database itself), what the system
made, and the insides of extensions.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from driftwatch.catalog.connection import NEWEST
from driftwatch.catalog.entries import (
    NOT_SYSTEM,
    USER_RELATION,
    Entry,
    changed_privileges,
    grants,
    identity,
    in_system_schema,
    loose,
    objects,
    on_extension,
    owners,
    relation,
    relations,
    rows,
    sorted_acl,
    system_grants,
    ties,
    types,
)
from driftwatch.diff.ignore import fits
from driftwatch.kinds.parts.fragments import no_member
from driftwatch.sql import literal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Unmodelled

PRIVILEGES = "privileges"
"""Privileges on what is no user's own object: they count where grants do."""


def query(kinds: Iterable[Kind], version: int) -> str:
    """SQL whose rows are (what, name, digest) of everything that none of these kinds reads.

    Equal objects have equal rows in every database. It wants an empty search_path, and no more rights than CONNECT.

    Args:
        kinds: those that are read.
        version: server_version_num.
    """
    read = {kind.name for kind in kinds}
    asked = " UNION ALL ".join(
        f"SELECT {literal(entry.what)}, e.name, e.definition::text FROM ({entry.sql}) e(name, definition)"
        for entry in ENTRIES
        if entry.kind not in read and entry.since <= version
    )
    # A hash without cryptography, which some builds forbid; 64 bits are enough for definitions under one name.
    digest = "to_hex(hashtextextended(r.definition, 0))"
    return f"SELECT r.what, coalesce(r.name, '?') AS name, {digest} AS digest FROM ({asked}) r(what, name, definition)"


def asked_for(
    found: Iterable[Unmodelled], include: Collection[str], schemas: Sequence[str] = ()
) -> tuple[Unmodelled, ...]:
    """What was found, without privileges where grants are not compared, and in these schemas where there are any."""
    counted = (row for row in found if row.what != PRIVILEGES or "grants" in include)
    return tuple(row for row in counted if not schemas or _is_in(row.name, schemas))


# The first dotted name: `public.t.a`, `function public.f(integer)`, `trigger t on "My app".t`.
_SCHEMA = re.compile(r'(?:^|[ (])("(?:[^"]|"")+"|[^\s".(]+)\.')


def _is_in(name: str, schemas: Sequence[str]) -> bool:
    schema = _SCHEMA.search(name)
    return schema is not None and any(fits(pattern, schema[1].strip('"').replace('""', '"')) for pattern in schemas)


def _unknown(what: str, catalog: str, letter: str, known: str) -> Entry:
    """Rows of a known catalogue that are of a new sort."""
    return objects(
        "", catalog, f"strpos('{known}', o.{letter}::text) = 0", what=f"{what} of an unknown sort", since=NEWEST
    )


_DOMAIN_CONSTRAINT = f"o.contypid <> 0 AND o.contype = 'c' AND {no_member('pg_type', 'o.contypid')}"
# All but the shadows that a foreign key to a partitioned table has of itself for each partition there.
_TABLE_CONSTRAINT = """o.contype IN ('p', 'u', 'x', 'c', 'f') AND NOT EXISTS (
    SELECT FROM pg_constraint up WHERE up.oid = o.conparentid AND up.conrelid = o.conrelid)"""
_TRIGGER = "NOT o.tgisinternal AND o.tgparentid = 0"
# Before 15 the triggers that a partition has from its parent count as inner ones (tgisinternal).
_OF_CONSTRAINT = "EXISTS (SELECT FROM pg_constraint k WHERE k.oid = o.tgconstraint AND k.contype <> 't')"
_UNLIKE_ORIGIN = f"""o.tgparentid <> 0 AND NOT {_OF_CONSTRAINT}
    AND o.tgenabled <> (WITH RECURSIVE above AS (
        SELECT p.tgparentid, p.tgenabled FROM pg_trigger p WHERE p.oid = o.tgparentid
        UNION ALL SELECT p.tgparentid, p.tgenabled FROM above a JOIN pg_trigger p ON p.oid = a.tgparentid)
        SELECT tgenabled FROM above WHERE tgparentid = 0)"""
_POLICY = """pg_get_expr(o.polqual, o.polrelid), pg_get_expr(o.polwithcheck, o.polrelid),
    array(SELECT pg_get_userbyid(r) FROM unnest(o.polroles) r ORDER BY 1)"""
_SEQUENCE = "(SELECT to_jsonb(s) - '{seqrelid,seqtypid}'::text[] FROM pg_sequence s WHERE s.seqrelid = o.oid)"
_COMPOSITE = """array(SELECT ROW(a.attname, format_type(a.atttypid, a.atttypmod))::text FROM pg_attribute a
    WHERE a.attrelid = o.typrelid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum)"""
_RANGE = """(SELECT ROW(r.rngsubtype::regtype, r.rngcollation::regcollation, r.rngcanonical, r.rngsubdiff)::text
    FROM pg_range r WHERE r.rngtypid = o.oid)"""
_AGGREGATE = """(SELECT ROW(a.aggkind, a.aggtransfn, a.aggfinalfn, a.aggtranstype::regtype, a.agginitval)::text
    FROM pg_aggregate a WHERE a.aggfnoid = o.oid)"""
_TS_CONFIGURATION = """array(SELECT ROW(m.maptokentype, m.mapseqno, m.mapdict::regdictionary)::text
    FROM pg_ts_config_map m WHERE m.mapcfg = o.oid ORDER BY m.maptokentype, m.mapseqno)"""
_COLUMN = f"""
    SELECT {identity("'pg_class'::regclass", "a.attrelid", "a.attnum")},
           ROW(format_type(a.atttypid, a.atttypmod), a.attcollation::regcollation, a.attnotnull, a.attidentity,
               a.attgenerated, a.attstorage, a.attcompression, a.attstattarget, a.attoptions, a.attfdwoptions,
               pg_get_expr(d.adbin, d.adrelid))::text
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'f')
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.attgenerated <> ''
    WHERE a.attnum > 0 AND NOT a.attisdropped AND c.oid IN ({USER_RELATION})"""
_NOT_GENERATED = """NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = o.adrelid AND a.attnum = o.adnum
    AND a.attgenerated <> '')"""
_OWNED_SEQUENCE = f"""
    SELECT {relation("d.objid")}, {identity("d.refclassid", "d.refobjid", "d.refobjsubid")}
    FROM pg_depend d JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'S'
    WHERE d.classid = 'pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype = 'a' AND c.oid IN ({USER_RELATION})"""
_TYPED_TABLE = f"""
    SELECT {relation("c.oid")}, c.reloftype::regtype::text FROM pg_class c
    WHERE c.reloftype <> 0 AND c.oid IN ({USER_RELATION})"""
_SUBSCRIPTION = """
    SELECT s.subname, ROW(s.subpublications, s.subenabled, s.subslotname)::text
    FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE d.datname = current_database()"""
_COMMENT = f"""
    SELECT i.type || ' ' || i.identity, d.description
    FROM pg_description d CROSS JOIN LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) i
    WHERE d.objoid >= 16384 AND {NOT_SYSTEM}
      AND NOT EXISTS (SELECT FROM pg_depend x
                      WHERE x.classid = d.classoid AND x.objid = d.objoid AND x.deptype = 'e')"""
# Array types, row types, multirange types, a view's own rule, triggers of constraints and those that partitions have of
# their parents: no dump has a comment on one.
_COMMENT_ON_IMPLIED = f"""
    SELECT i.type || ' ' || i.identity, d.description
    FROM pg_description d CROSS JOIN LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) i
    WHERE d.objoid >= 16384 AND {NOT_SYSTEM} AND CASE d.classoid
        WHEN 'pg_type'::regclass THEN EXISTS (
            SELECT FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
            WHERE t.oid = d.objoid AND (t.typtype = 'm' OR t.typinput = 'array_in'::regproc OR c.relkind <> 'c'))
        WHEN 'pg_rewrite'::regclass THEN EXISTS (
            SELECT FROM pg_rewrite r WHERE r.oid = d.objoid AND r.rulename = '_RETURN')
        WHEN 'pg_constraint'::regclass THEN EXISTS (
            SELECT FROM pg_constraint k WHERE k.oid = d.objoid AND k.contype = 't')
        WHEN 'pg_trigger'::regclass THEN EXISTS (
            SELECT FROM pg_trigger o WHERE o.oid = d.objoid AND NOT ({_TRIGGER} OR {_UNLIKE_ORIGIN}))
        END"""
_SETTING = """
    SELECT c, coalesce(pg_get_userbyid(nullif(s.setrole, 0))::text, '')
    FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase CROSS JOIN LATERAL unnest(s.setconfig) c
    WHERE d.datname = current_database() AND c NOT LIKE 'driftwatch.%'"""
_DATABASE = """
    SELECT 'database', ROW(pg_get_userbyid(d.datdba), d.datconnlimit, d.datistemplate)::text FROM pg_database d
    WHERE d.datname = current_database()"""
_DATABASE_COMMENT = """
    SELECT 'database', s.description FROM pg_shdescription s JOIN pg_database d ON d.oid = s.objoid
    WHERE s.classoid = 'pg_database'::regclass AND d.datname = current_database() AND d.oid >= 16384"""
_DATABASE_PRIVILEGE = """
    SELECT coalesce(pg_get_userbyid(nullif(e.grantee, 0))::text, ''),
           string_agg(e.privilege_type, ' ' ORDER BY e.privilege_type)
    FROM pg_database d CROSS JOIN LATERAL (
        (SELECT * FROM aclexplode(d.datacl) EXCEPT SELECT * FROM aclexplode(acldefault('d', d.datdba)))
        UNION (SELECT * FROM aclexplode(acldefault('d', d.datdba)) EXCEPT SELECT * FROM aclexplode(d.datacl))) e
    WHERE d.datname = current_database() AND d.datacl IS NOT NULL AND e.grantee <> d.datdba GROUP BY e.grantee"""

_INNER_TRIGGER = f"""
    SELECT concat_ws(' ', {identity("'pg_constraint'::regclass", "o.tgconstraint")}, o.tgfoid::regproc), o.tgenabled
    FROM pg_trigger o
    WHERE o.tgisinternal AND o.tgenabled <> 'O' AND {_OF_CONSTRAINT} AND o.tgrelid IN ({USER_RELATION})"""

# 17 takes CONSTRAINT a NOT NULL CONSTRAINT b NOT NULL in CREATE DOMAIN for two; its pg_dump writes one.
_SECOND_NOT_NULL = """
    SELECT format_type(k.contypid, NULL), string_agg(k.conname, ' ' ORDER BY k.conname) FROM pg_constraint k
    WHERE k.contypid <> 0 AND k.contype = 'n' GROUP BY k.contypid HAVING count(*) > 1"""
_DETACHED = f"SELECT {relation('t.inhrelid')}, '' FROM pg_inherits t WHERE t.inhdetachpending"
_DEPENDS_ON_EXTENSION = """
    SELECT i.type || ' ' || i.identity, e.extname
    FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
    CROSS JOIN LATERAL pg_identify_object(d.classid, d.objid, 0) i
    WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'x'"""
# Some builds keep notes of their own there, as pg_attver=….
_COLUMN_OPTION = f"""
    SELECT {identity("'pg_class'::regclass", "a.attrelid", "a.attnum")}, o
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'f', 'm')
    CROSS JOIN LATERAL unnest(a.attoptions) o
    WHERE a.attnum > 0 AND a.attoptions IS NOT NULL AND o !~ '^(n_distinct(_inherited)?|pg_attver)='"""
_KNOWN_CLASSES = """
    pg_am pg_amop pg_amproc pg_attrdef pg_cast pg_class pg_collation pg_constraint pg_conversion pg_default_acl
    pg_event_trigger pg_extension pg_foreign_data_wrapper pg_foreign_server pg_language pg_largeobject pg_namespace
    pg_opclass pg_operator pg_opfamily pg_policy pg_proc pg_publication pg_publication_namespace pg_publication_rel
    pg_rewrite pg_statistic_ext pg_subscription pg_transform pg_trigger pg_ts_config pg_ts_dict pg_ts_parser
    pg_ts_template pg_type pg_user_mapping"""
_NEW_CLASS = f"""
    SELECT d.classid::regclass::text, count(DISTINCT d.objid) FROM pg_depend d
    WHERE d.objid >= 16384 AND d.classid::regclass::text <> ALL ('{{{",".join(_KNOWN_CLASSES.split())}}}')
    GROUP BY d.classid"""

ENTRIES: tuple[Entry, ...] = (
    # What the kinds read
    objects("schema", "pg_namespace", "o.nspname !~ '^pg_'"),
    objects("extension", "pg_extension"),
    objects("language", "pg_language", "o.lanispl", "o.lanplcallfoid::regproc, o.laninline::regproc"),
    objects("collation", "pg_collation"),
    types("enum", "e", "array(SELECT e.enumlabel FROM pg_enum e WHERE e.enumtypid = o.oid ORDER BY e.enumsortorder)"),
    types("domain", "d", "format_type(o.typbasetype, o.typtypmod), o.typcollation::regcollation"),
    objects("domain_constraint", "pg_constraint", _DOMAIN_CONSTRAINT, "pg_get_constraintdef(o.oid)"),
    objects("composite_type", "pg_type", f"o.typrelid IN ({USER_RELATION} AND c.relkind = 'c')", _COMPOSITE),
    types("range_type", "r", _RANGE),
    objects("base_type", "pg_type", "(o.typtype = 'b' AND o.typinput <> 'array_in'::regproc OR NOT o.typisdefined)"),
    objects("function", "pg_proc", "o.prokind IN ('f', 'w')", "pg_get_functiondef(o.oid)"),
    objects("procedure", "pg_proc", "o.prokind = 'p'", "pg_get_functiondef(o.oid)"),
    objects("aggregate", "pg_proc", "o.prokind = 'a'", _AGGREGATE),
    objects("access_method", "pg_am"),
    # Shells, which only another's COMMUTATOR or NEGATOR clause named, are no operators yet; pg_dump has none of them.
    objects("operator", "pg_operator", "o.oprcode <> 0", "o.oprcom::regoperator, o.oprnegate::regoperator"),
    objects("operator_family", "pg_opfamily"),
    objects("operator_class", "pg_opclass", named="o.opcintype::regtype, o.opckeytype::regtype"),
    objects("operator_family_operator", "pg_amop", loose("o.amopfamily", "pg_operator", "o.amopopr")),
    objects("operator_family_function", "pg_amproc", loose("o.amprocfamily", "pg_proc", "o.amproc")),
    objects("conversion", "pg_conversion"),
    objects("cast", "pg_cast", named="o.castfunc::regprocedure"),
    objects("transform", "pg_transform", named="o.trffromsql::regproc, o.trftosql::regproc"),
    objects("text_search_parser", "pg_ts_parser"),
    objects("text_search_template", "pg_ts_template"),
    objects("text_search_dictionary", "pg_ts_dict"),
    objects("text_search_configuration", "pg_ts_config", named=_TS_CONFIGURATION),
    objects("foreign_data_wrapper", "pg_foreign_data_wrapper", named="o.fdwhandler::regproc, o.fdwvalidator::regproc"),
    objects("foreign_server", "pg_foreign_server"),
    rows("user_mapping", "SELECT m.usename || ' on ' || m.srvname, '' FROM pg_user_mappings m"),
    relations("sequence", "'S'", _SEQUENCE),
    relations("table", "'r', 'p'", "pg_get_partkeydef(o.oid)"),
    relations("foreign_table", "'f'", "(SELECT f.ftoptions FROM pg_foreign_table f WHERE f.ftrelid = o.oid)"),
    rows("column", _COLUMN),
    objects("default", "pg_attrdef", _NOT_GENERATED, "pg_get_expr(o.adbin, o.adrelid)", "o.adrelid"),
    ties("inheritance", "c.relkind IN ('r', 'f') AND NOT c.relispartition", "t.inhseqno"),
    rows("typed_table", _TYPED_TABLE),
    rows("sequence_owner", _OWNED_SEQUENCE),
    objects("constraint", "pg_constraint", _TABLE_CONSTRAINT, "pg_get_constraintdef(o.oid)", "o.conrelid"),
    relations("index", "'i', 'I'", "pg_get_indexdef(o.oid)"),
    ties("partition", "c.relkind IN ('r', 'p', 'f') AND c.relispartition", "pg_get_expr(c.relpartbound, c.oid)"),
    ties("index_partition", "c.relkind IN ('i', 'I')"),
    relations("view", "'v'", "pg_get_viewdef(o.oid)"),
    relations("materialized_view", "'m'", "pg_get_viewdef(o.oid)"),
    objects("statistics", "pg_statistic_ext", named="pg_get_statisticsobjdef(o.oid)", inside="o.stxrelid"),
    objects("rule", "pg_rewrite", named="pg_get_ruledef(o.oid)", inside="o.ev_class"),
    objects("trigger", "pg_trigger", _TRIGGER, "pg_get_triggerdef(o.oid)", "o.tgrelid"),
    objects("partition_trigger", "pg_trigger", _UNLIKE_ORIGIN, inside="o.tgrelid"),
    rows("inner_trigger", _INNER_TRIGGER),
    objects("policy", "pg_policy", named=_POLICY, inside="o.polrelid"),
    objects("publication", "pg_publication"),
    objects("publication_table", "pg_publication_rel"),
    objects("publication_schema", "pg_publication_namespace", since=150000),
    rows("subscription", _SUBSCRIPTION),
    objects("event_trigger", "pg_event_trigger", named="o.evtfoid::regproc"),
    rows("comment", _COMMENT),
    rows("owner", owners()),
    rows("grant", grants()),
    rows("system_grant", system_grants()),
    rows("extension_dependency", _DEPENDS_ON_EXTENSION),
    rows("security_label", f"SELECT {identity('s.classoid', 's.objoid', 's.objsubid')}, s.label FROM pg_seclabel s"),
    objects("default_privilege", "pg_default_acl", named=sorted_acl("o.defaclacl")),
    rows("database", _DATABASE),
    rows("database_setting", _SETTING),
    rows("database_comment", _DATABASE_COMMENT),
    rows("database_privilege", _DATABASE_PRIVILEGE),
    # What lies between them
    Entry("partition being detached", _DETACHED),
    Entry("domain with two NOT NULLs", _SECOND_NOT_NULL),
    Entry("comment on what came along", _COMMENT_ON_IMPLIED),
    Entry("column option", _COLUMN_OPTION),
    Entry("object in a system schema", in_system_schema()),
    Entry("object on an extension's table", on_extension()),
    Entry(PRIVILEGES, changed_privileges()),
    # What a newer server may have
    _unknown("relation", "pg_class", "relkind", "rpiIStvmcf"),
    _unknown("type", "pg_type", "typtype", "bcdempr"),
    _unknown("routine", "pg_proc", "prokind", "fpaw"),
    _unknown("constraint", "pg_constraint", "contype", "puxcftn"),
    _unknown("default privilege", "pg_default_acl", "defaclobjtype", "rSfTnL"),
    Entry("objects of an unknown class", _NEW_CLASS, since=NEWEST),
)  # fmt: skip
