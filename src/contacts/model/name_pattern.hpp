#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kith::contacts {

/// The components of a name (RFC 6350, section 6.2.2), each as a single clean line; may be empty.
struct NameParts {
  std::string prefix = {};
  std::string given = {};
  std::string additional = {};
  std::string family = {};
  std::string suffix = {};
};

/// Whether the words of a formatted name that no pattern makes may be replaced.
enum class NameWords : bool { stay, replaced };

/// Returns the formatted name (FN) that follows when the given name, the family name or both of a
/// card change. If `full_name` is made of the old parts by a known pattern, it is made of the new
/// ones by the same pattern; empty if neither name is left. Otherwise, unless `words` stay, the old
/// given or family name is replaced where it stands in the text once as a whole word. Returns
/// nothing if the formatted name stays as it is. REQUIRES: the other parts are the same in both.
std::optional<std::string> following_name(std::string_view full_name, const NameParts& old_parts,
                                          const NameParts& new_parts, NameWords words);

/// Returns given name and family name, joined by a blank.
std::string plain_name(const NameParts& parts);

}  // namespace kith::contacts
