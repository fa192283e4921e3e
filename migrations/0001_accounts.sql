create table accounts (
  id bytea not null primary key,
  username text not null,
  email text not null,
  role text not null,
  password_hash text not null,
  created_at bigint not null,
  updated_at bigint not null
);

-- Finds an account by its address; the keys of everything else begin with the account.
create table account_emails (
  email_key text not null primary key,
  account_id bytea not null references accounts (id) on delete cascade
);

-- One number an account, raised by every change of its contacts.
create table account_rev (
  account_id bytea not null primary key references accounts (id) on delete cascade,
  rev bigint not null
);

create table sessions (
  account_id bytea not null references accounts (id) on delete cascade,
  id bytea not null,
  created_at bigint not null,
  expires_at bigint not null,
  primary key (account_id, id)
);

-- Refresh tokens, the spent ones too: a spent one that comes back ends its session.
create table refresh_tokens (
  token_hash bytea not null primary key,
  account_id bytea not null,
  session_id bytea not null,
  spent_at bigint,
  expires_at bigint not null,
  foreign key (account_id, session_id) references sessions (account_id, id) on delete cascade
);

create index refresh_tokens_session on refresh_tokens (account_id, session_id);

-- Links that work once; kept as digests.
create table one_time_tokens (
  token_hash bytea not null primary key,
  purpose text not null,
  account_id bytea references accounts (id) on delete cascade,
  expires_at bigint not null
);

create index accounts_administrators on accounts (id) where role = 'admin';
