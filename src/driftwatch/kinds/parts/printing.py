"""Definitions that PostgreSQL prints alike are printed once.

Its deparsers are most of what reading costs, and for each table that an expression is about they look up the whole of
it. But many indexes and checks say the same of columns of the same names: those of partitions and of tenants. Whatever
goes into the text is gathered first, as `same`; where that is equal, so is the text.
"""

from __future__ import annotations

from driftwatch.kinds.parts import index_options

NULLS_NOT_DISTINCT = 150000

_WHOLE_ROW = "':varattno 0 '"
"""How a stored expression has a whole row, which is printed by its table's name."""

COLUMNS = """
    optioned AS MATERIALIZED (
        SELECT a.attrelid, string_agg(concat(a.attnum, a.attoptions), ',' ORDER BY a.attnum) AS options
        FROM pg_attribute a WHERE a.attnum > 0 AND a.attoptions IS NOT NULL GROUP BY a.attrelid),
    whole AS MATERIALIZED (
        -- A hash is in no need of an order, and short: as text it was most of what is gathered, and sorted.
        SELECT a.attrelid, bit_xor(hash_record_extended(ROW(a.attnum, a.attname, a.atttypid, a.attcollation), 0))
                               AS columns
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relkind IN ('r', 'p', 'm') AND c.oid >= 16384 AND a.attnum > 0 GROUP BY a.attrelid)"""
"""The options of an index's operator classes; what is printed of a table's columns, and decides what else is, hashed:
two tables whose indexes are otherwise alike have the same 64 bits by chance as good as never."""

COLUMNS_JOINED = """
    LEFT JOIN optioned oc ON oc.attrelid = c.oid LEFT JOIN whole wc ON wc.attrelid = x.indrelid"""

HEAD = """
    concat('CREATE ', CASE WHEN x.indisunique THEN 'UNIQUE ' END, 'INDEX ', quote_ident(c.relname), ' ON ',
           CASE c.relkind WHEN 'I' THEN 'ONLY ' END, quote_ident(n.nspname), '.', quote_ident(t.relname), ' ')"""
"""The beginning of what pg_get_indexdef prints of an index `c` in a schema `n` on a table `t`."""


def same_index(version: int) -> str:
    """All that pg_get_indexdef prints behind `HEAD`, of `pg_index x` and `pg_class c`."""
    nulls = "x.indnullsnotdistinct" if version >= NULLS_NOT_DISTINCT else "''"
    return f"""
        concat(c.relam, '/', x.indnkeyatts, '/', x.indkey, '/', x.indclass, '/', x.indcollation, '/', x.indoption, '/',
               {nulls}, '/', c.reloptions, '/', oc.options, '/', wc.columns, '/', x.indexprs, '/', x.indpred, '/',
               CASE WHEN wc.columns IS NULL OR strpos(concat(x.indexprs, x.indpred), {_WHOLE_ROW}) > 0
                    THEN c.oid END) COLLATE "C\""""


PRINTED_INDEXES = f"""
    printed AS MATERIALIZED (
        SELECT f.same, p.predicate, e.ends,
               -- NULL is taken for a deparser that met a change, and read again: a text cut wrongly would go unseen.
               CASE WHEN starts_with(d.def, f.head) THEN substr(left(d.def, length(d.def) - e.ends), length(f.head) + 1)
                    END AS definition
        FROM (SELECT min(oid) AS oid FROM found GROUP BY same) r JOIN found f ON f.oid = r.oid
        JOIN pg_index x ON x.indexrelid = r.oid
        CROSS JOIN LATERAL (SELECT pg_get_expr(x.indpred, x.indrelid) AS predicate OFFSET 0) p
        CROSS JOIN LATERAL (SELECT pg_get_indexdef(r.oid) AS def OFFSET 0) d
        CROSS JOIN LATERAL (SELECT {index_options.printed_length("f.reloptions", "p.predicate")} AS ends OFFSET 0) e)"""
"""One of each sort of `found(oid, head, same, reloptions)`: what follows the head, up to the options."""


def printed_checks(states: str) -> str:
    """`checks(oid, definition)` of all check constraints of tables; `states` is what to cut from the end of each."""
    return f"""
    checked AS MATERIALIZED (
        SELECT k.oid, concat(k.conbin, '/', k.connoinherit, {states}, '/', k.conkey,
                             -- One by one: else each table's columns would all be looked at.
                             array(SELECT (SELECT a.attname FROM pg_attribute a
                                           WHERE a.attrelid = k.conrelid AND a.attnum = u.attnum)
                                   FROM unnest(k.conkey) AS u(attnum)), '/',
                             CASE WHEN strpos(k.conbin::text, {_WHOLE_ROW}) > 0 THEN k.oid END) COLLATE "C" AS same
        FROM pg_constraint k WHERE k.contype = 'c' AND k.conrelid <> 0),
    checks AS MATERIALIZED (
        SELECT c.oid, p.definition
        FROM checked c JOIN (
            SELECT r.same, (SELECT left(def, length(def) - {states}) FROM pg_get_constraintdef(r.oid) def) AS definition
            FROM (SELECT same, min(oid) AS oid FROM checked GROUP BY same) r JOIN pg_constraint k ON k.oid = r.oid
            OFFSET 0) p ON p.same = c.same)"""
