-- The size of the photo of a card in pixels, upright; null: there is none, or its header does not
-- tell.
alter table contacts add column photo_width bigint;
alter table contacts add column photo_height bigint;

-- Finds out whether a photo is still used.
create index contacts_photo on contacts (account_id, photo_hash) where photo_hash is not null;

-- Thumbnails of the photos of contacts. A row is inserted before its blob is stored and deleted
-- after the blob was removed. `new`: about to be stored; `ready`: can be shown; `old`: to be
-- removed, as those of deleted accounts are.
create table photo_thumbnails (
  name text not null primary key,  -- of the blob
  account_id bytea references accounts (id) on delete set null,
  photo_hash bytea not null,
  edge bigint not null,  -- in pixels
  is_made bigint not null,  -- 0: there is no blob, because the photo cannot be decoded
  state text not null,
  created_at bigint not null
);

create unique index photo_thumbnails_ready on photo_thumbnails (account_id, photo_hash, edge)
  where state = 'ready';
create index photo_thumbnails_account on photo_thumbnails (account_id)
  where account_id is not null;
create index photo_thumbnails_unused on photo_thumbnails (created_at)
  where state <> 'ready' or account_id is null;
