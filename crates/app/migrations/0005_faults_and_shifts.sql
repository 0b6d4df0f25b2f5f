create table own_faults (
    code     text    not null primary key,
    category text    not null,
    zh       text    not null,
    en       text    not null,
    level    bigint  not null,
    retired  bigint  not null,
    version  bigint  not null
);
create table shifts (
    person   text    not null primary key references people (id),
    week     text    not null
);
