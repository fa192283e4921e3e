-- Lists of an address book, in each order. Contacts of the default book are in none of these
-- indexes, so that writing them costs what it did: its lists use the indexes of all contacts.
create index contacts_book_names on contacts (account_id, book, not_favorite, sort_key, id)
  where book <> 1 and deleted_at is null;
create index contacts_book_created on contacts (account_id, book, created_at, id)
  where book <> 1 and deleted_at is null;
create index contacts_book_updated on contacts (account_id, book, rev, id)
  where book <> 1 and deleted_at is null;
create index contacts_book_birthday on contacts (account_id, book, birth_key, id)
  where book <> 1 and birth_key is not null and deleted_at is null;
