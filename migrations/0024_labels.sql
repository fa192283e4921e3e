-- Labels (docs/labels.md).

-- The UID as the id of a contact that has no UID of its own; null: it is no UUID.
alter table label_members add column contact_id bytea;

-- While a label is renamed: the name that some of its cards still have.
alter table labels add column renamed_from text;

-- The history of labels, by which an undo takes their changes back. Several labels can be created
-- by one change of a contact, which has the same revision.
create table label_changes (
  account_id bytea not null references accounts (id) on delete cascade,
  rev bigint not null,
  label_id bytea not null,
  changed_at bigint not null,
  change_group bigint not null,
  kind text not null,  -- created, changed, deleted
  old_values text,     -- the columns before the change
  old_content bytea,   -- as contact_changes.old_card
  primary key (account_id, rev, label_id)
) without rowid;
create index label_changes_group on label_changes (account_id, change_group, rev);
create index label_changes_at on label_changes (changed_at);
