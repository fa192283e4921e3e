-- search_text has the values of a contact after tags instead of in lines (derived_rules 3): the
-- index of outdated rows is of those below it.
drop index contacts_outdated;
create index contacts_outdated on contacts (account_id, id) where derived_version < 12884901888;
