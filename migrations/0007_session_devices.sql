-- What tells a person which of their devices a session is.
alter table sessions add column last_used_at bigint not null default 0;
alter table sessions add column address text not null default '';
alter table sessions add column agent text not null default '';
update sessions set last_used_at = created_at;
