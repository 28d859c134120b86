CREATE TABLE t (id int, a text, b jsonb, at timestamptz);
CREATE VIEW v AS
WITH w AS MATERIALIZED (SELECT id, a, row_number() OVER (PARTITION BY a ORDER BY at DESC ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS n FROM t TABLESAMPLE system (50))
SELECT DISTINCT ON (w.id) w.id, w.a COLLATE "C" AS a, coalesce(j.value ->> 'k', 'none') AS k, ARRAY(SELECT 1) AS arr, ROW(1, 2) = ROW(2, 1) AS r,
    count(*) FILTER (WHERE w.n > 1) OVER () AS c, EXISTS (SELECT 1) AS e, CASE WHEN w.n = 1 THEN 'one' ELSE E'it''s \\ "q"' END AS t, 'x'::varchar(5) AS vc
FROM w LEFT JOIN LATERAL (SELECT value FROM jsonb_array_elements((SELECT b FROM t WHERE t.id = w.id))) j ON true
WHERE w.a ~~ '%x%' AND w.id = ANY (ARRAY[1, 2]) GROUP BY w.id, w.a, j.value, w.n ORDER BY w.id, w.a DESC NULLS LAST LIMIT 10 OFFSET 1;
