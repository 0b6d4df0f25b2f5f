alter table requests add column address text null;
alter table requests add column lat bigint null;
alter table requests add column lon bigint null;
create index customers_by_place on customers (name, address) where phone is null;
