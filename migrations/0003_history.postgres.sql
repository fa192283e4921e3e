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
);

-- Contacts that are gone for ever, for clients that sync.
create table contact_tombstones (
  account_id bytea not null references accounts (id) on delete cascade,
  rev bigint not null,
  contact_id bytea not null,
  deleted_at bigint not null,
  primary key (account_id, rev)
);

-- Up to which revision deletions have been forgotten.
alter table account_rev add column forgotten_rev bigint not null default 0;

-- A list of the living must not pass by the deleted ones, which are changes too.
drop index contacts_revision;
create index contacts_updated on contacts (account_id, rev, id) where deleted_at is null;
create index contacts_deletions on contacts (account_id, rev, id) where deleted_at is not null;
