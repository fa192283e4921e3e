-- What each change of a contact was and what it took away; one row a revision. `previous_rev` leads
-- from change to change of one contact, so the rows need no second index.
create table contact_changes (
  account_id bytea not null references accounts (id) on delete cascade,
  rev bigint not null,
  contact_id bytea not null,
  previous_rev bigint not null,
  changed_at bigint not null,
  unit bigint not null,
  actor bytea not null,
  door text not null,
  kind text not null,
  old_values text,
  primary key (account_id, rev)
) without rowid;

-- Contacts that are gone for ever, for clients that sync.
create table contact_tombstones (
  account_id bytea not null references accounts (id) on delete cascade,
  rev bigint not null,
  contact_id bytea not null,
  deleted_at bigint not null,
  primary key (account_id, rev)
) without rowid;

-- Up to which revision deletions have been forgotten. Every write looks here: the row lies in the
-- index itself.
alter table account_rev rename to old_account_rev;
create table account_rev (
  account_id bytea not null primary key references accounts (id) on delete cascade,
  rev bigint not null,
  forgotten_rev bigint not null default 0
) without rowid;
insert into account_rev (account_id, rev) select account_id, rev from old_account_rev;
drop table old_account_rev;

-- A list of the living must not pass by the deleted ones, which are changes too.
drop index contacts_revision;
create index contacts_updated on contacts (account_id, rev, id) where deleted_at is null;
create index contacts_deletions on contacts (account_id, rev, id) where deleted_at is not null;
