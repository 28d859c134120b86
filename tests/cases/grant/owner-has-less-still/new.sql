CREATE TABLE t (a integer);
ALTER TABLE t OWNER TO app_owner;
REVOKE INSERT, DELETE ON t FROM app_owner;
