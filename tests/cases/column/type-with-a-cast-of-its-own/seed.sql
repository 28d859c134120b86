INSERT INTO diary VALUES ('wild', '{calm,wild}');
