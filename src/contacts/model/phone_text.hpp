#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kith::contacts {

/// A phone number as it is written, without its punctuation.
struct WrittenPhone {
  std::string digits;                ///< all, with the exit code or country code if it was written
  std::string extension;             ///< digits to dial after the connection; may be empty
  bool has_plus = false;             ///< the digits begin with a country code
  bool ends_with_zero_line = false;  ///< `... -0`: the switchboard of a German or Austrian company
};

/// The numbers in a stored text. Labels and other letters are skipped.
std::vector<WrittenPhone> read_phones(std::string_view text);

/// The numbers in a query; none if it has other characters than phone numbers have.
std::vector<WrittenPhone> read_phone_query(std::string_view query);

}  // namespace kith::contacts
