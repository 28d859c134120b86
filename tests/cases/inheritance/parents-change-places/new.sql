CREATE TABLE placed (place text NOT NULL, size integer DEFAULT 1 CHECK (size > 0));
CREATE TABLE priced (size integer DEFAULT 2, price integer CHECK (price > 0));
CREATE TABLE dated (price integer, size integer);
CREATE TABLE offer (note text, size integer DEFAULT 3) INHERITS (dated, priced, placed);
CREATE TABLE comes (size integer, colour text DEFAULT 'red');
CREATE TABLE lot (note text) INHERITS (comes, priced, dated);
CREATE TABLE sublot () INHERITS (lot);
