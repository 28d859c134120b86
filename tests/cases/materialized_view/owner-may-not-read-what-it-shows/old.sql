CREATE TABLE salary (person int, amount int);
CREATE MATERIALIZED VIEW payroll AS SELECT sum(amount) AS total FROM salary;
ALTER MATERIALIZED VIEW payroll OWNER TO app_clerk;
