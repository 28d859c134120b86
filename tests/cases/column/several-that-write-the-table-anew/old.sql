-- Amounts as text, and a raw document beside them.
CREATE TABLE payment (
    id int PRIMARY KEY,
    amount text NOT NULL,
    fee text DEFAULT '0',
    raw jsonb NOT NULL,
    CONSTRAINT payment_fee_in_amount CHECK (length(fee) <= length(amount))
);
CREATE INDEX payment_amount ON payment (amount, fee);
