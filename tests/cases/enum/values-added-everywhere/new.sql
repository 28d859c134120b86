CREATE TYPE mood AS ENUM ('worst', 'sad', 'so-so', 'ok', 'glad', 'it''s "wild"', 'Sad');
