#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "contacts/write/place.hpp"
#include "contacts/write/taken_names.hpp"
#include "contacts/write/writes.hpp"

namespace kith::contacts {

/// UIDs and resource names of the writes of one transaction.
class ClaimedNames {
 public:
  /// Claims the names that `write` gives its contact. Returns the refusal if another write has
  /// claimed one of them.
  std::optional<Error> claim(const Write& write) {
    if (!write.card.columns) return std::nullopt;
    const CardColumns& columns = *write.card.columns;
    const ContactId& id = write.contact.id;
    if (const auto holder = claim(uids_, columns.book, columns.uid_key, id)) {
      return uid_taken(*holder);
    }
    const auto holder = claim(resources_, columns.book, columns.resource, id);
    return holder ? std::optional(resource_taken(*holder)) : std::nullopt;
  }

  /// Returns whether a refusal by `claim` concerns a name that the operation does not insist on: it
  /// gets another one once the other write is done.
  static bool can_wait(const Error& refusal, const Operation& operation) {
    return refusal.slug == "resource-taken" && may_get_new_resource(operation);
  }

 private:
  using Names = std::map<std::pair<std::int64_t, std::string>, ContactId>;

  static std::optional<ContactId> claim(Names& names, std::int64_t book,
                                        const std::optional<std::string>& name,
                                        const ContactId& id) {
    if (!name) return std::nullopt;
    const auto [found, is_new] = names.try_emplace({book, *name}, id);
    return is_new || found->second == id ? std::nullopt : std::optional(found->second);
  }

  Names uids_;
  Names resources_;
};

}  // namespace kith::contacts
