CREATE TABLE t (
    id int PRIMARY KEY,
    a varchar(10) NOT NULL,
    b text,
    c numeric(8,2),
    d int,
    e timestamp DEFAULT now()
);
CREATE INDEX t_a ON t (a);
COMMENT ON COLUMN t.a IS 'old';
