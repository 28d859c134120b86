INSERT INTO tickets (number, seat, depth) OVERRIDING SYSTEM VALUE VALUES (21, 1, -1), (22, 2, -2);
SELECT nextval('tickets_number_seq'), nextval('tickets_seat_seq'), nextval('tickets_depth_seq');
