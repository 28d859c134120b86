CREATE SCHEMA inner_parts;
CREATE FUNCTION inner_parts.worth(n int) RETURNS int IMMUTABLE LANGUAGE plpgsql
    AS 'BEGIN RETURN n; END';
REVOKE ALL ON FUNCTION inner_parts.worth(int) FROM PUBLIC;
CREATE TABLE t (a int, b int);
ALTER TABLE t OWNER TO app_owner;
