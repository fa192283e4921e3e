#include "contacts/write/writes.hpp"

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limits.hpp"
#include "contacts/write/card_writes.hpp"
#include "contacts/write/derived_columns.hpp"
#include "contacts/write/place.hpp"
#include "json/write.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

using store::Query;
using store::values;

namespace {

/// The fields that a write sets: the client's fields and the columns computed from them.
constexpr auto written_fields = ContactFields::fields() + DerivedColumns::fields();

void append_written(store::Values& out, const Write& write) {
  store::append_values(out, ContactFields::fields(), write.contact);
  store::append_values(out, DerivedColumns::fields(), *write.derived);
}

/// A merge patch (RFC 7396) of the values that a change replaces.
class OldValues {
 public:
  template <class T>
  void compare(std::string_view name, const T& before, const T& after) {
    if (before == after) return;
    patch_.append(patch_.empty() ? "{\"" : ",\"").append(name).append("\":");
    json::write(patch_, before);
  }

  std::string take() && { return patch_.empty() ? std::move(patch_) : std::move(patch_) + "}"; }

 private:
  std::string patch_;
};

std::string old_values_of(const StoredContact& before, const ContactState& after) {
  OldValues old;
  ContactFields::fields().for_each([&](const auto& field) {
    old.compare(field.name, before.*field.member, after.fields.*field.member);
  });
  old.compare("book", before.columns.book, after.columns.book);
  old.compare("resource", before.columns.resource, after.columns.resource);
  old.compare("uid", before.columns.uid, after.columns.uid);
  return std::move(old).take();
}

// Returns the revision of a contact under a new id, and counts the contact. If the account has $3
// contacts, no revision results, so that the database refuses the whole transaction.
const Query next_revision{
    "contacts.next_revision",
    "update account_rev set rev = case when contact_count < $3 then rev + 1 end, "
    "contact_count = contact_count + 1, history_bytes = history_bytes + $2, "
    "card_bytes = card_bytes + $4 where account_id = $1 returning rev"};

// The same under an id that may be taken.
const std::string is_taken = "exists (select 1 from contacts where account_id = $1 and id = $2)";
const Query next_revision_at{
    "contacts.next_revision_at",
    "update account_rev set rev = case when contact_count < $4 or " + is_taken +
        " then rev + 1 end, contact_count = contact_count + case when " + is_taken +
        " then 0 else 1 end, history_bytes = history_bytes + case when " + is_taken +
        " then 0 else cast($3 as bigint) end, card_bytes = card_bytes + case when " + is_taken +
        " then 0 else cast($5 as bigint) end where account_id = $1"};

// The same when the account is nearly full, so that other creations of the transaction take effect:
// the counter is updated afterwards.
const Query next_revision_alone{
    "contacts.next_revision_alone",
    "update account_rev set rev = rev + 1 where account_id = $1 returning contact_count"};
const Query count_created{"contacts.count_created",
                          "update account_rev set contact_count = contact_count + 1, "
                          "history_bytes = history_bytes + $3, card_bytes = card_bytes + $4 "
                          "where account_id = $1 and exists (select 1 from contacts c "
                          "where c.account_id = $1 and c.id = $2 and c.rev = account_rev.rev)"};

// Guards a write: the revision increments only if the contact is unchanged since it was read.
// Moving a contact into or out of the trash changes its revision, so no other check is needed.
const Query next_revision_if{
    "contacts.next_revision_if",
    "update account_rev set rev = rev + 1, history_bytes = history_bytes + $4, "
    "card_bytes = card_bytes + $5 where account_id = $1 and exists "
    "(select 1 from contacts where account_id = $1 and id = $2 and rev = $3)"};

const std::string insert_text =
    "insert into contacts (account_id, id, created_at, updated_at, rev, card_rev, " +
    store::column_list(written_fields) + ") ";
const std::string new_revision =
    "coalesce((select rev from account_rev where account_id = $1), 0), ";
const std::string insert_values = insert_text + "values ($1, $2, $3, $3, " + new_revision +
                                  new_revision + store::parameter_list(written_fields, 4) + ")";

// Inserts under a new id, which cannot exist yet. RETURNING makes SQLite copy all changed pages, so
// the previous statement returns the revision. A deleted account has no row: the insertion then
// violates its foreign key.
const Query insert_contact{"contacts.insert", insert_values};

// Inserts under an id that may be taken.
const Query insert_contact_at{
    "contacts.insert_at", insert_values + " on conflict (account_id, id) do nothing returning rev"};

// The same, if the account has room: at most $4 contacts including this one.
const Query insert_contact_alone{
    "contacts.insert_alone", insert_text + "select account_id, $2, $3, $3, rev, rev, " +
                                 store::parameter_list(written_fields, 5) +
                                 " from account_rev where account_id = $1 and contact_count < $4 "
                                 "on conflict (account_id, id) do nothing returning rev"};

const std::string both_revisions =
    "(rev, card_rev) = (select rev, rev from account_rev where account_id = $1)";
const std::string if_unchanged = " where account_id = $1 and id = $2 and rev = $3 returning rev";
const std::string set_fields =
    "update contacts set " + store::assignment_list(written_fields, 5) + ", updated_at = $4, ";

const Query update_contact{"contacts.update", set_fields + both_revisions + if_unchanged};

// For a change that leaves the card as it is.
const Query update_beside_card{
    "contacts.update_beside_card",
    set_fields + "rev = (select rev from account_rev where account_id = $1)" + if_unchanged};

// The URL of the card begins or ends to exist.
const Query move_contact{"contacts.move", "update contacts set deleted_at = $5, updated_at = $4, " +
                                              both_revisions + if_unchanged};

// Only a contact with the account's newest revision was written just now. If a guard did not hold,
// the newest revision may belong to another writer's change, which already has a row. (PostgreSQL
// infers a parameter's type from the column beside it.)
const Query insert_change{
    "contacts.insert_change",
    "insert into contact_changes (account_id, rev, contact_id, previous_rev, changed_at, "
    "change_group, actor, source, kind, old_values, old_card) "
    "select c.account_id, c.rev, c.id, cast($3 as bigint), c.updated_at, cast($4 as bigint), "
    "coalesce($5, c.account_id), $6, $7, $8, $9 "
    "from contacts c join account_rev r on r.account_id = c.account_id and r.rev = c.rev "
    "where c.account_id = $1 and c.id = $2 on conflict do nothing"};

// For a contact under a new id, which was certainly written.
const Query insert_creation{
    "contacts.insert_creation",
    "insert into contact_changes (account_id, rev, contact_id, previous_rev, changed_at, "
    "change_group, actor, source, kind) values ($1, (select rev from account_rev where account_id "
    "= $1), $2, 0, "
    "$3, $4, $5, $6, $7)"};

// Notes the URL that a contact is about to leave. It runs before the contact gets its new revision,
// which the account has already.
const Query insert_gone{
    "contacts.insert_gone",
    "insert into dav_gone (account_id, book, rev, resource, gone_at) "
    "select c.account_id, c.book, r.rev, coalesce(c.resource, $4), cast($5 as bigint) "
    "from contacts c join account_rev r on r.account_id = c.account_id "
    "where c.account_id = $1 and c.id = $2 and c.rev = $3 on conflict do nothing"};

/// The statements that report the outcome of a write.
struct WriteHandles {
  store::Batch::Handle account;  ///< raises the account's revision
  store::Batch::Handle contact;  ///< writes the contact
};

store::Batch::Handle add_revision(store::Batch& batch, const WriteContext& context,
                                  const Write& write) {
  const std::int64_t bytes = context.keeps_history ? history_bytes_of(write) : 0;
  const std::int64_t card_bytes = write.card.added_bytes;
  const AccountId& owner = context.owner;
  const ContactId& id = write.contact.id;
  if (write.kind != ChangeKind::created) {
    return batch.add(next_revision_if, owner, id, write.seen, bytes, card_bytes);
  }
  if (write.is_refused_alone) return batch.add(next_revision_alone, owner);
  if (write.has_new_id) {
    return batch.add(next_revision, owner, bytes, context.contacts_max, card_bytes);
  }
  return batch.add(next_revision_at, owner, id, bytes, context.contacts_max, card_bytes);
}

const Query& insertion_of(const Write& write) {
  if (write.is_refused_alone) return insert_contact_alone;
  return write.has_new_id ? insert_contact : insert_contact_at;
}

store::Batch::Handle add_contact(store::Batch& batch, const WriteContext& context,
                                 const Write& write) {
  const AccountId& owner = context.owner;
  const Contact& contact = write.contact;
  store::Values parameters;
  switch (write.kind) {
    case ChangeKind::created:
      parameters = values(owner, contact.id, contact.created_at);
      if (write.is_refused_alone) parameters.push_back(context.contacts_max);
      append_written(parameters, write);
      return batch.add_values(insertion_of(write), std::move(parameters));
    case ChangeKind::changed:
      parameters = values(owner, contact.id, write.seen, contact.updated_at);
      append_written(parameters, write);
      return batch.add_values(write.card.moves_revision ? update_contact : update_beside_card,
                              std::move(parameters));
    case ChangeKind::deleted:
      return batch.add(move_contact, owner, contact.id, write.seen, contact.updated_at,
                       contact.updated_at);
    case ChangeKind::restored: break;
  }
  return batch.add(move_contact, owner, contact.id, write.seen, contact.updated_at, std::nullopt);
}

void add_change(store::Batch& batch, const WriteContext& context, const Write& write) {
  const Origin& origin = context.origin;
  if (write.has_new_id) {
    batch.add(insert_creation, context.owner, write.contact.id, origin.at, origin.change_group,
              origin.actor, origin.source, write.kind);
    return;
  }
  batch.add(insert_change, context.owner, write.contact.id, write.seen, origin.change_group,
            origin.actor, origin.source, write.kind,
            write.old_values.empty() ? std::optional<std::string_view>() : write.old_values,
            write.card.old_card ? std::optional(store::Bytes{*write.card.old_card}) : std::nullopt);
}

/// Adds what a creation writes for the card, after its contact.
void add_new_card(store::Batch& batch, const CardTarget& target, const Write& write) {
  if (!write.has_new_id || write.card.columns) {
    add_card_statements(batch, target, write.card);
  } else {
    add_first_keys(batch, target, write.card);
  }
}

WriteHandles add_write(store::Batch& batch, const WriteContext& context, const Write& write) {
  CardTarget target{context.owner, write.contact.id, write.seen};
  const LabelOrigin origin{context.origin, context.keeps_history};
  WriteHandles handles{.account = add_revision(batch, context, write), .contact = {}};
  if (write.card.entered_book) require_book(batch, context.owner, *write.card.entered_book);
  if (write.kind == ChangeKind::deleted || write.card.leaves_url) {
    batch.add(insert_gone, context.owner, write.contact.id, write.seen,
              write.contact.id.to_string() + ".vcf", context.origin.at);
  }
  if (write.kind != ChangeKind::created) {
    add_card_statements(batch, target, write.card);
    add_label_statements(batch, target, write.labels, origin);
  }
  handles.contact = add_contact(batch, context, write);
  if (write.kind == ChangeKind::created) {
    target.revision.reset();
    add_new_card(batch, target, write);
    add_label_statements(batch, target, write.labels, origin);
  }
  if (write.is_refused_alone) {
    const std::int64_t bytes = context.keeps_history ? history_bytes_of(write) : 0;
    batch.add(count_created, context.owner, write.contact.id, bytes, write.card.added_bytes);
  }
  if (context.keeps_history) add_change(batch, context, write);
  return handles;
}

/// Records the outcome in `write`. Returns false if the account was deleted.
bool note_outcome(Write& write, const store::WrittenRows& written, WriteHandles handles,
                  std::int64_t contacts_max) {
  // Under a new id, the insertion returns no row: it has either failed or taken effect.
  const store::Rows& rows = written[write.has_new_id ? handles.account : handles.contact];
  if (!rows.empty()) write.contact.revision = store::read_column<std::int64_t>(rows, "rev");
  if (!write.is_refused_alone) return true;
  const store::Rows& account = written[handles.account];
  if (account.empty()) return false;
  write.is_over_quota = store::read_column<std::int64_t>(account, "contact_count") >= contacts_max;
  return true;
}

}  // namespace

std::int64_t history_bytes_of(const Write& write) {
  const std::size_t card_bytes = write.card.old_card ? write.card.old_card->size() : 0;
  return limits::history_row_bytes +
         static_cast<std::int64_t>(write.old_values.size() + card_bytes);
}

Write Write::creation(Contact contact, ContactState state, bool has_new_id) {
  Write write{.derived = DerivedColumns(state.searched()),
              .card = CardWrite::creation(state),
              .labels = LabelWrite::creation(contact.id, state),
              .has_new_id = has_new_id};
  static_cast<ContactFields&>(contact) = std::move(state.fields);
  write.contact = std::move(contact);
  return write;
}

Write Write::change(const StoredContact& current, ContactState next) {
  Write write{.kind = ChangeKind::changed,
              .contact = current,
              .seen = current.revision,
              .old_values = old_values_of(current, next),
              .derived = DerivedColumns(next.searched()),
              .card = CardWrite::change(current, next),
              .labels = LabelWrite::change(current, next)};
  static_cast<ContactFields&>(write.contact) = std::move(next.fields);
  return write;
}

Write Write::move(const StoredContact& current, ChangeKind kind) {
  return {
      .kind = kind, .contact = current, .seen = current.revision, .old_values = {}, .derived = {}};
}

Task<Result<void>> commit(store::Store& store, std::span<Write> writes, WriteContext context) {
  constexpr std::size_t statements = 5;  // per write, usually
  store::Batch batch;
  std::vector<WriteHandles> handles;
  batch.reserve(writes.size() * statements);
  handles.reserve(writes.size());
  for (Write& write : writes) {
    write.contact.revision = 0;
    write.contact.updated_at = context.origin.at;
    handles.push_back(add_write(batch, context, write));
  }
  const auto written = co_await store.write(context.owner, std::move(batch));
  if (!written) co_return std::unexpected(written.error());
  for (std::size_t i = 0; i < writes.size(); ++i) {
    const bool is_there = note_outcome(writes[i], *written, handles[i], context.contacts_max);
    if (!is_there) co_return account_is_gone();
  }
  co_return Result<void>();
}

}  // namespace kith::contacts
