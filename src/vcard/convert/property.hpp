#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vcard/document.hpp"
#include "vcard/values/media.hpp"

/// Conversion between versions (`convert.hpp`): its steps work on decoded properties.
namespace kith::vcard::conversion {

/// A parameter other than TYPE, PREF, VALUE, ENCODING and CHARSET.
struct Parameter {
  std::string name;
  std::vector<std::string> values;  ///< decoded
};

/// A property as versions 3.0 and 4.0 share it.
struct Property {
  std::string group = {};
  std::string name = {};                ///< as spelled
  std::string value = {};               ///< UTF-8 on one line, with the escapes of 3.0 and 4.0
  std::string value_type = {};          ///< of VALUE, in lower case; empty: the default
  std::vector<std::string> types = {};  ///< in lower case, without `pref`
  std::optional<int> pref = {};         ///< 1 for `TYPE=pref`
  std::vector<Parameter> params = {};
  std::optional<Media> media = {};  ///< of PHOTO, LOGO, SOUND and KEY, in place of `value`
  bool is_base64 = false;           ///< the value of another property is base64

  /// Returns whether the name is `upper_name`, in any case.
  bool is(std::string_view upper_name) const { return same_name(name, upper_name); }

  /// Removes a parameter, and returns its values; empty if it is missing.
  std::vector<std::string> take(std::string_view upper_param);

  /// Returns the decoded text.
  std::string text() const;
};

/// The properties of a card in their order, without BEGIN, VERSION and END.
using Properties = std::vector<Property>;

/// Decodes the properties of a card. Leaves out what is no property, and nested cards other than
/// those of AGENT, which become its text.
Properties read_properties(const Document& document);

/// Renames and reshapes the properties of 3.0 as 4.0 has them.
void raise_to_v4(Properties& properties);

/// Renames and reshapes the properties of 4.0 as 3.0 has them.
void lower_to_v3(Properties& properties);

/// Writes the dates of 2.1 in the spelling of 3.0.
void spell_dates_as_v3(Properties& properties);

/// Adds UID, N and FN where the version requires them and the card has none, and gives N its five
/// components. `uid` may be empty: then no UID is added.
void complete(Properties& properties, Version version, std::string_view uid);

/// Returns the bytes of a card.
std::string write_properties(const Properties& properties, Version version);

/// Names of groups that no property of a card uses: `item1`, `item2` ...
class FreeGroups {
 public:
  explicit FreeGroups(const Properties& properties);

  /// Returns the next one.
  std::string next();

 private:
  std::vector<std::string> used_;  ///< in lower case, sorted
  int number_ = 0;
};

/// Returns the value without line ends: each becomes `\n`. Other escapes stay, but `\:` and `\"`,
/// which only some programs write, lose their backslash.
std::string one_line(std::string_view raw);

}  // namespace kith::vcard::conversion
