CREATE TABLE a (id int PRIMARY KEY);
CREATE TABLE b (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL DEFAULT 'x',
    a_id int REFERENCES a ON DELETE CASCADE,
    price numeric(10,2) CHECK (price >= 0),
    UNIQUE (name, a_id)
);
CREATE INDEX b_a ON b (a_id);
