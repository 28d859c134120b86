-- What PostgreSQL knows since 18: not-null constraints with names, virtual columns, temporal and unenforced keys.
SET search_path = app, public;
CREATE TABLE named (a integer CONSTRAINT a_given NOT NULL, b integer);
ALTER TABLE named ADD CONSTRAINT b_later NOT NULL b NOT VALID;
COMMENT ON CONSTRAINT a_given ON named IS 'given by hand';
CREATE TABLE modern (
    id integer,
    valid daterange,
    a integer,
    b integer NOT NULL NO INHERIT,
    twice integer GENERATED ALWAYS AS (a * 2) VIRTUAL,
    CONSTRAINT modern_pk PRIMARY KEY (id, valid WITHOUT OVERLAPS),
    CONSTRAINT unsure CHECK (a > 0) NOT ENFORCED
);
CREATE TABLE heir (d integer, CONSTRAINT heir_a NOT NULL a) INHERITS (modern);
CREATE DOMAIN filled AS integer CONSTRAINT not_empty NOT NULL;
CREATE PUBLICATION pub_generated FOR TABLE modern WITH (publish_generated_columns = stored);
