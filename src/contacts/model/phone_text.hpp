#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kith::contacts {

/// A written phone number without its punctuation.
struct WrittenPhone {
  std::string digits;                ///< all, including a written exit code or country code
  std::string extension;             ///< digits to dial after the connection; may be empty
  bool has_plus = false;             ///< the digits begin with a country code
  bool ends_with_zero_line = false;  ///< `... -0`: the switchboard of a German or Austrian company
};

/// Returns the numbers in a stored text. Skips labels and other letters.
std::vector<WrittenPhone> read_phones(std::string_view text);

/// Returns the numbers in a query; empty if it has characters that phone numbers do not have.
std::vector<WrittenPhone> read_phone_query(std::string_view query);

}  // namespace kith::contacts
