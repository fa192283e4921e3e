#include "base/email.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include <unicode/idna.h>

#include "base/digits.hpp"
#include "base/icu.hpp"
#include "base/text.hpp"

namespace kith {

namespace {

constexpr std::size_t local_bytes_max = 64;
constexpr std::size_t address_bytes_max = 254;
constexpr std::size_t label_bytes_max = 63;
constexpr std::string_view wrong = "must be an e-mail address such as anna@example.org";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_local_char(char c) {
  return is_letter(c) || is_digit(c) ||
         std::string_view(".!#$%&'*+/=?^_`{|}~-").find(c) != std::string_view::npos;
}

bool is_label(std::string_view label) {
  if (label.empty() || label.size() > label_bytes_max) return false;
  if (label.front() == '-' || label.back() == '-') return false;
  return std::ranges::all_of(label, [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
}

bool is_domain(std::string_view domain) {
  for (;;) {
    const auto dot = domain.find('.');
    if (!is_label(domain.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    domain.remove_prefix(dot + 1);
  }
}

const icu::IDNA& idna() {
  static const std::unique_ptr<icu::IDNA> instance = [] {
    UErrorCode status = U_ZERO_ERROR;
    return std::unique_ptr<icu::IDNA>(icu::IDNA::createUTS46Instance(
        UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ, status));
  }();
  return *instance;
}

/// Returns the domain in lower case, and in its `xn--` form if it has non-ASCII letters. Returns
/// nothing if IDNA refuses it.
std::optional<std::string> ascii_domain(std::string_view domain) {
  const auto beyond = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
  if (std::ranges::none_of(domain, beyond)) return ascii_lower(domain);
  std::string out;
  icu::StringByteSink<std::string> sink(&out);
  icu::IDNAInfo info;
  UErrorCode status = U_ZERO_ERROR;
  idna().nameToASCII_UTF8({domain.data(), static_cast<int32_t>(domain.size())}, sink, info, status);
  if (U_FAILURE(status) || info.hasErrors()) return std::nullopt;
  return out;
}

constexpr UChar32 first_joining_letter = 0x590;  ///< Hebrew; Latin, Greek and Cyrillic never join

/// Returns whether `c` may follow `before` in an address with non-ASCII characters: a visible
/// character, or a joiner within a word of a script that needs it.
bool is_visible(UChar32 c, UChar32 before) {
  constexpr UChar32 non_joiner = 0x200C;
  constexpr UChar32 joiner = 0x200D;
  if (c == non_joiner || c == joiner) return before >= first_joining_letter && before < non_joiner;
  return c >= 0x80 && !icu_text::is_invisible(c) && u_isISOControl(c) == 0;
}

/// IDNA ignores soft hyphens and zero-width spaces, but the address would be displayed with them.
bool has_only_visible(std::string_view domain) {
  bool visible = true;
  UChar32 before = 0;
  icu_text::for_each_char(domain, [&](UChar32 c, std::string_view) {
    visible = visible && (c < 0x80 || is_visible(c, before));
    before = c;
  });
  return visible;
}

enum class Local : bool { ascii, any_script };

bool is_local(std::string_view local, Local allowed) {
  if (local.empty() || local.size() > local_bytes_max) return false;
  bool fits = true;
  UChar32 before = 0;
  icu_text::for_each_char(local, [&](UChar32 c, std::string_view bytes) {
    const bool is_ascii = c >= 0 && c < 0x80;
    fits = fits && (is_ascii ? is_local_char(bytes.front())
                             : allowed == Local::any_script && is_visible(c, before));
    before = c;
  });
  return fits;
}

/// Returns the address as it is stored.
std::expected<std::string, std::string_view> parse_address(std::string_view text, Local allowed) {
  text = trim_invisible(text);
  const auto at = text.rfind('@');
  if (!is_valid_utf8(text) || at == std::string_view::npos) return std::unexpected(wrong);
  if (text.size() > address_bytes_max || !is_local(text.substr(0, at), allowed)) {
    return std::unexpected(wrong);
  }
  const std::string_view typed = text.substr(at + 1);
  const auto domain = ascii_domain(typed);
  if (!domain || !is_domain(*domain) || !has_only_visible(typed)) return std::unexpected(wrong);
  return normalize(text);
}

}  // namespace

std::expected<Email, std::string_view> Email::parse(std::string_view text) {
  auto address = parse_address(text, Local::ascii);
  if (!address) return std::unexpected(address.error());
  return Email{*std::move(address)};
}

std::expected<InternationalEmail, std::string_view> InternationalEmail::parse(
    std::string_view text) {
  auto address = parse_address(text, Local::any_script);
  if (!address) return std::unexpected(address.error());
  return InternationalEmail{*std::move(address)};
}

std::string ascii_form(const Email& email) {
  const std::string_view text = email.text;
  const auto at = text.rfind('@');
  return std::string(text.substr(0, at)) + '@' + ascii_domain(text.substr(at + 1)).value_or("");
}

std::string account_key(const Email& email) { return ascii_lower(ascii_form(email)); }

}  // namespace kith
