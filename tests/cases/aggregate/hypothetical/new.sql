CREATE FUNCTION step(internal, VARIADIC "any") RETURNS internal LANGUAGE internal AS 'ordered_set_transition_multi';
CREATE FUNCTION done(internal, VARIADIC "any") RETURNS bigint LANGUAGE internal AS 'hypothetical_rank_final';
CREATE AGGREGATE a(VARIADIC "any" ORDER BY VARIADIC "any") (SFUNC = step, STYPE = internal, FINALFUNC = done, FINALFUNC_EXTRA, HYPOTHETICAL);
