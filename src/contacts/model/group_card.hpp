#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "contacts/model/card.hpp"

/// Group cards: vCards of KIND:group (RFC 6350, section 6.1.4) and Apple's form of them in 3.0.
/// They are labels, never contacts.
namespace kith::contacts {

/// The maximum number of members of a group card; further ones are not derived.
inline constexpr std::size_t group_members_max = 10'000;

/// What a group card says.
struct GroupCard {
  std::string name;                  ///< as `label_name`; empty: none
  std::string uid;                   ///< as spelled; empty: none
  std::vector<std::string> members;  ///< `uid_key` of each, sorted, without duplicates
};

/// Returns whether a card is that of a group.
bool is_group(const Card& card);

/// Reads a group card. REQUIRES: `is_group(card)`.
GroupCard read_group(const Card& card);

/// Returns the card with more and fewer members, given by their UIDs. Only lines of members are
/// added and removed, and what is there already is not added again. Fails with `Errc::invalid` if
/// the card becomes too large. REQUIRES: `is_group(card)`.
Result<Card> edit_members(const Card& card, std::span<const std::string> added,
                          std::span<const std::string> removed, Time now);

/// Returns the card with another name. REQUIRES: `is_group(card)`; `name` is not empty.
Result<Card> rename_group(const Card& card, std::string_view name, Time now);

/// What the card of a label without one is made of.
struct GeneratedGroup {
  std::string_view name;
  std::string_view uid;
  std::span<const std::string> members;  ///< their UIDs, in order
};

/// Returns the vCard 3.0 of a label that no client made a group card for: VERSION, PRODID, UID, N,
/// FN, and Apple's kind and members. The bytes depend on the arguments alone.
std::string generate_group(const GeneratedGroup& group);

}  // namespace kith::contacts
