-- By which rules, and by which version of ICU's collation, the derived columns of a contact were
-- computed (derived_version() in contacts/contact.hpp). A job recomputes what is older; the index
-- has those rows alone and is empty once all are up to date. 0: before there were versions.
alter table contacts add column derived_version bigint not null default 0;
create index contacts_outdated on contacts (account_id, id) where derived_version < 4294967296;

-- Counts how often derived columns were recomputed without a new revision: search indexes that were
-- made in another epoch are stale, on every instance.
alter table account_rev add column derived_epoch bigint not null default 0;

-- How far a pass over all contacts has come that looks for keys of another version of the
-- collation; one row at most. `done`: the pass for this version has ended.
create table derived_sweep (
  id bigint not null primary key,
  collation_version bigint not null,
  account_id bytea not null,
  contact_id bytea not null,
  done bigint not null
);
