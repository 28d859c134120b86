CREATE TABLE t (
    id bigint PRIMARY KEY,
    a varchar(20) NOT NULL,
    b text DEFAULT 'b' NOT NULL,
    c numeric(12,4) CHECK (c > 0),
    e timestamptz DEFAULT now(),
    f uuid DEFAULT gen_random_uuid()
);
CREATE UNIQUE INDEX t_a ON t (lower(a));
COMMENT ON COLUMN t.a IS 'new';
