-- Mails on their way. A mail outlives the account it is about (a farewell), so the account is no
-- foreign key. `next_try_at` is null once the mail was sent or has failed for good; the parts are
-- kept until it was sent, for they can hold links that sign in.
create table mail_outbox (
  id bytea not null primary key,
  account_id bytea,
  recipient text not null,
  subject text not null,
  text_part text,
  html_part text,
  created_at bigint not null,
  give_up_at bigint not null,
  next_try_at bigint,
  lease_until bigint not null,
  attempts bigint not null,
  sent_at bigint,
  failed_at bigint,
  error text
);

create index mail_outbox_due on mail_outbox (next_try_at) where next_try_at is not null;
-- An account that goes takes its mails along.
create index mail_outbox_account on mail_outbox (account_id) where account_id is not null;
