"""A shop's dev and prod after half a year: everyday drift of every level, and something in every section."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from driftwatch.model.change import AttributeChange, Change, Verb
from driftwatch.model.comparison import Hidden, RenameCandidate
from driftwatch.model.snapshot import Unmodelled, Unreadable
from driftwatch.model.statement import Danger, Lock
from driftwatch.model.verdict import NotCovered, Outcome, Verdict
from report.made import alter, comparison_of, finding, key

if TYPE_CHECKING:
    from driftwatch.model.comparison import Comparison, Finding

OLD_TOTAL = """\
CREATE OR REPLACE FUNCTION public.order_total(p_order_id bigint)
 RETURNS numeric
 LANGUAGE plpgsql
 STABLE
AS $function$
DECLARE
    v_items    numeric := 0;
    v_discount numeric := 0;
    v_shipping numeric := 0;
BEGIN
    SELECT coalesce(sum(quantity * unit_price), 0)
      INTO v_items
      FROM public.order_items
     WHERE order_id = p_order_id;

    -- vouchers that were redeemed on this order
    SELECT coalesce(sum(amount), 0)
      INTO v_discount
      FROM public.vouchers
     WHERE order_id = p_order_id
       AND redeemed;

    SELECT coalesce(price, 0)
      INTO v_shipping
      FROM public.shipments
     WHERE order_id = p_order_id;

    RETURN v_items - v_discount + v_shipping;
END;
$function$"""
NEW_TOTAL = (
    OLD_TOTAL.replace("quantity * unit_price", "quantity * unit_price * (1 - item_discount)")
    .replace("       AND redeemed;", "       AND redeemed_at IS NOT NULL\n       AND NOT cancelled;")
    .replace("RETURN v_items - v_discount + v_shipping", "RETURN greatest(v_items - v_discount, 0) + v_shipping")
)
INVOICES = """\
CREATE TABLE billing.invoices (
    id bigint GENERATED ALWAYS AS IDENTITY,
    order_id bigint NOT NULL,
    number text NOT NULL,
    issued_on date DEFAULT CURRENT_DATE NOT NULL,
    total numeric(12,2) NOT NULL,
    CONSTRAINT invoices_pkey PRIMARY KEY (id),
    CONSTRAINT invoices_number_key UNIQUE (number),
    CONSTRAINT invoices_total_check CHECK ((total >= (0)::numeric))
)"""
INVOICES_FKEY = """\
ALTER TABLE billing.invoices ADD CONSTRAINT invoices_order_id_fkey
    FOREIGN KEY (order_id) REFERENCES public.orders(id)"""


def shop_findings() -> tuple[Finding, ...]:
    """Everyday drift of every level."""
    return (*_orders(), *_invoices(), *_logic(), *_rest())


def _orders() -> tuple[Finding, ...]:
    orders = key("table", "public", "orders")
    return (
        finding(
            "add",
            key("column", "public", "orders", "delivery_note"),
            orders,
            new="delivery_note text",
            statements=("ALTER TABLE public.orders ADD COLUMN delivery_note text",),
        ),
        finding(
            "alter",
            key("column", "public", "orders", "total"),
            orders,
            old="total numeric(10,2)",
            new="total numeric(12,4) NOT NULL",
            statements=(
                "ALTER TABLE public.orders ALTER COLUMN total TYPE numeric(12,4)",
                "ALTER TABLE public.orders ALTER COLUMN total SET NOT NULL",
            ),
            hazards=(
                (Danger.REWRITE, "the whole table is written anew while nobody can read it; plan a window"),
                (Danger.MAY_FAIL, "rows where total is null make it fail; back-fill them first"),
            ),
            attributes=(alter("type", "numeric(10,2)", "numeric(12,4)"), alter("not_null", old=False, new=True)),
        ),
        finding(
            "drop",
            key("column", "public", "orders", "legacy_code"),
            orders,
            old="legacy_code character varying(20)",
            statements=("ALTER TABLE public.orders DROP COLUMN legacy_code",),
            hazards=(
                (Danger.DATA_LOSS, "what the column holds is gone; nothing brings it back"),
                (Danger.BREAKS_CODE, "code that still names legacy_code fails"),
            ),
        ),
        finding(
            "add",
            key("index", "public", "orders_customer_placed_idx"),
            orders,
            new="CREATE INDEX orders_customer_placed_idx ON public.orders USING btree (customer_id, placed_at DESC)",
            statements=(
                "CREATE INDEX orders_customer_placed_idx ON public.orders USING btree (customer_id, placed_at DESC)",
            ),
            hazards=((Danger.LOCK, "writes wait until the index is built; CONCURRENTLY would not block them"),),
            lock=Lock.SHARE,
        ),
        finding(
            "alter",
            key("comment", "column public.orders.status", ""),
            orders,
            old="COMMENT ON COLUMN public.orders.status IS 'open, paid or shipped'",
            new="COMMENT ON COLUMN public.orders.status IS 'open, paid, shipped or returned'",
            statements=("COMMENT ON COLUMN public.orders.status IS 'open, paid, shipped or returned'",),
            lock=Lock.SHARE_UPDATE_EXCLUSIVE,
            attributes=(alter("text", "open, paid or shipped", "open, paid, shipped or returned"),),
        ),
    )


def _invoices() -> tuple[Finding, ...]:
    invoices = key("table", "billing", "invoices")
    columns = {
        "id": "bigint",
        "order_id": "bigint NOT NULL",
        "number": "text NOT NULL",
        "issued_on": "date DEFAULT CURRENT_DATE NOT NULL",
        "total": "numeric(12,2) NOT NULL",
    }
    constraints = {
        "invoices_pkey": "PRIMARY KEY (id)",
        "invoices_number_key": "UNIQUE (number)",
        "invoices_total_check": "CHECK ((total >= (0)::numeric))",
    }
    return (
        finding("add", invoices, invoices, new=INVOICES, statements=(INVOICES,)),
        *(
            finding("add", key("column", "billing", "invoices", name), invoices, new=f"{name} {type_}")
            for name, type_ in columns.items()
        ),
        *(
            finding("add", key("constraint", "billing", "invoices", name), invoices, new=f"CONSTRAINT {name} {text}")
            for name, text in constraints.items()
        ),
        finding(
            "add",
            key("foreign_key", "billing", "invoices", "invoices_order_id_fkey"),
            invoices,
            new="CONSTRAINT invoices_order_id_fkey FOREIGN KEY (order_id) REFERENCES public.orders(id)",
            statements=(INVOICES_FKEY,),
            lock=Lock.SHARE_ROW_EXCLUSIVE,
            hazards=((Danger.LOCK, "writes to public.orders wait while it is added"),),
        ),
    )


def _logic() -> tuple[Finding, ...]:
    total = key("function", "public", "order_total", "bigint")
    policy = key("policy", "public", "customers", "customers_of_own_region")
    customers = key("table", "public", "customers")
    view = key("view", "reporting", "monthly_revenue")
    old_policy = (
        "CREATE POLICY customers_of_own_region ON public.customers\n"
        "    FOR SELECT TO app_user\n    USING ((region = current_setting('app.region'::text)))"
    )
    new_policy = old_policy.replace("FOR SELECT", "FOR ALL").replace("region = ", "lower(region) = ")
    old_view = (
        " SELECT date_trunc('month'::text, o.placed_at) AS month,\n    sum(o.total) AS revenue\n"
        "   FROM public.orders o\n  GROUP BY (date_trunc('month'::text, o.placed_at))"
    )
    new_view = old_view.replace(
        "FROM public.orders o\n", "FROM public.orders o\n  WHERE (o.status <> 'returned'::text)\n"
    )
    create = "CREATE OR REPLACE VIEW reporting.monthly_revenue AS\n"
    return (
        finding(
            "alter",
            total,
            total,
            old=OLD_TOTAL,
            new=NEW_TOTAL,
            statements=(NEW_TOTAL,),
            lock=Lock.NONE,
            attributes=(alter("definition", OLD_TOTAL, NEW_TOTAL),),
        ),
        finding(
            "alter",
            policy,
            customers,
            old=old_policy,
            new=new_policy,
            statements=(
                "DROP POLICY customers_of_own_region ON public.customers",
                new_policy,
            ),
            hazards=((Danger.ACCESS, "who may see or change rows of public.customers changes; have it reviewed"),),
            attributes=(
                alter("command", "SELECT", "ALL"),
                alter("using", "(region = current_setting('app.region'::text))", "(lower(region) = …)"),
            ),
        ),
        finding(
            "alter",
            view,
            view,
            old=create + old_view,
            new=create + new_view,
            statements=(create + new_view,),
            attributes=(alter("definition", old_view, new_view),),
        ),
        finding(
            "drop",
            key("trigger", "public", "customers", "customers_audit_tmp"),
            customers,
            old="CREATE TRIGGER customers_audit_tmp AFTER UPDATE ON public.customers\n"
            "    FOR EACH ROW EXECUTE FUNCTION public.audit_row()",
            statements=("DROP TRIGGER customers_audit_tmp ON public.customers",),
            hazards=((Danger.BEHAVIOUR, "updates of public.customers are no longer audited"),),
        ),
    )


def _rest() -> tuple[Finding, ...]:
    status = key("enum", "public", "order_status")
    users, mail = key("table", "public", "users"), key("column", "public", "users", "mail")
    email = key("column", "public", "users", "email")
    backup = key("table", "public", "orders_backup_20250114")
    return (
        finding(
            "alter",
            status,
            status,
            old="CREATE TYPE public.order_status AS ENUM ('open', 'paid', 'shipped')",
            new="CREATE TYPE public.order_status AS ENUM ('open', 'paid', 'shipped', 'returned')",
            statements=("ALTER TYPE public.order_status ADD VALUE 'returned' AFTER 'shipped'",),
            lock=Lock.NONE,
            attributes=(
                alter(
                    "labels", ("open", "paid", "shipped"), ("open", "paid", "shipped", "returned"), "'returned' added"
                ),
            ),
        ),
        finding(
            "add",
            email,
            users,
            new="email text",
            statements=("ALTER TABLE public.users ADD COLUMN email text",),
        ),
        finding(
            "drop",
            mail,
            users,
            old="mail text",
            statements=("ALTER TABLE public.users DROP COLUMN mail",),
            hazards=((Danger.DATA_LOSS, "what the column holds is gone; nothing brings it back"),),
        ),
        finding(
            "drop",
            backup,
            backup,
            old="CREATE TABLE public.orders_backup_20250114 (\n    id bigint,\n    total numeric(10,2)\n)",
            statements=("DROP TABLE public.orders_backup_20250114",),
            hazards=((Danger.DATA_LOSS, "the table's rows are gone; nothing brings them back"),),
        ),
        *(
            finding("drop", key("column", "public", "orders_backup_20250114", name), backup, old=text)
            for name, text in {"id": "id bigint", "total": "total numeric(10,2)"}.items()
        ),
        finding(
            "add",
            key("extension", "pg_trgm"),
            key("extension", "pg_trgm"),
            new="CREATE EXTENSION pg_trgm WITH SCHEMA public",
            statements=("CREATE EXTENSION pg_trgm WITH SCHEMA public",),
            lock=Lock.NONE,
        ),
    )


def shop_comparison() -> Comparison:
    """A shop's dev and prod after half a year."""
    order = AttributeChange(
        "column_order", ("id", "email", "name", "created_at"), ("id", "name", "email", "created_at")
    )
    return replace(
        comparison_of(shop_findings()),
        information=(Change(key("table", "public", "customers"), Verb.ALTER, information=(order,)),),
        renames=(
            RenameCandidate(
                key("column", "public", "users", "mail"),
                key("column", "public", "users", "email"),
                0.97,
                "column public.users.mail = email",
                "ALTER TABLE public.users RENAME COLUMN mail TO email",
            ),
        ),
        hidden=(
            Hidden(
                "bookkeeping of Prisma Migrate",
                "a migration tool's own table",
                ("table public._prisma_migrations", "constraint public._prisma_migrations._prisma_migrations_pkey"),
            ),
            Hidden(
                "table audit.log_*",
                "partitions made at run time",
                tuple(f"table audit.log_2025_{n:02}" for n in range(1, 13)),
            ),
        ),
        unmodelled=(
            ("desired", Unmodelled("text search configuration", "public.german_unaccent", "a1")),
            ("desired", Unmodelled("publication", "orders_to_warehouse", "b1")),
            ("actual", Unmodelled("publication", "orders_to_warehouse", "b2")),
            ("both", Unmodelled("event trigger", "no_drops", "c1")),
            ("both", Unmodelled("cast", "(text AS public.money_eur)", "d1")),
        ),
        unreadable=(("actual", Unreadable("subscriptions", "pg_subscription needs a superuser")),),
        verdict=Verdict(
            Outcome.PROVED,
            depth="quick",
            shadow_major=18,
            server_major=15,
            not_covered=(
                NotCovered("function public.nearest_depot(geometry)", "the shadow lacks the extension postgis"),
                NotCovered("function public.run_report(text)", "its body is text that is put together at run time"),
            ),
            stand_ins=("extension pgcrypto", "collation de-x-icu"),
        ),
        warnings=("prod is older than dev: what 18 knows and 15 does not was left out of the migration",),
    )
