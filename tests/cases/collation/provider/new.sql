CREATE COLLATION c (provider = icu, locale = 'en-u-kn-true');
