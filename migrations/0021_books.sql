-- Address books (docs/architecture.md).

-- Identifies the request that created a book, so that its repeat does not create another.
alter table books add column creation bytea;
create index books_deleted on books (deleted_at) where deleted_at is not null;

-- Lists of a book. Contacts of the default book are in none of these indexes: its lists are read by
-- the indexes of all contacts, which costs a write of a simple contact nothing.
create index contacts_book_names on contacts (account_id, book, not_favorite, sort_key, id)
  where book <> 1 and deleted_at is null;
create index contacts_book_created on contacts (account_id, book, created_at, id)
  where book <> 1 and deleted_at is null;
create index contacts_book_updated on contacts (account_id, book, rev, id)
  where book <> 1 and deleted_at is null;
create index contacts_book_birthday on contacts (account_id, book, birth_key, id)
  where book <> 1 and birth_key is not null and deleted_at is null;

-- The size of cards, so that an account has a limit: of a card as it was sent, and of all cards of
-- an account.
alter table cards add column bytes bigint not null default 0;
update cards set bytes = octet_length(content) + coalesce((select sum(octet_length(p.content))
  from card_parts p where p.account_id = cards.account_id and p.contact_id = cards.id), 0);
alter table account_rev add column card_bytes bigint not null default 0;
update account_rev set card_bytes = coalesce((select sum(bytes) from cards
  where cards.account_id = account_rev.account_id), 0);
