#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "contacts/model/card.hpp"
#include "contacts/model/contact.hpp"

/// What changes of contacts are asked for, and where they come from.
namespace kith::contacts {

/// Where a change came from.
enum class Source : std::uint8_t { api };
constexpr std::array<std::string_view, 1> names_of(Source) { return {"api"}; }

/// What a change did to a contact.
enum class ChangeKind : std::uint8_t { created, changed, deleted, restored };
constexpr std::array<std::string_view, 4> names_of(ChangeKind) {
  return {"created", "changed", "deleted", "restored"};
}

/// Where a change comes from; the history tells it.
struct Origin {
  AccountId actor;
  Source source;
  Time at;
  std::int64_t change_group =
      0;  ///< changes of one request share it and are undone together; 0: alone
  /// Of a request that is sent again: when it was first sent. What `change_group` has changed
  /// already is not changed once more.
  std::optional<Time> repeated_since = {};
};

/// The same for several changes that are one to the user. Their change group follows from `id`
/// alone: a request that is sent again under its idempotency key goes on with the same group.
Origin as_change_group(Origin origin, const Uuid& id);

/// The same with a change group of its own.
Origin as_change_group(Origin origin);

/// How the card of a contact follows from what it is now (null: it is to be created). May be called
/// again when another change came first.
using Change = std::function<Result<Card>(const Contact* current)>;

/// One change that is asked for.
struct Operation {
  ChangeKind kind = ChangeKind::changed;
  ContactId id = {};
  std::vector<std::int64_t> seen =
      {};                   ///< refused unless it has one of these revisions; empty: any
  Change change = {};       ///< for `created` and `changed`
  bool has_new_id = false;  ///< of `created`, else false: made just now, nothing can be there
  bool repeated = false;    ///< of `created`: an earlier try of the same request may have done it
  bool exact = false;       ///< of `changed`: as it was once, so nothing is decided automatically
  std::vector<std::int64_t> unlike = {};  ///< refused when it has one of these revisions
  bool must_be_new = false;               ///< refused when the contact exists
};

/// Whether `code` is a refusal that concerns one contact of many: that contact is left out and the
/// others go on. Any other error is the answer to the whole request.
constexpr bool concerns_one_contact(Errc code) {
  return code == Errc::not_found || code == Errc::precondition_failed || code == Errc::conflict ||
         code == Errc::invalid;
}

/// The refusal of a change that was meant for another revision; it tells the contact as it is.
std::unexpected<Error> stale(const Contact& current);

/// The first condition of `operation` (`seen`, then `unlike` and `must_be_new`) that `current` does
/// not meet, as a refusal that tells the contact as it is.
std::optional<Error> failed_condition(const Operation& operation, const Contact& current);

/// The one answer to a contact that is not there.
std::unexpected<Error> no_such_contact();

}  // namespace kith::contacts
