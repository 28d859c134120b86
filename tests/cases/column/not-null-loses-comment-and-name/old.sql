CREATE TABLE berth (deck int CONSTRAINT deck_known NOT NULL);
COMMENT ON CONSTRAINT deck_known ON berth IS 'asked at the counter';
