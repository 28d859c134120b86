CREATE TABLE ticket (id int, note text);
CREATE TABLE bill (id int, note text);
CREATE TABLE memo (id int);
CREATE TABLE receipt (id int);
-- let go, and somebody else's from then on
CREATE SEQUENCE kept OWNED BY ticket.id;
-- tied to a table that changes hands
CREATE SEQUENCE tied;
-- from a table that changes hands to one that does not, and back
CREATE SEQUENCE moved OWNED BY ticket.id;
CREATE SEQUENCE returned OWNED BY receipt.id;
ALTER TABLE ticket OWNER TO app_owner;
ALTER TABLE bill OWNER TO app_owner;
ALTER TABLE receipt OWNER TO app_owner;
