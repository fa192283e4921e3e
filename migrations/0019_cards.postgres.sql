-- Cards (docs/architecture.md). Of a contact only `book`, `card_rev`, `resource` and `uid` are
-- not derived from its fields or its card.
alter table contacts add column book bigint not null default 1;
-- The revision of the last change to the bytes of the vCard or to its URL. A favourite moves `rev`
-- alone, so that clients do not download the card again.
alter table contacts add column card_rev bigint not null default 0;
update contacts set card_rev = rev;
alter table contacts add column resource text;  -- last segment of the URL; null: <id>.vcf
alter table contacts add column uid text;       -- null: the id
alter table contacts add column uid_key text;   -- by which UIDs are compared
alter table contacts add column has_card bigint not null default 0;
alter table contacts add column photo_hash bytea;
alter table contacts add column display text;  -- null: first and last name
alter table contacts add column organization text;

-- Lists and synchronizes a book without reading a contact.
create index contacts_book on contacts (account_id, book, card_rev, id, resource)
  where deleted_at is null;
create unique index contacts_resource on contacts (account_id, book, resource)
  where resource is not null and deleted_at is null;
create unique index contacts_uid on contacts (account_id, book, uid_key)
  where uid_key is not null and deleted_at is null;

-- The vCards that say more than the simple form, byte for byte. All others are generated.
create table cards (
  account_id bytea not null,
  id bytea not null,
  content bytea not null,
  parts bytea,  -- position, size and SHA-256 of each value in card_parts; null: none
  version bigint not null,  -- 0: 2.1, 1: 3.0, 2: 4.0
  flags bigint not null default 0,
  primary key (account_id, id),
  foreign key (account_id, id) references contacts (account_id, id) on delete cascade
);

-- Large values, such as photos, that were cut out of `content`; compressed by zstd.
create table card_parts (
  account_id bytea not null,
  contact_id bytea not null,
  hash bytea not null,
  content bytea not null,
  primary key (account_id, contact_id, hash),
  foreign key (account_id, contact_id) references contacts (account_id, id) on delete cascade
);

-- Exact look-ups. Deleted by their whole key: an index by contact would double what a write costs.
create table contact_keys (
  account_id bytea not null references accounts (id) on delete cascade,
  kind bigint not null,
  key text not null,
  contact_id bytea not null,
  primary key (account_id, kind, key, contact_id)
);

-- Address books. Number 1 is the default book, which every account has without a row until its
-- properties are changed.
create table books (
  account_id bytea not null references accounts (id) on delete cascade,
  number bigint not null,
  name text not null,
  title text not null,
  description text,
  color text,
  rev bigint not null,
  settings text,
  deleted_at bigint,
  primary key (account_id, number)
);
create unique index books_name on books (account_id, name) where deleted_at is null;

create table book_props (
  account_id bytea not null references accounts (id) on delete cascade,
  book bigint not null,
  name text not null,
  xml text not null,
  primary key (account_id, book, name)
);

create table labels (
  account_id bytea not null references accounts (id) on delete cascade,
  id bytea not null,
  book bigint not null,
  name text not null,
  name_key text not null,
  color text,
  rev bigint not null,
  resource text,
  uid text,
  content bytea,  -- of a group card; null: generated
  primary key (account_id, id)
);
create index labels_book on labels (account_id, book, rev);
create unique index labels_name on labels (account_id, book, name_key);

create table contact_labels (
  account_id bytea not null,
  contact_id bytea not null,
  label_id bytea not null,
  sources bigint not null,  -- 1: CATEGORIES, 2: a group card
  primary key (account_id, contact_id, label_id),
  foreign key (account_id, contact_id) references contacts (account_id, id) on delete cascade,
  foreign key (account_id, label_id) references labels (account_id, id) on delete cascade
);
create index contact_labels_label on contact_labels (account_id, label_id, contact_id);

create table label_members (
  account_id bytea not null,
  label_id bytea not null,
  uid_key text not null,
  primary key (account_id, label_id, uid_key),
  foreign key (account_id, label_id) references labels (account_id, id) on delete cascade
);
create index label_members_uid on label_members (account_id, uid_key, label_id);

-- URLs of cards that no longer exist, for clients that synchronize.
create table dav_gone (
  account_id bytea not null references accounts (id) on delete cascade,
  book bigint not null,
  rev bigint not null,
  resource text not null,
  gone_at bigint not null,
  primary key (account_id, book, rev, resource)
);
create index dav_gone_at on dav_gone (gone_at);

-- The card before a change. Null: its bytes did not change. Empty: it was generated. Else its
-- bytes, compressed by zstd with the bytes after the change as the prefix.
alter table contact_changes add column old_card bytea;
