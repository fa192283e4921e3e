#include "base/email.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>

#include <arpa/inet.h>
#include <unicode/idna.h>

#include "base/digits.hpp"
#include "base/icu.hpp"
#include "base/text.hpp"

namespace kith {

namespace {

constexpr std::size_t local_bytes_max = 64;
constexpr std::size_t address_bytes_max = 254;
constexpr std::size_t label_bytes_max = 63;
constexpr std::string_view wrong_address = "must be an e-mail address such as anna@example.org";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_local_char(char c) {
  return is_letter(c) || is_digit(c) ||
         std::string_view(".!#$%&'*+/=?^_`{|}~-").find(c) != std::string_view::npos;
}

/// What the address is for. An address that is only kept may be any that RFC 5321 and RFC 6531
/// know, and its domain may have the underscores that some networks use.
enum class Use : bool { sending, keeping };

bool is_label(std::string_view label, Use use) {
  if (label.empty() || label.size() > label_bytes_max) return false;
  if (label.front() == '-' || label.back() == '-') return false;
  return std::ranges::all_of(label, [use](char c) {
    return is_letter(c) || is_digit(c) || c == '-' || (c == '_' && use == Use::keeping);
  });
}

bool is_domain(std::string_view domain, Use use) {
  for (;;) {
    const auto dot = domain.find('.');
    if (!is_label(domain.substr(0, dot), use)) return false;
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

bool is_local(std::string_view local, Use use) {
  if (local.empty() || local.size() > local_bytes_max) return false;
  bool fits = true;
  UChar32 before = 0;
  icu_text::for_each_char(local, [&](UChar32 c, std::string_view bytes) {
    const bool is_ascii = c >= 0 && c < 0x80;
    fits = fits &&
           (is_ascii ? is_local_char(bytes.front()) : use == Use::keeping && is_visible(c, before));
    before = c;
  });
  return fits;
}

/// Returns whether `local` is a quoted string (RFC 5321, section 4.1.2): `"anna berg"`.
bool is_quoted_local(std::string_view local) {
  if (local.size() < 3 || local.size() > local_bytes_max) return false;
  if (!local.starts_with('"') || !local.ends_with('"')) return false;
  local = local.substr(1, local.size() - 2);
  bool is_escaped = false;
  bool fits = true;
  UChar32 before = 0;
  icu_text::for_each_char(local, [&](UChar32 c, std::string_view) {
    const bool is_printable = c >= ' ' && c < 0x7F && (is_escaped || c != '"');
    fits = fits && (is_printable || (!is_escaped && is_visible(c, before)));
    is_escaped = !is_escaped && c == '\\';
    before = c;
  });
  return fits && !is_escaped;
}

/// Returns whether `domain` is the literal of an IP address (RFC 5321, section 4.1.3):
/// `[192.0.2.1]`.
bool is_domain_literal(std::string_view domain) {
  if (domain.size() < 3 || !domain.starts_with('[') || !domain.ends_with(']')) return false;
  std::string address(domain.substr(1, domain.size() - 2));
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  if (!ascii_lower(address).starts_with("ipv6:")) {
    return ::inet_pton(AF_INET, address.c_str(), bytes.data()) == 1;
  }
  address.erase(0, std::string_view("ipv6:").size());
  return ::inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1;
}

bool has_domain(std::string_view typed, Use use) {
  const auto domain = ascii_domain(typed);
  return domain && is_domain(*domain, use) && has_only_visible(typed);
}

/// Returns the address as it is stored.
std::expected<std::string, std::string_view> parse_address(std::string_view text, Use use) {
  text = trim_invisible(text);
  const auto at = text.rfind('@');
  if (!is_valid_utf8(text) || at == std::string_view::npos) return std::unexpected(wrong_address);
  const std::string_view local = text.substr(0, at);
  const std::string_view domain = text.substr(at + 1);
  const bool is_kept = use == Use::keeping;
  const bool has_local = is_local(local, use) || (is_kept && is_quoted_local(local));
  if (text.size() > address_bytes_max || !has_local) return std::unexpected(wrong_address);
  if (!has_domain(domain, use) && !(is_kept && is_domain_literal(domain))) {
    return std::unexpected(wrong_address);
  }
  return normalize(text);
}

/// Returns the address in a text as programs copy it: `mailto:anna@example.org`, `Anna
/// <anna@example.org>`.
std::string_view copied_address(std::string_view text) {
  constexpr std::string_view scheme = "mailto:";
  text = trim_invisible(text);
  const auto open = text.rfind('<');
  if (text.ends_with('>') && open != std::string_view::npos) {
    text = trim_invisible(text.substr(open + 1, text.size() - open - 2));
  }
  if (ascii_lower(text.substr(0, scheme.size())) == scheme) text.remove_prefix(scheme.size());
  // The dot at the end only says that the domain is complete.
  return text.ends_with('.') ? text.substr(0, text.size() - 1) : text;
}

}  // namespace

std::expected<Email, std::string_view> Email::parse(std::string_view text) {
  auto address = parse_address(text, Use::sending);
  if (!address) return std::unexpected(address.error());
  return Email{*std::move(address)};
}

std::expected<InternationalEmail, std::string_view> InternationalEmail::parse(
    std::string_view text) {
  auto address = parse_address(copied_address(text), Use::keeping);
  if (!address) return std::unexpected(address.error());
  return InternationalEmail{*std::move(address)};
}

std::string ascii_form(const Email& email) {
  const std::string_view text = email.text;
  const auto at = text.rfind('@');
  return std::string(text.substr(0, at)) + '@' + ascii_domain(text.substr(at + 1)).value_or("");
}

std::string shown_domain(std::string_view domain) {
  if (domain.size() > address_bytes_max) return std::string(domain);
  std::string out;
  icu::StringByteSink<std::string> sink(&out);
  icu::IDNAInfo info;
  UErrorCode status = U_ZERO_ERROR;
  idna().nameToUnicodeUTF8({domain.data(), static_cast<int32_t>(domain.size())}, sink, info,
                           status);
  return U_FAILURE(status) || info.hasErrors() ? std::string(domain) : out;
}

std::string account_key(const Email& email) { return ascii_lower(ascii_form(email)); }

}  // namespace kith
