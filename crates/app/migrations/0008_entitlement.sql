-- What a unit's file says for its customer: when it was made, whether it took the place of another,
-- what was paid, which papers there are, how far it has run; what a person says several repairs
-- have in common; and every decision about an order, as it was made.
alter table devices add column produced_on text null;
alter table devices add column exchanged_on text null;
alter table devices add column price bigint null;
alter table devices add column invoice bigint null;
alter table devices add column certificate bigint null;
alter table orders add column problem text null;
create table usages (
    id       text    not null primary key,
    device   text    not null references devices (id),
    read_on  text    not null,
    km       bigint  null,
    hours    bigint  null,
    at       bigint  not null,
    by_person text   null
);
create index usages_by_device on usages (device, at);
create table decisions (
    id       text    not null primary key,
    order_id text    not null,
    occasion text    not null,
    at       bigint  not null,
    coverage text    not null,
    parts    text    not null,
    labour   text    not null,
    travel   text    not null,
    decided  text    null,
    reason   text    null,
    by_person text   null
);
create index decisions_by_order on decisions (order_id, at, id);
