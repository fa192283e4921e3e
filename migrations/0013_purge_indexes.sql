-- Every purge finds old rows by an index. The tokens of a session stand in the order in which they
-- expire, so that a refresh does not read the older ones.
drop index refresh_tokens_session;
create index refresh_tokens_session on refresh_tokens (account_id, session_id, expires_at);
create index sessions_expiry on sessions (expires_at);
create index one_time_tokens_expiry on one_time_tokens (expires_at);
create index one_time_tokens_setup on one_time_tokens (token_hash) where purpose = 'setup';
create index contacts_trash on contacts (deleted_at) where deleted_at is not null;
create index contact_tombstones_age on contact_tombstones (deleted_at);
