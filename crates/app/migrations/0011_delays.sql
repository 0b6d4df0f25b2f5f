-- Why a repair takes so long, as a person says.
alter table orders add column delay_by text null;
