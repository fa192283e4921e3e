-- Which change each undo takes back, so that an undo that is sent again goes on with the same one.
-- `request_group` follows from the request; the changes of the undo are in `change_group`, which is
-- another request's when this one repeats it (a double click). `target_group` 0: one change alone.
create table contact_undos (
  account_id bytea not null references accounts (id) on delete cascade,
  request_group bigint not null,
  change_group bigint not null,
  target_rev bigint not null,
  target_group bigint not null,
  begun_at bigint not null,
  primary key (account_id, request_group)
);
