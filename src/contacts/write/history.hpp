#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "contacts/rows/cursor.hpp"
#include "contacts/rows/slice.hpp"
#include "contacts/write/contacts.hpp"
#include "json/write.hpp"

namespace kith::contacts {

/// What a change did to one field. The values are texts but for `favorite`, or null.
struct FieldDifference {
  static constexpr std::string_view value_types = R"(["string","boolean","null"])";

  std::string field;
  json::Raw before;
  json::Raw after;

  static std::string schema_name() { return "FieldDifference"; }
  static constexpr auto fields() {
    return kith::fields(kith::field("field", &FieldDifference::field, {.example = "phone"}),
                        kith::field("before", &FieldDifference::before,
                                    {.doc = "The value it had.", .types = value_types}),
                        kith::field("after", &FieldDifference::after,
                                    {.doc = "The value it was given.", .types = value_types}));
  }
};

/// One change of a contact.
struct HistoryEntry {
  std::int64_t revision = 0;
  Time at;
  ChangeKind kind = ChangeKind::created;
  Source source = Source::api;
  AccountId actor;
  std::vector<FieldDifference> differences;

  static std::string schema_name() { return "HistoryEntry"; }
  static constexpr auto fields() {
    return kith::fields(
        field("revision", &HistoryEntry::revision, {.doc = "The contact's since this change."}),
        field("at", &HistoryEntry::at, {.doc = "UTC."}), field("kind", &HistoryEntry::kind),
        field("source", &HistoryEntry::source, {.doc = "The protocol that the change came in by."}),
        field("actor", &HistoryEntry::actor, {.doc = "The account that made the change."}),
        field("differences", &HistoryEntry::differences,
              {.doc = "Empty when it was created, deleted or restored."}));
  }
};

/// What an undo did.
struct Undone {
  int undone = 0;
  int skipped = 0;

  static std::string schema_name() { return "Undone"; }
  static constexpr auto fields() {
    return kith::fields(
        field("undone", &Undone::undone, {.doc = "How many contacts are as they were before."}),
        field("skipped", &Undone::skipped,
              {.doc = "How many were left as they are: changed again since, deleted "
                      "permanently, or their old values are not valid any more."}));
  }
};

/// One change as it is kept, for an export.
struct KeptChange {
  std::int64_t revision = 0;
  ContactId contact_id;
  Time at;
  ChangeKind kind = ChangeKind::created;
  Source source = Source::api;
  AccountId actor;
  json::Raw before;

  static constexpr auto fields() {
    return kith::fields(
        field("revision", &KeptChange::revision), field("contact_id", &KeptChange::contact_id),
        field("at", &KeptChange::at), field("kind", &KeptChange::kind),
        field("source", &KeptChange::source), field("actor", &KeptChange::actor),
        field("before", &KeptChange::before, {.doc = "The values of the fields that changed."}));
  }
};

/// What was: the changes of contacts in the last days (KITH_HISTORY_DAYS), and the way back. Going
/// back is itself a change, which can be undone. Errors of all: `not_found` as of Contacts;
/// `unavailable` from the store.
class History {
 public:
  /// REQUIRES: all outlive this.
  History(store::Store& store, Contacts& contacts, const CursorCodec& cursors)
      : store_(store), contacts_(contacts), cursors_(cursors) {}

  /// The newest `limits::history_changes_max` changes of a contact, newest first. Errors also:
  /// `malformed` for a cursor that is not of this list.
  Task<Result<Slice<HistoryEntry>>> list(AccountId owner, ContactId id, SliceRequest request);

  /// Some changes of the account with revisions above `above`, oldest first, at most
  /// `limits::change_piece_contacts` and fewer where they are large; none: there are no more.
  Task<Result<std::vector<KeptChange>>> changes(AccountId owner, std::int64_t above);

  /// Makes the contact of `operation` what it was at `revision`. Errors also: `invalid` for a
  /// revision that it did not have or that is not known any more; those of Contacts::apply.
  Task<Result<Contact>> revert(AccountId owner, Operation operation, std::int64_t revision,
                               Origin origin);

  /// Takes back the account's last change, or all changes of the last request that made several;
  /// what has been changed again since is left alone. An undo is a change too: the next undo takes
  /// it back. Runs in pieces. A repeat (`origin` has the same change group) goes on with the same
  /// undo; so does, without `revision`, an undo within `limits::undo_repeat_window` of another one
  /// that is the last change or about to be: a double click takes nothing back twice. Errors also:
  /// `conflict` when there is nothing to take back; `precondition_failed` when `revision` is not of
  /// that change; `disk_full`. After an error a part may have been taken back.
  Task<Result<Undone>> undo(AccountId owner, std::optional<std::int64_t> revision, Origin origin);

 private:
  store::Store& store_;
  Contacts& contacts_;
  const CursorCodec& cursors_;
};

/// The change that merges `patch`, a JSON merge patch of values that the contact had.
Change merging(std::string patch, Time now);

}  // namespace kith::contacts
