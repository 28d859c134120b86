CREATE TABLE t (id int);
CREATE POLICY "Tw""o 😀" ON t USING (true);
