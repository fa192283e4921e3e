-- Requests that a client may repeat. An account's keys; all zeros stands for those without one.
create table idempotency_keys (
  account_id bytea not null,
  key_hash bytea not null,
  request_hash bytea not null,
  created_at bigint not null,
  lease_until bigint not null,
  status bigint,
  headers text,
  body text,
  primary key (account_id, key_hash)
);

create index idempotency_keys_created on idempotency_keys (created_at);
