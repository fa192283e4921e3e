-- Where an account's picture is; empty: it has none of its own.
alter table accounts add column avatar_url text not null default '';

-- Every picture whose octets may be somewhere: a row is written before they are, and goes after
-- them. `new`: about to be put; `current`: the account's; `old`: to be taken away, as those are
-- whose account is gone.
create table avatars (
  name text not null primary key,
  account_id bytea references accounts (id) on delete set null,
  state text not null,
  created_at bigint not null
);

create unique index avatars_current on avatars (account_id) where state = 'current';
create index avatars_account on avatars (account_id) where account_id is not null;
create index avatars_unused on avatars (created_at) where state <> 'current' or account_id is null;
