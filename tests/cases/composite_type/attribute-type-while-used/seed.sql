INSERT INTO t VALUES (1, ROW(1, 'x'), ARRAY[ROW(2, 'y')::p]);
