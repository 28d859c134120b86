CREATE COLLATION c (provider = icu, locale = 'und', rules = '&V << w');
