CREATE TABLE t (id int);
CREATE POLICY "one" ON t USING (true);
