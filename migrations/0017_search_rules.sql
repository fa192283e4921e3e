-- The rules of search changed (derived_rules 2): the index of outdated rows is of those below it.
drop index contacts_outdated;
create index contacts_outdated on contacts (account_id, id) where derived_version < 8589934592;
