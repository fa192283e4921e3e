#pragma once

#include <string>
#include <string_view>

namespace kith::contacts {

/// Returns the bytes of a card before a change, compressed so that the bytes after it are needed to
/// read them: a line that was edited takes 30 to 200 bytes. Never empty.
std::string card_patch(std::string_view before, std::string_view after);

/// Returns the bytes that `card_patch(before, after)` was given. Throws store::DatabaseError if
/// `patch` is damaged or `after` is not the same.
std::string apply_card_patch(std::string_view patch, std::string_view after);

}  // namespace kith::contacts
