-- A contact that was deleted permanently may leave so much history that it is deleted in several
-- transactions. Its tombstone tells that some is left.
alter table contact_tombstones add column has_history bigint not null default 0;
create index contact_tombstones_with_history on contact_tombstones (account_id, rev)
  where has_history = 1;
