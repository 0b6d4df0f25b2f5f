alter table people add column totp_used bigint null;
create table strangers (
    hash     text    not null primary key,
    failed   bigint  not null,
    locked_until bigint null,
    at       bigint  not null
);
create index strangers_by_time on strangers (at);
create index people_locked on people (locked_until) where locked_until is not null;
create index keys_by_use on keys (seen_at, person);
