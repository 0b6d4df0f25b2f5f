-- What somebody typed of an intake that is not filed yet, and on which form: one of each person.
create table drafts (
    person   text    not null primary key references people (id),
    form     text    not null,
    typed    text    not null,
    at       bigint  not null
);
create index drafts_by_time on drafts (at);
-- Lists as somebody wants to see them again: where, and what stands behind the question mark.
create table views (
    id       text    not null primary key,
    person   text    not null references people (id),
    path     text    not null,
    name     text    not null,
    query    text    not null,
    usual    bigint  not null,
    created_at bigint not null
);
create unique index views_by_name on views (person, path, name);
