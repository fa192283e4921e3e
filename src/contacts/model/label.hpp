#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "contacts/model/card.hpp"

/// Labels: names that an account gives to contacts. In cards they are the values of CATEGORIES.
namespace kith::contacts {

/// The kind of the ids of labels.
struct LabelKind {
  static constexpr std::string_view noun = "label";
};
using LabelId = Id<LabelKind>;

/// The maximum number of labels in an account.
inline constexpr std::size_t labels_max = 1000;

/// The maximum number of labels that are derived from one card.
inline constexpr std::size_t labels_derived_max = 1000;

/// The maximum length of a name. Longer names in cards are cut for showing.
inline constexpr int label_name_chars_max = 200;

/// Returns the name of a label as it is stored and shown: a clean line, cut to its maximum length.
/// REQUIRES: valid UTF-8.
std::string label_name(std::string_view text);

/// Returns the key by which names are compared: folded. Never empty unless the name is.
std::string label_key(std::string_view name);

/// Returns whether a name is that of Google's star: `starred`, also behind `* `.
bool is_star_label(std::string_view name);

/// Returns whether a name is no label: that of Google's star or `myContacts`, its group of all
/// contacts, also behind `* `.
bool is_reserved_label(std::string_view name);

/// Returns the names of the labels in the CATEGORIES of a card, in order and without duplicates.
std::vector<std::string> labels_of(const Card& card, std::size_t count_max = labels_derived_max);

/// Returns whether two cards have the same bytes in every CATEGORIES, so that they have the same
/// labels.
bool have_same_categories(const Card& a, const Card& b);

}  // namespace kith::contacts
