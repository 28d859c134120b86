-- Numbers, and columns that are worked out from the document and from the retyped ones.
CREATE SEQUENCE payment_number;
CREATE TABLE payment (
    id int PRIMARY KEY,
    amount bigint NOT NULL,
    fee numeric(12, 2) DEFAULT 0,
    raw jsonb NOT NULL,
    currency text GENERATED ALWAYS AS (raw ->> 'currency') STORED,
    customer text GENERATED ALWAYS AS (raw ->> 'customer') STORED NOT NULL,
    net numeric GENERATED ALWAYS AS (amount - fee) STORED,
    number bigint DEFAULT nextval('payment_number') NOT NULL,
    line int GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT payment_fee_in_amount CHECK (fee <= amount)
);
CREATE INDEX payment_amount ON payment (amount, fee);
CREATE INDEX payment_net ON payment (net) WHERE currency IS NOT NULL;
