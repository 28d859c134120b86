-- A few hundred rows for production, so that a migration can be shown to keep them. Load it right after prod.sql, once:
--
--   psql -X -v ON_ERROR_STOP=1 -d shop_prod -f seed.sql
--
-- Nothing is random: ids count from 1 in the order of the rows. app.delivery_slots stays empty, since development has a
-- column there that no existing row could fill.

BEGIN;

-- Merchants and people -----------------------------------------------------------------------------------------------

INSERT INTO app.tenants (slug, name, settings, closed_at)
SELECT 'merchant-' || n,
       'Merchant ' || n,
       jsonb_build_object('colour', (ARRAY['red', 'green', 'blue'])[n % 3 + 1], 'newsletter', n % 2 = 0),
       CASE WHEN n = 5 THEN timestamptz '2026-01-31 12:00+00' END
FROM generate_series(1, 5) n;

INSERT INTO app.tenant_domains (hostname, tenant_id, is_primary, verified_at)
SELECT kind || n || '.Example.com', n, kind = 'shop', timestamptz '2025-06-01 09:00+00'
FROM generate_series(1, 5) n, unnest(ARRAY['shop', 'www']) kind;

INSERT INTO app.users (email, first_name, last_name, password_hash, legacy_login)
SELECT 'Person' || n || '@example.com',
       'First' || n,
       'O''Last' || n,
       CASE WHEN n % 4 > 0 THEN '$argon2id$v=19$' || md5(n::text) END,
       CASE WHEN n <= 8 THEN 'login' || n END
FROM generate_series(1, 20) n;

INSERT INTO app.memberships (tenant_id, user_id, role, invited_by)
SELECT (n - 1) % 5 + 1,
       n,
       (ARRAY['owner', 'admin', 'staff', 'viewer'])[(n - 1) / 5 + 1]::app.member_role,
       nullif((n - 1) % 5 + 1, n)
FROM generate_series(1, 20) n;

INSERT INTO app.invitations (tenant_id, email, role, token)
SELECT n, 'new' || n || '@example.com', 'viewer', md5('invitation' || n) FROM generate_series(1, 3) n;

INSERT INTO app.api_keys (tenant_id, name, key_hash, scopes)
SELECT n, 'warehouse', sha256(convert_to('key' || n, 'UTF8')), ARRAY['orders:read', 'stock:write']
FROM generate_series(1, 4) n;

INSERT INTO app.sessions (token, user_id, ip, expires_at)
SELECT md5('session' || n), n, ('192.0.2.' || n)::inet, timestamptz '2026-03-01 00:00+00' FROM generate_series(1, 10) n;

INSERT INTO app.customers (tenant_id, email, first_name, last_name, phone, birthday)
SELECT (n - 1) % 5 + 1,
       'customer' || n || '@example.org',
       'Ana' || n,
       CASE WHEN n % 10 = 0 THEN '' ELSE 'Müller-' || n END,
       CASE WHEN n % 3 > 0 THEN '+49 30 ' || 1000000 + n END,
       date '1960-01-01' + n * 150
FROM generate_series(1, 100) n;

INSERT INTO app.customer_addresses (customer_id, label, street, postcode, city, country)
SELECT n, label, 'Long Street ' || n, lpad(n::text, 5, '0'), 'Town' || n % 7, 'DE'
FROM generate_series(1, 100) n, unnest(ARRAY['home', 'work']) label
WHERE label = 'home' OR n % 5 = 0;

-- Catalogue ----------------------------------------------------------------------------------------------------------

INSERT INTO app.brands (tenant_id, name, website)
SELECT (n - 1) % 5 + 1, 'Brand ' || n, CASE WHEN n % 2 = 0 THEN 'https://brand' || n || '.example' END
FROM generate_series(1, 10) n;

INSERT INTO app.categories (tenant_id, parent_id, name, slug, position)
SELECT (n - 1) % 5 + 1, CASE WHEN n > 5 THEN n - 5 END, 'Category ' || n, public.slugify('Category ' || n), n
FROM generate_series(1, 10) n;

INSERT INTO app.products (tenant_id, brand_id, name, slug, description, attributes, published_at)
SELECT (n - 1) % 5 + 1,
       (n - 1) % 10 + 1,
       'Product ' || n,
       public.slugify('Product ' || n),
       CASE WHEN n % 4 > 0 THEN 'A very good thing, number ' || n END,
       jsonb_build_object('material', (ARRAY['wood', 'steel', 'wool'])[n % 3 + 1]),
       CASE WHEN n % 8 > 0 THEN timestamptz '2025-01-01 08:00+00' + n * interval '1 day' END
FROM generate_series(1, 40) n;

INSERT INTO app.product_images (product_id, url, alt_text, position)
SELECT n, 'https://img.example/' || n || '/' || place || '.webp', 'Product ' || n, place
FROM generate_series(1, 40) n, generate_series(1, 2) place
ORDER BY n, place;
UPDATE app.products p SET cover_image_id = i.id
FROM app.product_images i
WHERE i.product_id = p.id AND i.position = 1 AND p.id % 2 = 0;

INSERT INTO app.product_categories (product_id, category_id)
SELECT n, (n - 1) % 10 + 1 FROM generate_series(1, 40) n;

INSERT INTO app.product_variants (product_id, sku, title, options, barcode, weight_grams)
SELECT n,
       'SKU-' || n || '-' || size,
       'Product ' || n || ', size ' || size,
       jsonb_build_object('size', size),
       CASE WHEN size = 'M' THEN lpad(n::text, 13, '4') END,
       100 + n
FROM generate_series(1, 40) n, unnest(ARRAY['M', 'L']) WITH ORDINALITY s (size, place)
ORDER BY n, place;

INSERT INTO app.price_lists (tenant_id, name)
SELECT n, 'Retail' FROM generate_series(1, 5) n;

-- last year's price and this year's
INSERT INTO app.prices (price_list_id, variant_id, price, valid)
SELECT p.tenant_id, v.id, 10 + v.id + years.surcharge, years.valid
FROM app.product_variants v
JOIN app.products p ON p.id = v.product_id,
(VALUES (0, tstzrange('2025-01-01 00:00+00', '2026-01-01 00:00+00')), (2.5, tstzrange('2026-01-01 00:00+00', NULL)))
    years (surcharge, valid)
ORDER BY v.id, years.surcharge;
INSERT INTO app.prices_backup_20260211 SELECT * FROM app.prices WHERE id <= 20;

INSERT INTO app.discount_codes (tenant_id, code, percent, value, uses_left, starts_at, ends_at)
SELECT (n - 1) % 5 + 1,
       'Code' || n,
       CASE WHEN n % 2 = 0 THEN n * 5 END,
       CASE WHEN n % 2 = 1 THEN n * 1.5 END,
       nullif(n, 3) * 10,
       timestamptz '2026-01-01 00:00+00',
       CASE WHEN n > 4 THEN timestamptz '2026-06-30 00:00+00' END
FROM generate_series(1, 8) n;

INSERT INTO app.reviews (tenant_id, product_id, customer_id, stars, body)
SELECT (n - 1) % 5 + 1, (n - 1) % 40 + 1, n, n % 5 + 1, CASE WHEN n % 3 = 0 THEN 'Would buy it again' END
FROM generate_series(1, 60) n;

INSERT INTO app.wishlists (customer_id, product_id, note)
SELECT n, (n * 3) % 40 + 1, CASE WHEN n % 6 = 0 THEN 'for the birthday' END FROM generate_series(1, 30) n;

-- Stock --------------------------------------------------------------------------------------------------------------

INSERT INTO app.warehouses (tenant_id, code, name, address)
SELECT n, 'W' || n, 'Warehouse ' || n, ROW('Dock ' || n, '20457', 'Hamburg', 'DE')::public.postal_address
FROM generate_series(1, 5) n;

INSERT INTO app.stock_levels (warehouse_id, variant_id, on_hand, reserved)
SELECT p.tenant_id, v.id, v.id % 20 + 5, v.id % 4
FROM app.product_variants v
JOIN app.products p ON p.id = v.product_id;

INSERT INTO app.stock_movements (warehouse_id, variant_id, quantity, reason, moved_at, moved_by)
SELECT s.warehouse_id,
       s.variant_id,
       s.on_hand,
       'purchase',
       timestamptz '2026-01-05 06:00+00' + s.variant_id * interval '1 minute',
       s.warehouse_id
FROM app.stock_levels s
ORDER BY s.variant_id;

-- Carts and orders ---------------------------------------------------------------------------------------------------

INSERT INTO app.carts (id, tenant_id, customer_id)
SELECT md5('cart' || n)::uuid, (n - 1) % 5 + 1, nullif(n, 7) FROM generate_series(1, 15) n;

INSERT INTO app.cart_items (cart_id, variant_id, quantity)
SELECT md5('cart' || n)::uuid, n * 2 + place, place + 1
FROM generate_series(1, 15) n, generate_series(0, 1) place;

INSERT INTO app.orders (tenant_id, customer_id, discount_id, status, shipping_cost, customer_note, placed_at, ops_note)
SELECT (n - 1) % 5 + 1,
       (n - 1) % 100 + 1,
       CASE WHEN n % 10 = 1 THEN 1 END,
       (ARRAY['pending', 'paid', 'packed', 'shipped', 'delivered', 'cancelled', 'draft'])[n % 7 + 1]::app.order_status,
       4.9,
       CASE WHEN n % 9 = 0 THEN 'please ring twice' END,
       CASE WHEN n % 7 < 6 THEN timestamptz '2026-01-02 10:00+00' + n * interval '7 hours' END,
       CASE WHEN n BETWEEN 100 AND 105 THEN 'paid twice, refunded by hand' END
FROM generate_series(1, 120) n;

INSERT INTO app.order_items (order_id, variant_id, title, quantity, unit_price, discount)
SELECT n,
       (n + place * 11) % 80 + 1,
       'Product as sold ' || n,
       place + 1,
       12.5 + place,
       CASE WHEN n % 5 = 0 THEN 1.25 ELSE 0 END
FROM generate_series(1, 120) n, generate_series(0, 1) place
ORDER BY n, place;

-- writes the history
UPDATE app.orders SET status = 'paid' WHERE status = 'pending' AND id % 2 = 0;

INSERT INTO app.shipments (order_id, warehouse_id, carrier, tracking_code, parcel_count, shipped_at, delivered_at)
SELECT o.id,
       o.tenant_id,
       (ARRAY['DHL', 'UPS', 'Post'])[o.id % 3 + 1],
       CASE WHEN o.id % 2 = 0 THEN 'track' || o.id END,
       (o.id % 4 + 1)::text,
       o.placed_at + interval '1 day',
       CASE WHEN o.status = 'delivered' THEN o.placed_at + interval '3 days' END
FROM app.orders o
WHERE o.status IN ('shipped', 'delivered')
ORDER BY o.id;

INSERT INTO app.returns (order_item_id, quantity, state, reason)
SELECT n * 8, 1, (ARRAY['requested', 'approved', 'refunded'])[n % 3 + 1]::app.return_state, 'too small'
FROM generate_series(1, 10) n;

-- Billing ------------------------------------------------------------------------------------------------------------

INSERT INTO billing.plans (code, name, price, "interval", order_limit) VALUES
    ('stall', 'Stall', 9, 'month', 100),
    ('shop', 'Shop', 39, 'month', 2000),
    ('hall', 'Hall', 990, 'year', NULL);

INSERT INTO billing.subscriptions (tenant_id, plan_code, during, trial_ends_on)
SELECT n, (ARRAY['stall', 'shop', 'hall'])[n % 3 + 1], daterange('2025-03-01', NULL), date '2025-03-15'
FROM generate_series(1, 5) n;

INSERT INTO billing.tax_rates (country, category, rate, valid) VALUES
    ('DE', 'standard', 19, daterange('2021-01-01', NULL)),
    ('DE', 'reduced', 7, daterange('2021-01-01', NULL)),
    ('AT', 'standard', 20, daterange('2016-01-01', NULL));

-- two lines of 10 and 20, with 19 % on them
INSERT INTO billing.invoices (tenant_id, order_id, number, status, total, issued_on, due_on)
SELECT (n - 1) % 5 + 1,
       CASE WHEN n % 2 = 0 THEN n END,
       'INV-' || lpad(nextval('billing.invoice_number_seq')::text, 6, '0'),
       CASE WHEN n % 15 = 0 THEN 'void' ELSE 'issued' END::billing.invoice_status,
       35.7,
       date '2026-01-31' + n,
       date '2026-02-14' + n
FROM generate_series(1, 45) n;
INSERT INTO billing.invoice_lines (invoice_id, line, text, net, tax_rate)
SELECT n, line, 'Line ' || line, line * 10, 19 FROM generate_series(1, 45) n, generate_series(1, 2) line;
INSERT INTO billing.invoices (tenant_id) VALUES (1), (2);

INSERT INTO billing.credit_notes (number, invoice_id, amount, reason, issued_on)
SELECT n, n * 3, 5, 'goodwill', date '2026-02-20' FROM generate_series(1, 4) n;

-- a third is paid in full, which marks the invoice; a third by half
INSERT INTO billing.payments (provider, invoice_id, amount, reference, paid_at)
SELECT (ARRAY['stripe', 'paypal', 'braintree', 'cash'])[n % 4 + 1],
       n,
       CASE n % 3 WHEN 1 THEN 35.7 ELSE 17.85 END,
       'ref-' || n,
       timestamptz '2026-02-15 12:00+00' + n * interval '1 hour'
FROM generate_series(1, 45) n
WHERE n % 3 > 0;

INSERT INTO billing.usage_events (tenant_id, occurred_at, metric, quantity)
SELECT (n - 1) % 5 + 1,
       timestamptz '2026-01-01 00:30+00' + n * interval '21 hours',
       (ARRAY['orders', 'api calls', 'mails'])[n % 3 + 1],
       CASE WHEN n = 200 THEN 2147483647 ELSE n END
FROM generate_series(1, 200) n;

INSERT INTO billing.legacy_vouchers (tenant_id, code, value, redeemed)
SELECT (n - 1) % 5 + 1, 'OLD' || n, n, n % 2 = 0 FROM generate_series(1, 25) n;

-- Audit --------------------------------------------------------------------------------------------------------------

INSERT INTO audit.logins (user_id, email, ip, succeeded, at)
SELECT nullif(n % 21, 0),
       'person' || n % 21 || '@example.com',
       ('2001:db8::' || n)::inet,
       n % 5 > 0,
       timestamptz '2026-02-01 00:00+00' + n * interval '90 minutes'
FROM generate_series(1, 100) n;

INSERT INTO audit.exports (user_id, tenant_id, what, row_count, at)
SELECT n, n, 'customers', n * 20, timestamptz '2026-02-03 16:00+00' FROM generate_series(1, 5) n;

INSERT INTO audit.row_changes (changed_at, table_name, operation, tenant_id, old_row, new_row)
SELECT timestamptz '2025-12-20 00:00+00' + n * interval '3 days',
       'app.products',
       'UPDATE',
       n % 5 + 1,
       '{"n": 1}',
       '{"n": 2}'
FROM generate_series(1, 60) n;

COMMIT;

REFRESH MATERIALIZED VIEW reporting.daily_sales;
REFRESH MATERIALIZED VIEW reporting.product_ranking;
