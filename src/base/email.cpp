#include "base/email.hpp"

#include <algorithm>
#include <memory>
#include <optional>

#include <unicode/idna.h>

#include "base/digits.hpp"
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

/// The domain in lower case and, where it has other letters, in its `xn--` form.
std::optional<std::string> ascii_domain(std::string_view domain) {
  const auto beyond = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
  if (std::ranges::none_of(domain, beyond)) return fold(domain);
  std::string out;
  icu::StringByteSink<std::string> sink(&out);
  icu::IDNAInfo info;
  UErrorCode status = U_ZERO_ERROR;
  idna().nameToASCII_UTF8({domain.data(), static_cast<int32_t>(domain.size())}, sink, info, status);
  if (U_FAILURE(status) || info.hasErrors()) return std::nullopt;
  return out;
}

std::string_view trim_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

}  // namespace

std::expected<Email, std::string_view> Email::parse(std::string_view text) {
  text = trim_blanks(text);
  const auto at = text.rfind('@');
  if (!is_valid_utf8(text) || at == std::string_view::npos) return std::unexpected(wrong);
  const std::string_view local = text.substr(0, at);
  const bool fits = !local.empty() && local.size() <= local_bytes_max &&
                    text.size() <= address_bytes_max && std::ranges::all_of(local, is_local_char);
  if (!fits) return std::unexpected(wrong);
  const auto domain = ascii_domain(text.substr(at + 1));
  if (!domain || !is_domain(*domain)) return std::unexpected(wrong);
  return Email{normalize(text)};
}

std::string ascii_form(const Email& email) {
  const std::string_view text = email.text;
  const auto at = text.rfind('@');
  return std::string(text.substr(0, at)) + '@' + ascii_domain(text.substr(at + 1)).value_or("");
}

std::string account_key(const Email& email) { return fold(ascii_form(email)); }

}  // namespace kith
