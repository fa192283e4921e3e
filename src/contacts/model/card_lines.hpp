#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vcard/document.hpp"

namespace kith::contacts {

/// What a property means to a projection.
enum class LineRole : std::uint8_t {
  name,       ///< N
  full_name,  ///< FN
  email,
  phone,
  birthday,
  note,
  organization,
  nickname,
  other_name,  ///< phonetic and sorting names
  title,       ///< TITLE, ROLE
  url,
  im,
  address,
  category,
  uid,
  kind,
  member,
  photo,
  sound,    ///< phonetic names of Japanese phones
  android,  ///< X-ANDROID-CUSTOM
  other,    ///< not derived from; the last one
};

/// The number of roles without `other`.
inline constexpr auto line_roles = static_cast<std::size_t>(LineRole::other);

/// Returns the role of a property by its name, in any case.
LineRole role_of(std::string_view name);

/// The lines of a card that anything is derived from, found in one pass: properties at depth 0, of
/// each role as many as vcard/limits.hpp allows.
class CardLines {
 public:
  /// REQUIRES: `document` outlives this object and stays in place.
  explicit CardLines(const vcard::Document& document);

  const vcard::Document& document() const { return *document_; }

  /// Returns the indices of the lines of a role, in the order of the card. REQUIRES: not `other`.
  std::span<const std::size_t> of(LineRole role) const {
    return lines_[static_cast<std::size_t>(role)];
  }

  /// Returns whether the card has more lines of a role than are allowed.
  bool lacks_some() const { return lacks_some_; }

  vcard::Line line(std::size_t index) const { return document_->line(index); }

 private:
  const vcard::Document* document_;
  std::array<std::vector<std::size_t>, line_roles> lines_;
  bool lacks_some_ = false;
};

}  // namespace kith::contacts
