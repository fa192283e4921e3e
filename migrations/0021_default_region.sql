-- The country of phone numbers that are written without a country code: ISO 3166-1 alpha-2, or XK;
-- null: unknown.
alter table accounts add column default_region text;
-- A pass over the contacts after the region was changed: the last contact whose keys were renewed.
-- Null: no pass is left.
alter table accounts add column region_pass bytea;
create index accounts_region_pass on accounts (id) where region_pass is not null;

-- The calling code of the region by which the keys of a contact were written; 0: none.
alter table contacts add column country_code bigint not null default 0;
