#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vcard/values/text.hpp"

namespace kith::vcard {

/// The values of one component of a structured value such as `N`; empty for an empty component.
using Component = std::vector<std::string>;

/// How a structured value is divided.
struct Structure {
  Escapes escapes = Escapes::backslash;
  /// Commas separate the values of a component (3.0 and 4.0); in 2.1 they are text.
  bool has_lists = true;
};

/// Returns the pieces of a raw value between unescaped separators, at least one. The last of
/// `list_values_max` pieces has the rest of the value. REQUIRES: `raw` outlives the result.
std::vector<std::string_view> split_raw(std::string_view raw, char separator,
                                        Escapes escapes = Escapes::backslash);

/// Returns the decoded values of a list (`CATEGORIES`). Empty values stay; an empty raw value has
/// no values.
std::vector<std::string> read_list(std::string_view raw, char separator = ',',
                                   Escapes escapes = Escapes::backslash);

/// Returns the raw form of a list.
std::string write_list(std::span<const std::string> values, char separator = ',',
                       Escapes escapes = Escapes::backslash);

/// Returns the decoded components of a structured value (`N`, `ADR`, `ORG`).
std::vector<Component> read_components(std::string_view raw, const Structure& structure = {});

/// Returns the raw form of a structured value.
std::string write_components(std::span<const Component> components,
                             const Structure& structure = {});

}  // namespace kith::vcard
