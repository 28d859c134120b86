-- No table may inherit from what inherits from it, not even between two statements.
CREATE TABLE guarantor (id int, rate int DEFAULT 3, note text, CONSTRAINT rate_known CHECK (rate > 0));
CREATE TABLE borrower (region text) INHERITS (guarantor);
CREATE TABLE lender () INHERITS (borrower);
