CREATE TABLE t (
    a time(6), b timestamp, c interval day to second(3), d bit(8), e bit varying(8),
    f char(5), g numeric(5), h float(50), i timestamptz(2), j "char");
