CREATE TABLE measures (height integer, width integer);
CREATE STATISTICS related ON height, width FROM measures;
COMMENT ON STATISTICS related IS 'tall ones are wide';
ALTER STATISTICS related OWNER TO surveyor;
