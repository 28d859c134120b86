-- Filled by somebody else before they were the clerk's: what stood there is fetched again, what is new stays empty.
CREATE TABLE salary (person int, amount bigint);
CREATE MATERIALIZED VIEW payroll AS SELECT sum(amount) AS total FROM salary;
CREATE MATERIALIZED VIEW head_count AS SELECT count(*) AS n FROM salary;
ALTER MATERIALIZED VIEW payroll OWNER TO app_clerk;
ALTER MATERIALIZED VIEW head_count OWNER TO app_clerk;
