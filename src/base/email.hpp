#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace kith {

/// An e-mail address to which the server may send, checked as a browser checks
/// `<input type=email>` (WHATWG HTML) within the lengths of RFC 5321 (64 bytes before the @, 254 in
/// all), and kept as typed. A domain in any script is accepted when IDNA (UTS 46) can write it.
struct Email {
  static constexpr std::string_view format = "email";  // in JSON Schema

  std::string text;

  /// Ignores white space and invisible characters at both ends.
  static std::expected<Email, std::string_view> parse(std::string_view text);
  void append_to(std::string& out) const { out += text; }

  bool operator==(const Email&) const = default;
};

/// An e-mail address that is only kept: as `Email`, and any script before the @ (RFC 6531).
struct InternationalEmail {
  static constexpr std::string_view format = "idn-email";  // in JSON Schema

  std::string text;

  /// Ignores white space and invisible characters at both ends.
  static std::expected<InternationalEmail, std::string_view> parse(std::string_view text);
  void append_to(std::string& out) const { out += text; }

  bool operator==(const InternationalEmail&) const = default;
};

/// What makes two addresses the same account: the domain in lower case and IDNA's ASCII form, the
/// part before the @ in ASCII lower case. Never the search folding, which would let one person
/// take over the address of another.
std::string account_key(const Email& email);

/// The address as every mail server takes it: in ASCII, the domain in IDNA's form.
std::string ascii_form(const Email& email);

}  // namespace kith
