-- An account that goes takes these rows along: they must be found by it.
create index account_emails_account on account_emails (account_id);
create index one_time_tokens_account on one_time_tokens (account_id) where account_id is not null;
