CREATE FUNCTION f(a int DEFAULT 2) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION g(a int, b int DEFAULT 5, c text DEFAULT 'it''s b') RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION h(a timestamptz DEFAULT now(), b int[] DEFAULT '{}', c text DEFAULT 'a' || 'b') RETURNS int LANGUAGE sql AS 'SELECT 1';
