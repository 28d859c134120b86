INSERT INTO events VALUES ('eu', '2026-01-01');
