#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kith::vcard {

/// Returns how a phone number is shown: a tel URI (RFC 3966) without its scheme and with its
/// extension as ` ext. 5`; any other text unchanged. Parameters other than `ext` are left out.
std::string shown_phone(std::string_view text);

/// Returns whether a text is a tel URI: it begins with `tel:` in any case.
bool is_tel_uri(std::string_view text);

/// Returns whether a tel URI has parameters that `shown_phone` leaves out.
bool has_hidden_parameters(std::string_view uri);

/// Returns the part of a shown number that is dialled first: up to the first pause or wait
/// (`,` `;` `p` `w`) or extension after a digit.
std::string_view dialled(std::string_view shown);

/// Returns the tel URI of an international number: `+49 30 1 ext. 5` as `tel:+49-30-1;ext=5`,
/// with hyphens for blanks. Returns nothing for other texts, because RFC 3966 has no national
/// numbers without a context.
std::optional<std::string> tel_uri(std::string_view shown);

/// Decodes `%XX` (RFC 3986, section 2.1); leaves out encoded NUL bytes, which no card may have.
std::string decode_percent(std::string_view text);

}  // namespace kith::vcard
