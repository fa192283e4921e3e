#include "vcard/jscontact/patch.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vcard/jscontact/pointer.hpp"

namespace kith::vcard::jscontact {

namespace {

using boost::json::object;
using boost::json::value;

ShapeError error_at(std::string_view pointer, std::string_view message) {
  return {.pointer = "/" + std::string(pointer), .message = std::string(message)};
}

/// A change of one member.
struct Change {
  object* parent = nullptr;
  std::string name;
};

/// Returns the member at a pointer.
std::expected<Change, ShapeError> member_at(object& card, std::string_view pointer) {
  object* parent = &card;
  const bool is_whole = !pointer.ends_with('/');
  for (std::string_view rest = pointer; is_whole && !rest.empty();) {
    const std::string name = take_name(rest);
    if (rest.empty()) return Change{.parent = parent, .name = name};
    value* next = parent->if_contains(name);
    if (next == nullptr) return std::unexpected(error_at(pointer, "has a parent that is missing"));
    if (!next->is_object()) {
      return std::unexpected(error_at(pointer, "has a parent that is no object"));
    }
    parent = &next->as_object();
  }
  return std::unexpected(error_at(pointer, "must be a JSON Pointer without its first slash"));
}

/// Returns a pointer that begins with another one, if there is one.
std::optional<ShapeError> overlap_of(const object& patch) {
  std::vector<std::string> pointers;  // with a slash at their ends, so that `a` precedes `a/b`
  for (const auto& change : patch) pointers.push_back(std::string(change.key()) + "/");
  std::ranges::sort(pointers);
  for (std::size_t i = 1; i < pointers.size(); ++i) {
    if (!pointers[i].starts_with(pointers[i - 1])) continue;
    pointers[i].pop_back();
    return error_at(pointers[i], "must not be part of another change");
  }
  return std::nullopt;
}

}  // namespace

void merge_patch(object& card, const object& patch) {
  for (const auto& change : patch) {
    if (change.value().is_null()) {
      card.erase(change.key());
    } else if (change.value().is_object()) {
      value& member = card[change.key()];
      if (!member.is_object()) member.emplace_object();
      merge_patch(member.as_object(), change.value().as_object());
    } else {
      card[change.key()] = change.value();
    }
  }
}

std::expected<void, ShapeError> patch_object(object& card, const object& patch) {
  if (auto error = overlap_of(patch)) return std::unexpected(std::move(*error));
  object patched = card;
  for (const auto& change : patch) {
    const auto member = member_at(patched, change.key());
    if (!member) return std::unexpected(member.error());
    if (change.value().is_null()) {
      member->parent->erase(member->name);
    } else {
      (*member->parent)[member->name] = change.value();
    }
  }
  card = std::move(patched);
  return {};
}

}  // namespace kith::vcard::jscontact
