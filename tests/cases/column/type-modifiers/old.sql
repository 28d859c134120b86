CREATE TABLE t (
    a time(3), b timestamp(0), c interval, d bit(4), e bit varying(4),
    f char(3), g numeric, h float(20), i timestamptz, j "char");
