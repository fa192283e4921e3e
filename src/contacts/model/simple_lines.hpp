#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "contacts/model/card_lines.hpp"
#include "contacts/model/contact.hpp"
#include "contacts/model/name_pattern.hpp"

namespace kith::contacts {

/// The property that the shown name comes from.
enum class NameSource : std::uint8_t {
  name,  ///< N
  full_name,
  organization,
  nickname,
  email,
  phone,
  none,  ///< `no_name` is shown
};

/// The first name of a card that has nothing else to show as a name.
inline constexpr std::string_view no_name = "No name";

/// The simple form of a card, and the lines that it is shown from. An edit writes these lines.
struct SimpleLines {
  ContactFields fields;  ///< without `favorite`
  NameSource name_source = NameSource::none;
  std::optional<std::size_t> name;       ///< the first N with text, else the first N
  std::optional<std::size_t> full_name;  ///< the FN with text that is preferred, else the first FN
  std::optional<std::size_t> email;
  std::optional<std::size_t> phone;
  std::optional<std::size_t> birthday;
  std::optional<std::size_t> note;  ///< the first NOTE
};

/// Reads the simple form of a card.
SimpleLines read_simple(const CardLines& lines, Time now);

/// Returns the components of a line `N`.
NameParts name_parts(const vcard::Line& line);

/// Returns the lines in the order of preference: by PREF, then `TYPE=pref`, then as they stand in
/// the card.
std::vector<vcard::Line> by_preference(const CardLines& lines, LineRole role);

}  // namespace kith::contacts
