-- Who may sign in, and since when their address is known to be theirs: accounts from before count.
alter table accounts add column status text not null default 'active';
alter table accounts add column verified_at bigint;
update accounts set verified_at = created_at;

-- Of a token that goes out by mail: the address that it proves.
alter table one_time_tokens add column email text;

-- A token is spent by its row here: of two who try, one gets it.
create table spent_tokens (
  token_hash bytea not null primary key references one_time_tokens (token_hash) on delete cascade
);

-- Passwords of programs and phones, kept as digests.
create table app_passwords (
  account_id bytea not null references accounts (id) on delete cascade,
  id bytea not null,
  secret_hash bytea not null unique,
  name text not null,
  scope text not null,
  created_at bigint not null,
  last_used_at bigint,
  last_address text,
  primary key (account_id, id)
);

-- Who did what to which account. Its rows outlive the accounts.
create table audit_log (
  id bytea not null primary key,
  at bigint not null,
  action text not null,
  actor bytea,
  account_id bytea not null,
  address text not null,
  detail text
);

create index audit_log_account on audit_log (account_id, id);

-- How many contacts an account has, the trash included.
alter table account_rev add column contact_count bigint not null default 0;
update account_rev set contact_count =
  (select count(*) from contacts where contacts.account_id = account_rev.account_id);
