-- The trigger waits for the table's rows, and what says that it does not fire on one partition for the trigger.
CREATE TABLE ticket (id int, due date) PARTITION BY RANGE (due);
CREATE TABLE ticket_2024 PARTITION OF ticket FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE ticket_other PARTITION OF ticket DEFAULT;
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER stamp BEFORE INSERT ON ticket FOR EACH ROW EXECUTE FUNCTION stamp();
ALTER TABLE ticket_2024 DISABLE TRIGGER stamp;
