INSERT INTO item VALUES ('a', 'b', '{a,b}', '(1,2)');
