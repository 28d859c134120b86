-- What is made calls functions that read the view: one says so, of the others' text nobody knows.
CREATE TABLE fee (id integer, amount integer);
CREATE TABLE bill (fee integer, note text);
