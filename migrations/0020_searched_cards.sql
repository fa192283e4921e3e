-- search_text has all texts of stored cards (derived_rules 4): the index of outdated rows is of
-- those below it that have a card. The columns of contacts without one are the same under rules 3.
drop index contacts_outdated;
create index contacts_outdated on contacts (account_id, id)
  where derived_version - has_card * 4294967296 < 12884901888;
