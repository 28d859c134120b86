CREATE TABLE held (a bigint, b text);
CREATE TABLE zone (a text, b bigint);
CREATE TABLE again (x int, comes held, several held[]);
CREATE TABLE aside (x int, comes zone, lets_go text, takes_hold zone);
