CREATE SCHEMA inner_parts;
CREATE FUNCTION inner_parts.worth(n int) RETURNS int IMMUTABLE LANGUAGE plpgsql
    AS 'BEGIN RETURN n; END';
REVOKE ALL ON FUNCTION inner_parts.worth(int) FROM PUBLIC;
CREATE TABLE t (a int, b int);
ALTER TABLE t OWNER TO app_owner;
GRANT USAGE ON SCHEMA inner_parts TO app_owner;
GRANT EXECUTE ON FUNCTION inner_parts.worth(int) TO app_owner;
CREATE INDEX i ON t (inner_parts.worth(a)) WHERE inner_parts.worth(a) > 1;
ALTER TABLE t ADD CONSTRAINT x EXCLUDE USING btree ((inner_parts.worth(b)) WITH =);
