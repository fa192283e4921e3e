create table contacts (
  account_id bytea not null references accounts (id) on delete cascade,
  id bytea not null,
  rev bigint not null,
  deleted_at bigint,
  not_favorite bigint not null,
  birth_key bigint,
  sort_key bytea not null,
  search_text text not null,
  phone_digits text not null,
  first_name text,
  last_name text,
  email text,
  phone text,
  birthday text,
  favorite bigint not null,
  created_at bigint not null,
  updated_at bigint not null,
  notes text,
  primary key (account_id, id)
);

-- Serves the order by name too, as a merge of its two halves: an index less to write.
create index contacts_names on contacts (account_id, not_favorite, sort_key, id)
  where deleted_at is null;
create index contacts_created on contacts (account_id, created_at, id) where deleted_at is null;
create index contacts_birthday on contacts (account_id, birth_key, id)
  where birth_key is not null and deleted_at is null;
-- Deleted contacts are changes too.
create index contacts_revision on contacts (account_id, rev, id);
