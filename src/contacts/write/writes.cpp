#include "contacts/write/writes.hpp"

#include <array>
#include <cstring>
#include <utility>

#include "base/limits.hpp"
#include "contacts/write/derived_columns.hpp"
#include "json/write.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

using store::Query;
using store::Statement;
using store::values;

namespace {

/// What a write sets: the client's fields and what is computed from them.
constexpr auto written_fields = ContactFields::fields() + DerivedColumns::fields();

void append_written(store::Values& out, const Write& write) {
  store::append_values(out, ContactFields::fields(), write.contact);
  store::append_values(out, DerivedColumns::fields(), *write.derived);
}

/// The values of the fields that differ, as they were before: a merge patch (RFC 7396).
std::string old_values_of(const ContactFields& before, const ContactFields& after) {
  std::string patch;
  ContactFields::fields().for_each([&](const auto& field) {
    if (before.*field.member == after.*field.member) return;
    patch.append(patch.empty() ? "{\"" : ",\"").append(field.name).append("\":");
    json::write(patch, before.*field.member);
  });
  return patch.empty() ? patch : patch + "}";
}

// The revision of a new contact, which is counted. An account that was deleted meanwhile has no
// row: the insertion then violates its foreign key.
const Query next_revision{
    "contacts.next_revision",
    "update account_rev set rev = rev + 1, contact_count = contact_count + 1, "
    "history_bytes = history_bytes + $2 "
    "where account_id = $1 returning rev, contact_count"};

// The same under an id that is not new for certain.
const Query next_revision_at{
    "contacts.next_revision_at",
    "update account_rev set rev = rev + 1, contact_count = contact_count + case when exists "
    "(select 1 from contacts where account_id = $1 and id = $2) then 0 else 1 end, "
    "history_bytes = history_bytes + case when exists "
    "(select 1 from contacts where account_id = $1 and id = $2) then 0 else cast($3 as bigint) end "
    "where account_id = $1 returning rev, contact_count"};

// The guard of a write: the revision moves on only if the contact is as it was read. A contact that
// goes into the trash or out of it has another revision, so nothing else need be asked.
const Query next_revision_if{
    "contacts.next_revision_if",
    "update account_rev set rev = rev + 1, history_bytes = history_bytes + $4 "
    "where account_id = $1 and exists "
    "(select 1 from contacts where account_id = $1 and id = $2 and rev = $3)"};

const std::string insert_text =
    "insert into contacts (account_id, id, created_at, updated_at, rev, " +
    store::column_list(written_fields) +
    ") values ($1, $2, $3, $3, "
    "coalesce((select rev from account_rev where account_id = $1), 0), " +
    store::parameter_list(written_fields, 4) + ")";

// Under a new id, where nothing can be: what an insertion returns has SQLite copy all pages that it
// changes, so the revision is told by the statement before.
const Query insert_contact{"contacts.insert", insert_text};

// Under an id that is not new for certain.
const Query insert_contact_at{
    "contacts.insert_at", insert_text + " on conflict (account_id, id) do nothing returning rev"};

const Query update_contact{
    "contacts.update",
    "update contacts set " + store::assignment_list(written_fields, 5) +
        ", updated_at = $4, rev = (select rev from account_rev where account_id = $1) "
        "where account_id = $1 and id = $2 and rev = $3 returning rev"};

const Query move_contact{"contacts.move",
                         "update contacts set deleted_at = $5, updated_at = $4, "
                         "rev = (select rev from account_rev where account_id = $1) "
                         "where account_id = $1 and id = $2 and rev = $3 returning rev"};

// Only the contact that has the account's newest revision was written just now. Where a guard did
// not hold, that may be somebody else's change, which has its row. (Parameters have a type in
// PostgreSQL where they stand beside a column.)
const Query insert_change{
    "contacts.insert_change",
    "insert into contact_changes (account_id, rev, contact_id, previous_rev, changed_at, "
    "change_group, "
    "actor, source, kind, old_values) "
    "select c.account_id, c.rev, c.id, cast($3 as bigint), c.updated_at, cast($4 as bigint), "
    "coalesce($5, c.account_id), $6, $7, $8 "
    "from contacts c join account_rev r on r.account_id = c.account_id and r.rev = c.rev "
    "where c.account_id = $1 and c.id = $2 on conflict do nothing"};

/// Which of a write's statements gives a row with its revision if it took effect.
std::size_t telling_statement(const Write& write) { return write.has_new_id ? 0 : 1; }

// Of a contact under a new id, which was written for certain.
const Query insert_creation{
    "contacts.insert_creation",
    "insert into contact_changes (account_id, rev, contact_id, previous_rev, changed_at, "
    "change_group, "
    "actor, source, kind) values ($1, (select rev from account_rev where account_id = $1), $2, 0, "
    "$3, $4, $5, $6, $7)"};

void append_data_statement(std::vector<Statement>& batch, const AccountId& owner,
                           const Write& write) {
  const Contact& contact = write.contact;
  switch (write.kind) {
    case ChangeKind::created:
      batch.push_back({write.has_new_id ? insert_contact : insert_contact_at,
                       values(owner, contact.id, contact.created_at)});
      return append_written(batch.back().values, write);
    case ChangeKind::changed:
      batch.push_back({update_contact, values(owner, contact.id, write.seen, contact.updated_at)});
      return append_written(batch.back().values, write);
    case ChangeKind::deleted:
      batch.push_back({move_contact, values(owner, contact.id, write.seen, contact.updated_at,
                                            contact.updated_at)});
      return;
    case ChangeKind::restored:
      batch.push_back(
          {move_contact, values(owner, contact.id, write.seen, contact.updated_at, std::nullopt)});
      return;
  }
}

void append_statements(std::vector<Statement>& batch, const Write& write,
                       const WriteContext& context) {
  const AccountId& owner = context.owner;
  const Origin& origin = context.origin;
  const std::int64_t bytes = context.keeps_history ? history_bytes_of(write) : 0;
  if (write.has_new_id) {
    batch.push_back({next_revision, values(owner, bytes)});
  } else if (write.kind == ChangeKind::created) {
    batch.push_back({next_revision_at, values(owner, write.contact.id, bytes)});
  } else {
    batch.push_back({next_revision_if, values(owner, write.contact.id, write.seen, bytes)});
  }
  append_data_statement(batch, owner, write);
  if (!context.keeps_history) return;
  if (write.has_new_id) {
    batch.push_back(
        {insert_creation, values(owner, write.contact.id, origin.at, origin.change_group,
                                 origin.actor, origin.source, write.kind)});
    return;
  }
  batch.push_back(
      {insert_change,
       values(owner, write.contact.id, write.seen, origin.change_group, origin.actor, origin.source,
              write.kind,
              write.old_values.empty() ? std::optional<std::string_view>() : write.old_values)});
}

}  // namespace

std::int64_t history_bytes_of(const Write& write) {
  return limits::history_row_bytes + static_cast<std::int64_t>(write.old_values.size());
}

Origin as_change_group(Origin origin, const Uuid& id) {
  std::array<std::int64_t, 2> halves{};
  std::memcpy(halves.data(), id.data.data(), sizeof halves);
  origin.change_group = halves[0] ^ halves[1];
  if (origin.change_group == 0) origin.change_group = 1;  // 0 is no group
  return origin;
}

Origin as_change_group(Origin origin) { return as_change_group(origin, Uuid::make_v7(origin.at)); }

Write Write::creation(Contact contact, bool has_new_id) {
  Write write{.has_new_id = has_new_id};
  write.derived.emplace(contact);
  write.contact = std::move(contact);
  return write;
}

Write Write::change(const Contact& current, ContactFields fields) {
  Write write{.kind = ChangeKind::changed,
              .contact = current,
              .seen = current.revision,
              .old_values = old_values_of(current, fields),
              .derived = DerivedColumns(fields)};
  static_cast<ContactFields&>(write.contact) = std::move(fields);
  return write;
}

Write Write::move(const Contact& current, ChangeKind kind) {
  return {
      .kind = kind, .contact = current, .seen = current.revision, .old_values = {}, .derived = {}};
}

Task<Result<void>> commit(store::Store& store, std::span<Write> writes, WriteContext context) {
  const std::size_t statements_a_write = context.keeps_history ? 3 : 2;
  std::vector<Statement> batch;
  batch.reserve(writes.size() * statements_a_write);
  for (Write& write : writes) {
    write.contact.revision = 0;
    write.contact.updated_at = context.origin.at;
    append_statements(batch, write, context);
  }
  const auto written = co_await store.write(context.owner, std::move(batch));
  if (!written && written.error().code == Errc::conflict) co_return account_is_gone();
  if (!written) co_return std::unexpected(written.error());
  for (std::size_t i = 0; i < writes.size(); ++i) {
    const std::size_t telling = telling_statement(writes[i]);
    const store::Rows& rows = (*written)[i * statements_a_write + telling];
    if (!rows.empty()) writes[i].contact.revision = store::read_column<std::int64_t>(rows, "rev");
    if (writes[i].kind != ChangeKind::created) continue;
    const store::Rows& account = (*written)[i * statements_a_write];
    if (!account.empty()) {
      writes[i].contact_count = store::read_column<std::int64_t>(account, "contact_count");
    }
  }
  co_return Result<void>();
}

}  // namespace kith::contacts
