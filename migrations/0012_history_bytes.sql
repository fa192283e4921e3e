-- How large the history of an account is: 150 bytes for each change and its old values.
alter table account_rev add column history_bytes bigint not null default 0;
update account_rev set history_bytes = (
  select coalesce(sum(150 + coalesce(length(cast(old_values as blob)), 0)), 0)
  from contact_changes where contact_changes.account_id = account_rev.account_id);
