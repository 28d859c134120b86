CREATE TABLE u (id int, name text);
CREATE TABLE t (id int, u_id int);
CREATE FUNCTION may(a int) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT $1 > 0';
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t TO app_reader USING (EXISTS (SELECT 1 FROM u WHERE u.id = t.u_id AND u.name = current_user) AND may(id));
