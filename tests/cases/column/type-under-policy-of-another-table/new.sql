CREATE TABLE users (id int, team bigint);
CREATE TABLE docs (id int, team bigint);
ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON docs USING (team IN (SELECT team FROM users));
