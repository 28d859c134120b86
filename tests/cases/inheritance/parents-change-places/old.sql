-- The middle one keeps its number while those around it change places.
CREATE TABLE placed (place text NOT NULL, size integer DEFAULT 1 CHECK (size > 0));
CREATE TABLE priced (size integer DEFAULT 2, price integer CHECK (price > 0));
CREATE TABLE dated (price integer, size integer);
CREATE TABLE offer (note text, size integer DEFAULT 3) INHERITS (placed, priced, dated);
-- A parent goes, and one comes before those that stay.
CREATE TABLE gone (price integer);
CREATE TABLE lot (note text) INHERITS (gone, priced, dated);
CREATE TABLE sublot () INHERITS (lot);
