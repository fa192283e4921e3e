#include "contacts/write/earlier_state.hpp"

#include <cstdint>
#include <functional>
#include <utility>

#include "contacts/write/card_patch.hpp"
#include "json/read.hpp"
#include "json/slices.hpp"

namespace kith::contacts {

namespace {

/// The place of a card as `old_values` has it; absent members did not change.
struct OldPlace {
  std::optional<std::int64_t> book;
  std::optional<std::string> resource;

  static std::string schema_name() { return "OldPlace"; }
  static constexpr auto fields() {
    return kith::fields(field("book", &OldPlace::book),
                        field("resource", &OldPlace::resource, {.verbatim = true}));
  }
};

/// Returns the object with those members of `object` whose names `is_wanted`.
std::string members_of(std::string_view object,
                       const std::function<bool(std::string_view)>& is_wanted) {
  std::string out;
  json::for_each_member(object, [&](std::string_view name, std::string_view value) {
    if (!is_wanted(name)) return;
    out.append(out.empty() ? "{\"" : ",\"").append(name).append("\":").append(value);
  });
  return out.empty() ? "{}" : out + "}";
}

std::string fields_in(std::string_view old_values) {
  return members_of(old_values, [](std::string_view name) { return !is_card_column(name); });
}

bool has_member(std::string_view object, std::string_view wanted) {
  bool found = false;
  json::for_each_member(
      object, [&](std::string_view name, std::string_view) { found = found || name == wanted; });
  return found;
}

/// Returns the favourite flag that `patch` gives a contact.
std::optional<bool> favorite_after(const Contact& current, std::string_view patch) {
  std::optional<bool> favorite = current.favorite;
  json::for_each_member(patch, [&](std::string_view name, std::string_view value) {
    if (name == "favorite") favorite = value == "true";
  });
  return favorite;
}

/// Returns the explicit card that a contact had before.
Result<Card> explicit_before(const StoredContact& current, std::string_view old_card,
                             std::optional<bool> favorite) {
  std::optional<std::string> bytes;
  if (current.explicit_card) bytes = current.explicit_card->bytes();
  return Card::parse(*bytes_before(old_card, bytes), favorite);
}

Change restoring(Replaced replaced, Time now) {
  return [replaced = std::move(replaced), now](const StoredContact* current) -> Result<Card> {
    const std::optional<bool> favorite = favorite_after(*current, replaced.values);
    if (!replaced.card && current->explicit_card) {
      Card card = *current->explicit_card;
      card.set_favorite(favorite);
      return card;
    }
    if (replaced.card && !replaced.card->empty()) {
      return explicit_before(*current, *replaced.card, favorite);
    }
    return json::merge<ContactFields>(*current, replaced.values, now);
  };
}

}  // namespace

void restore_replaced(Operation& operation, Replaced replaced, Time now) {
  const std::string place = members_of(
      replaced.values, [](std::string_view name) { return name == "book" || name == "resource"; });
  if (auto old = json::read<OldPlace>(place, now)) {
    operation.book = old->book;
    if (has_member(place, "resource")) operation.resource = std::move(old->resource).value_or("");
  }
  replaced.values = fields_in(replaced.values);
  operation.kind = ChangeKind::changed;
  operation.change = restoring(std::move(replaced), now);
  operation.exact = true;
}

std::optional<std::string> bytes_before(std::string_view old_card,
                                        const std::optional<std::string>& after) {
  if (old_card.empty()) return std::nullopt;
  return apply_card_patch(old_card, after.value_or(""));
}

bool is_card_column(std::string_view name) {
  bool found = false;
  CardColumns::fields().for_each([&](const auto& field) { found = found || field.name == name; });
  return found;
}

}  // namespace kith::contacts
