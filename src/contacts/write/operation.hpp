#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "contacts/model/card.hpp"
#include "contacts/model/contact.hpp"
#include "contacts/model/label.hpp"
#include "contacts/model/label_edit.hpp"
#include "contacts/write/stored_contact.hpp"

/// Requested changes of contacts, and their origin.
namespace kith::contacts {

/// The source of a change.
enum class Source : std::uint8_t { api };
constexpr std::array<std::string_view, 1> names_of(Source) { return {"api"}; }

/// The effect of a change on a contact.
enum class ChangeKind : std::uint8_t { created, changed, deleted, restored };
constexpr std::array<std::string_view, 4> names_of(ChangeKind) {
  return {"created", "changed", "deleted", "restored"};
}

/// The origin of a change, as the history shows it.
struct Origin {
  AccountId actor;
  Source source;
  Time at;
  /// Changes of one request share it and are undone together. 0: the change stands alone.
  std::int64_t change_group = 0;
  /// Set for a repeated request: when it was first sent. Contacts that `change_group` has already
  /// changed are not changed again.
  std::optional<Time> repeated_since = {};
};

/// Returns `origin` for several changes that the user sees as a single one. The change group is
/// derived from `id` alone: a request repeated under its idempotency key continues the same group.
Origin as_change_group(Origin origin, const Uuid& id);

/// Returns `origin` with a new change group.
Origin as_change_group(Origin origin);

/// Computes the card of a contact from its current state; null: the contact is to be created. May
/// be called again when another change came first. An implicit card stands for its fields: they are
/// written into the current card (`edit`), which stays explicit if it is. An explicit card replaces
/// the current one; it may have been made from `current->card()`.
using Change = std::function<Result<Card>(const StoredContact* current)>;

/// What a revision that a client knows is of.
enum class RevisionOf : std::uint8_t {
  contact,         ///< `Contact::revision`
  stored_card,     ///< `StoredContact::card_revision` of an explicit card
  generated_card,  ///< the same of an implicit card
};

/// A revision of a contact that a client knows. Revisions of different things never match, even if
/// their numbers are equal.
struct KnownRevision {
  std::int64_t number = 0;
  RevisionOf of = RevisionOf::contact;

  KnownRevision(std::int64_t revision, RevisionOf whose = RevisionOf::contact)
      : number(revision), of(whose) {}

  /// Returns whether `contact` has this revision.
  bool is_of(const StoredContact& contact) const;

  bool operator==(const KnownRevision&) const = default;
};

/// Returns whether `contact` has one of the revisions.
bool has_one_of(const StoredContact& contact, std::span<const KnownRevision> revisions);

/// A label that a client names: by its id, or by its name, which may be new.
struct LabelReference {
  std::optional<LabelId> id = {};
  std::string name = {};
};

/// A requested change of one contact.
struct Operation {
  ChangeKind kind = ChangeKind::changed;
  ContactId id = {};
  std::vector<KnownRevision> seen = {};  ///< accepted revisions of the contact; empty: any
  /// For `created` and `changed`; of a change that concerns nothing but labels or the place empty.
  Change change = {};
  std::size_t bytes = 0;  ///< that `change` handles; large ones leave the loop
  LabelEdit labels = {};  ///< applied to the card of `change`
  /// All labels that the contact shall have, in place of `labels`; nullopt: not given.
  std::optional<std::vector<LabelReference>> all_labels = {};
  bool has_new_id = false;  ///< of `created`: generated just now, so it cannot exist yet
  bool repeated = false;    ///< of `created`: an earlier attempt of the request may have done it
  /// Of `changed`: an earlier state. No field is set automatically, and an implicit card replaces
  /// an explicit one.
  bool exact = false;
  std::vector<KnownRevision> unlike = {};  ///< refused when the contact has one of these revisions
  bool must_be_new = false;                ///< refused when the contact exists
  std::optional<std::int64_t> book = {};   ///< of `created` and `changed`; nullopt: as it is
  /// Of `created` and `changed`: the last segment of the URL, decoded. Empty: `<id>.vcf`; nullopt:
  /// as it is. REQUIRES: at most `resource_bytes_max` bytes.
  std::optional<std::string> resource = {};
  /// The book that the names in `labels` belong to: a contact in another one is refused. nullopt:
  /// that of the contact.
  std::optional<std::int64_t> labels_book = {};
  /// What a card says beyond the account's limit of labels is kept without them, instead of being
  /// refused. For sources that must not lose a card.
  bool ignores_labels_max = false;
  /// `labels` come from a group card that lists the contact already: CATEGORIES names them, too.
  bool follows_group_card = false;
};

/// The maximum size of `Operation::resource`.
inline constexpr std::size_t resource_bytes_max = 255;

/// Returns whether `code` refuses one contact of many: that contact is skipped and the others
/// continue. Any other error is the answer to the whole request.
constexpr bool concerns_one_contact(Errc code) {
  return code == Errc::not_found || code == Errc::precondition_failed || code == Errc::conflict ||
         code == Errc::invalid || code == Errc::quota_exceeded;
}

/// The members of a problem that refuses a request for its conditions: the contact that they were
/// compared with.
struct CurrentContact {
  std::optional<Contact> current;
  std::optional<std::int64_t> revision;

  static std::string schema_name() { return "CurrentContact"; }
  static constexpr auto fields() {
    return kith::fields(
        field("current", &CurrentContact::current),
        field("revision", &CurrentContact::revision,
              {.doc = "Of `current`. Both are null if the contact does not exist."}));
  }
};

/// Returns the refusal of a request whose conditions `current` does not meet; null: they cannot be
/// met, and the contact does not exist.
std::unexpected<Error> failed_precondition(std::string detail, const Contact* current);

/// Returns the refusal of a change meant for another revision, with the current contact.
std::unexpected<Error> stale(const Contact& current);

/// Returns a refusal, with the current contact, for the first condition of `operation` (`seen`,
/// then `unlike` and `must_be_new`) that `current` does not meet.
std::optional<Error> failed_condition(const Operation& operation, const StoredContact& current);

/// Returns the refusal of a card that is no contact but a label.
Error group_card_refused();

/// Returns the error for a contact that does not exist, the same everywhere.
std::unexpected<Error> no_such_contact();

}  // namespace kith::contacts
