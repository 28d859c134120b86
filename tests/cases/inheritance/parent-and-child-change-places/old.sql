CREATE TABLE lender (id int, rate int DEFAULT 3, CONSTRAINT rate_known CHECK (rate > 0));
CREATE TABLE borrower (note text) INHERITS (lender);
CREATE TABLE guarantor () INHERITS (borrower);
