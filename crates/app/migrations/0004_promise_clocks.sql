-- How each promise's time was counted, and when its clock stood still: so that it can be counted
-- anew when the order goes on, or when a year's holidays are published.
alter table promises add column timing text null;
alter table promises add column pauses text not null default '';
create index promises_provisional on promises (request) where provisional = 1 and ended_at is null;
