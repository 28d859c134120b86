CREATE FUNCTION s(internal, integer) RETURNS internal LANGUAGE internal AS 'prsd_start';
CREATE FUNCTION g(internal, internal, internal) RETURNS internal LANGUAGE internal AS 'prsd_nexttoken';
CREATE FUNCTION e(internal) RETURNS void LANGUAGE internal AS 'prsd_end';
CREATE FUNCTION l(internal) RETURNS internal LANGUAGE internal AS 'prsd_lextype';
CREATE FUNCTION x(internal, internal, internal, internal) RETURNS internal LANGUAGE internal AS 'dsimple_lexize';
CREATE TEXT SEARCH PARSER p (START = s, GETTOKEN = g, END = e, LEXTYPES = l);
CREATE TEXT SEARCH TEMPLATE t (LEXIZE = x);
