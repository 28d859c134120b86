CREATE COLLATION c (provider = builtin, locale = 'C');
