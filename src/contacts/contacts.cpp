#include "contacts/contacts.hpp"

#include <utility>

#include "base/limits.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

using store::Query;
using store::Statement;
using store::values;

namespace {

/// What a write sets: the client's fields and what is computed from them.
constexpr auto written_fields = ContactFields::fields() + DerivedColumns::fields();

void append_written(store::Values& out, const ContactFields& fields,
                    const DerivedColumns& derived) {
  store::append_values(out, ContactFields::fields(), fields);
  store::append_values(out, DerivedColumns::fields(), derived);
}

std::unexpected<Error> no_such_contact() {
  return refuse(Errc::not_found, "There is no such contact.");
}

std::unexpected<Error> stale() {
  return refuse(Errc::precondition_failed,
                "The contact has changed since you read it: read it again, then decide.");
}

const Query next_revision{
    "contacts.next_revision",
    "update account_rev set rev = rev + 1 where account_id = $1 returning rev"};

// The guard of a write (architecture.md, guarded batch): the revision moves on only if the contact
// is as it was read.
const Query next_revision_if{
    "contacts.next_revision_if",
    "update account_rev set rev = rev + 1 where account_id = $1 and exists "
    "(select 1 from contacts where account_id = $1 and id = $2 and rev = $3 and deleted_at is "
    "null) "
    "returning rev"};

}  // namespace

std::string contact_columns(std::string_view prefix) {
  return store::column_list(Contact::fields(), prefix) + ", " + std::string(prefix) + "rev";
}

Contact read_contact(const store::Rows& rows, std::size_t row) {
  Contact contact = store::read_row<Contact>(rows, row);
  contact.revision = store::read_column<std::int64_t>(rows, "rev", row);
  return contact;
}

std::vector<Contact> read_contacts(const store::Rows& rows) {
  std::vector<Contact> contacts;
  contacts.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) contacts.push_back(read_contact(rows, row));
  return contacts;
}

namespace {

const Query insert_contact{
    "contacts.insert",
    "insert into contacts (account_id, id, created_at, updated_at, rev, " +
        store::column_list(written_fields) +
        ") values ($1, $2, $3, $3, (select rev from account_rev where account_id = $1), " +
        store::parameter_list(written_fields, 4) + ")"};

}  // namespace

Task<Result<Contact>> Contacts::create(AccountId owner, ContactFields fields, Time now) {
  fields.favorite = decide_favorite(fields, nullptr, rules_.favorite_words);
  const DerivedColumns derived(fields);
  Contact contact;
  static_cast<ContactFields&>(contact) = std::move(fields);
  contact.id = ContactId::make(now);
  contact.created_at = contact.updated_at = now;
  std::vector<Statement> batch;
  batch.push_back({next_revision, values(owner)});
  batch.push_back({insert_contact, values(owner, contact.id, now)});
  append_written(batch.back().values, contact, derived);
  auto written = co_await store_.write(owner, std::move(batch));
  if (!written) co_return std::unexpected(std::move(written.error()));
  contact.revision = store::read_column<std::int64_t>(written->front(), "rev");
  co_return contact;
}

namespace {

const Query select_contact{"contacts.get", "select " + contact_columns() +
                                               " from contacts where account_id = $1 and id = $2 "
                                               "and deleted_at is null"};

}  // namespace

Task<Result<Contact>> Contacts::get(AccountId owner, ContactId id) {
  auto rows = co_await store_.read(select_contact, values(owner, id));
  if (!rows) co_return std::unexpected(std::move(rows.error()));
  if (rows->empty()) co_return no_such_contact();
  co_return read_contact(*rows, 0);
}

Task<Result<Contact>> Contacts::replace(AccountId owner, ContactId id, ContactFields fields,
                                        Expected expected) {
  const Change put = [&fields](const Contact&) { return fields; };
  co_return co_await change(owner, id, put, expected);
}

Task<Result<Contact>> Contacts::change(AccountId owner, ContactId id, const Change& change,
                                       Expected expected) {
  for (int attempt = 0; attempt < limits::write_attempts_max; ++attempt) {
    auto current = co_await get(owner, id);
    if (!current) co_return current;
    if (expected.revision && *expected.revision != current->revision) co_return stale();
    auto fields = change(*current);
    if (!fields) co_return std::unexpected(std::move(fields.error()));
    auto changed = co_await update(owner, *current, *std::move(fields));
    if (!changed) co_return std::unexpected(std::move(changed.error()));
    if (*changed) co_return **std::move(changed);
    // Somebody else was faster: the next round reads what is there now.
  }
  co_return refuse(Errc::conflict, "Others keep changing this contact; try again.");
}

namespace {

const Query update_contact{
    "contacts.update",
    "update contacts set " + store::assignment_list(written_fields, 5) +
        ", updated_at = $4, rev = (select rev from account_rev where account_id = $1) "
        "where account_id = $1 and id = $2 and rev = $3 and deleted_at is null returning rev"};

}  // namespace

/// The contact as it was written, or null when `current` is not the newest any more.
Task<Result<std::optional<Contact>>> Contacts::update(AccountId owner, const Contact& current,
                                                      ContactFields fields) {
  fields.favorite = decide_favorite(fields, &current, rules_.favorite_words);
  const DerivedColumns derived(fields);
  Contact changed = current;
  static_cast<ContactFields&>(changed) = std::move(fields);
  changed.updated_at = clock_.now();
  std::vector<Statement> batch;
  batch.push_back({next_revision_if, values(owner, current.id, current.revision)});
  batch.push_back(
      {update_contact, values(owner, current.id, current.revision, changed.updated_at)});
  append_written(batch.back().values, changed, derived);
  auto written = co_await store_.write(owner, std::move(batch));
  if (!written) co_return std::unexpected(std::move(written.error()));
  const store::Rows& rows = written->back();
  if (rows.empty()) co_return std::nullopt;
  changed.revision = store::read_column<std::int64_t>(rows, "rev");
  co_return changed;
}

namespace {

const Query delete_contact{
    "contacts.delete",
    "update contacts set deleted_at = $4, updated_at = $4, "
    "rev = (select rev from account_rev where account_id = $1) "
    "where account_id = $1 and id = $2 and rev = $3 and deleted_at is null returning rev"};

}  // namespace

Task<Result<void>> Contacts::remove(AccountId owner, ContactId id, Expected expected) {
  for (int attempt = 0; attempt < limits::write_attempts_max; ++attempt) {
    const auto current = co_await get(owner, id);
    if (!current) co_return std::unexpected(current.error());
    if (expected.revision && *expected.revision != current->revision) co_return stale();
    const Time now = clock_.now();
    std::vector<Statement> batch;
    batch.push_back({next_revision_if, values(owner, id, current->revision)});
    batch.push_back({delete_contact, values(owner, id, current->revision, now)});
    auto written = co_await store_.write(owner, std::move(batch));
    if (!written) co_return std::unexpected(std::move(written.error()));
    if (!written->back().empty()) co_return Result<void>();
  }
  co_return refuse(Errc::conflict, "Others keep changing this contact; try again.");
}

}  // namespace kith::contacts
