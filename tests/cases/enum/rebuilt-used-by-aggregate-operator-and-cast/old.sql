CREATE TYPE mood AS ENUM ('sad', 'ok', 'glad');
CREATE FUNCTION pick(mood, mood) RETURNS mood LANGUAGE sql IMMUTABLE AS 'SELECT greatest($1, $2)';
CREATE AGGREGATE best(mood) (SFUNC = pick, STYPE = mood);
CREATE OPERATOR ||| (LEFTARG = mood, RIGHTARG = mood, FUNCTION = pick);
CREATE FUNCTION num(mood) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE CAST (mood AS int) WITH FUNCTION num(mood) AS ASSIGNMENT;
