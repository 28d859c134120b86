"""The second observer: two databases compared by what `pg_dump` writes about them.

It shares no code with the catalogue reader, so it notices what that one is blind to. What `pg_dump --schema-only`
does not write, it cannot see: an INVALID index (left out), an extension's version and members, settings and
privileges of the database itself, roles, large objects, the position of a sequence, and subscriptions unless the
role is a superuser. Column order is left out on purpose, see `internals`.
"""
