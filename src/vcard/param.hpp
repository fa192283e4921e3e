#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vcard/version.hpp"

namespace kith::vcard {

/// A parameter of a line as it is spelled. The views point into the bytes of the document.
struct Param {
  std::string_view name;   ///< without blanks at its ends; empty for a bare parameter
  std::string_view value;  ///< raw: behind the `=`, with quotes and escapes; or the bare parameter
  bool is_bare = false;    ///< without `=`, as in 2.1: `HOME` of `TEL;HOME:`
  bool is_quoted = false;  ///< `value` begins with a quoted string
  Version version = Version::v3_0;  ///< of the document

  /// Returns whether the name is `upper_name`, in any case. REQUIRES: capital letters.
  bool is(std::string_view upper_name) const;

  /// Returns the values: split at commas outside quotes, without quotes; in 4.0 with the escapes
  /// of RFC 6868 decoded. Never empty; at most `list_values_max`.
  std::vector<std::string> values() const;

  /// Returns the first value.
  std::string first_value() const;
};

/// Splits the part of a head behind the name, `;TYPE=home;PREF=1`, into at most `params_max`
/// parameters. Quoted values may contain `;`. Empty parameters (`;;`) are left out.
std::vector<Param> split_params(std::string_view text, Version version);

/// The encoding of a value, as its parameters name it.
enum class Encoding : std::uint8_t {
  none,              ///< also 8BIT, 7BIT
  quoted_printable,  ///< in any version
  base64,            ///< `BASE64`, `B`, `b,b`
};

/// What the parameters of a line mean.
struct ParamMeaning {
  Encoding encoding = Encoding::none;
  std::string charset = {};  ///< as written; empty: not named
  std::string value = {};    ///< of `VALUE=`, in lower case; empty: not named
  /// Types in lower case, without duplicates, in their order: of `TYPE=` (split at commas also
  /// inside quotes and behind `\`), bare (in 2.1 all but encodings; in 3.0 and 4.0 known ones) and
  /// known ones with an empty value (`CELL=`). `PREF=` is `pref`.
  std::vector<std::string> types = {};
  std::optional<int> pref = {};  ///< of `PREF=1` to `PREF=100` (RFC 6350, 5.3); else nothing

  /// Returns whether `lower_type` is among the types.
  bool has_type(std::string_view lower_type) const;
};

/// Returns what parameters mean.
ParamMeaning meaning_of(const std::vector<Param>& params);

/// Returns whether a bare word is a type that vCard 2.1 or 3.0 defines or that clients write
/// (`HOME`, `CELL`, `INTERNET`), in any case.
bool is_known_type(std::string_view word);

}  // namespace kith::vcard
