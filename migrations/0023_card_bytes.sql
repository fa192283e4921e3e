-- The size of a card as it was sent, with its photo, and of all cards of an account, which has a
-- limit (KITH_ACCOUNT_BYTES_MAX). Parts that are stored already count with their compressed size.
alter table cards add column bytes bigint not null default 0;
update cards set bytes = length(content) + coalesce((select sum(length(p.content))
  from card_parts p where p.account_id = cards.account_id and p.contact_id = cards.id), 0);
alter table account_rev add column card_bytes bigint not null default 0;
update account_rev set card_bytes = coalesce((select sum(bytes) from cards
  where cards.account_id = account_rev.account_id), 0);
