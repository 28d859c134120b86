-- The column can only be added once nothing holds the table's rows (0A000).
CREATE TABLE line (price int, tax int GENERATED ALWAYS AS (price / 5) STORED);
CREATE TABLE receipt (id int);
