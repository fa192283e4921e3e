-- Work that runs by itself; the lease says that an instance is at it.
create table jobs (
  name text not null primary key,
  due_at bigint not null,
  lease_until bigint not null,
  started_at bigint,
  finished_at bigint,
  succeeded_at bigint,
  failures bigint not null,
  error text
);
