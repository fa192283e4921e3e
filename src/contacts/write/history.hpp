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

/// The effect of a change on one field, or on a member of the card as JSContact (`card/emails`).
struct FieldDifference {
  static constexpr std::string_view value_types =
      R"(["string","boolean","number","object","array","null"])";

  std::string field;
  json::Raw before;
  json::Raw after;

  static std::string schema_name() { return "FieldDifference"; }
  static constexpr auto fields() {
    return kith::fields(kith::field("field", &FieldDifference::field,
                                    {.doc = "A field of the simple form, or `card/` and a member "
                                            "of the card as JSContact.",
                                     .example = "phone"}),
                        kith::field("before", &FieldDifference::before,
                                    {.doc = "The previous value.", .types = value_types}),
                        kith::field("after", &FieldDifference::after,
                                    {.doc = "The new value.", .types = value_types}));
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
        field("revision", &HistoryEntry::revision,
              {.doc = "The contact's revision after the change."}),
        field("at", &HistoryEntry::at, {.doc = "UTC."}), field("kind", &HistoryEntry::kind),
        field("source", &HistoryEntry::source, {.doc = "Where the change came from."}),
        field("actor", &HistoryEntry::actor, {.doc = "The account that made the change."}),
        field(
            "differences", &HistoryEntry::differences,
            {.doc = "The changed fields, then the changed members of a card that was stored. Empty "
                    "if the contact was created, deleted, restored or moved."}));
  }
};

/// The bytes of a card before and after a change; nullopt: it had no bytes of its own.
struct CardChange {
  std::int64_t revision = 0;
  std::optional<std::string> before;
  std::optional<std::string> after;
};

/// The changes of a contact from `oldest` to `newest`.
struct RevisionSpan {
  std::int64_t newest = 0;
  std::int64_t oldest = 0;
};

/// The result of an undo.
struct Undone {
  int undone = 0;
  int skipped = 0;

  static std::string schema_name() { return "Undone"; }
  static constexpr auto fields() {
    return kith::fields(
        field("undone", &Undone::undone,
              {.doc = "Number of contacts and labels that were reverted."}),
        field("skipped", &Undone::skipped,
              {.doc = "Number of contacts that were left unchanged: they were changed again since, "
                      "were deleted permanently, or their old values are no longer valid."}));
  }
};

/// A stored change, for an export.
struct KeptChange {
  std::int64_t revision = 0;
  ContactId contact_id;
  Time at;
  ChangeKind kind = ChangeKind::created;
  Source source = Source::api;
  AccountId actor;
  json::Raw before;

  static constexpr auto fields() {
    return kith::fields(field("revision", &KeptChange::revision),
                        field("contact_id", &KeptChange::contact_id), field("at", &KeptChange::at),
                        field("kind", &KeptChange::kind), field("source", &KeptChange::source),
                        field("actor", &KeptChange::actor),
                        field("before", &KeptChange::before,
                              {.doc = "The previous values of the changed fields."}));
  }
};

/// Lists the changes of contacts in the last days (KITH_HISTORY_DAYS) and takes them back, which is
/// itself a change that can be undone. Errors of all: `not_found` as of Contacts; `unavailable`
/// from the store.
class History {
 public:
  /// REQUIRES: all outlive this.
  History(store::Store& store, Contacts& contacts, const CursorCodec& cursors)
      : store_(store), contacts_(contacts), cursors_(cursors) {}

  /// Returns the newest `limits::history_changes_max` changes of a contact, newest first. Errors
  /// also: `malformed` for a cursor that is not of this list.
  Task<Result<Slice<HistoryEntry>>> list(AccountId owner, ContactId id, SliceRequest request);

  /// Returns what the changes of a contact in `span` did to its card, newest first: those that
  /// gave it other bytes. Ends early after `limits::history_card_bytes_max` and at bytes that
  /// cannot be read.
  Task<Result<std::vector<CardChange>>> card_changes(AccountId owner, ContactId id,
                                                     RevisionSpan span);

  /// Returns the account's next changes with revisions above `above`, oldest first: at most
  /// `limits::change_piece_contacts`, fewer when they are large. Empty: there are no more.
  Task<Result<std::vector<KeptChange>>> changes(AccountId owner, std::int64_t above);

  /// Restores the contact of `operation` to its state at `revision`. Errors also: `invalid` for a
  /// revision that the contact did not have or whose history was deleted; those of Contacts::apply.
  Task<Result<Contact>> revert(AccountId owner, Operation operation, std::int64_t revision,
                               Origin origin);

  /// Takes back the account's last change, or all changes of the last request if it made several,
  /// except those that have been changed again since. An undo is a change too: the next undo takes
  /// it back. Runs in pieces. A repeat (`origin` has the same change group) continues the same
  /// undo. Without `revision`, so does an undo within `limits::undo_repeat_window` of another undo
  /// that is the last change or about to be: a double click takes nothing back twice. Errors also:
  /// `conflict` when there is nothing to take back; `precondition_failed` when `revision` is not of
  /// that change; `disk_full`. After an error, some of the changes may have been taken back.
  Task<Result<Undone>> undo(AccountId owner, std::optional<std::int64_t> revision, Origin origin);

 private:
  store::Store& store_;
  Contacts& contacts_;
  const CursorCodec& cursors_;
};

}  // namespace kith::contacts
