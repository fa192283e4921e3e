-- The standard words: where a change came from, and the group of changes that are undone together.
alter table contact_changes rename column door to source;
alter table contact_changes rename column unit to change_group;
update contact_changes set source = 'api' where source = 'rest';
