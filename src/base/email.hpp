#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace kith {

/// An e-mail address that the server may send mail to. It is validated as browsers validate `<input
/// type=email>` (WHATWG HTML), within the lengths of RFC 5321 (64 bytes before the @, 254 in
/// total), and kept as typed. A domain in any script is accepted if IDNA (UTS 46) can encode it.
struct Email {
  static constexpr std::string_view format = "email";  // in JSON Schema

  std::string text;

  /// Parses an address. Ignores white space and invisible characters at both ends.
  static std::expected<Email, std::string_view> parse(std::string_view text);
  void append_to(std::string& out) const { out += text; }

  bool operator==(const Email&) const = default;
};

/// An e-mail address that is only stored: like `Email`, but also allowed are any script before the
/// @ (RFC 6531), a quoted local part, an address literal as the domain (RFC 5321, section 4.1), and
/// underscores in the domain.
struct InternationalEmail {
  static constexpr std::string_view format = "idn-email";  // in JSON Schema

  std::string text;

  /// Parses an address, also from a `mailto:` link or from `Anna Berg <anna@example.org>`. Ignores
  /// white space and invisible characters at both ends, and a full stop after the domain.
  static std::expected<InternationalEmail, std::string_view> parse(std::string_view text);
  void append_to(std::string& out) const { out += text; }

  bool operator==(const InternationalEmail&) const = default;
};

/// Returns the key by which addresses belong to the same account: the domain in lower case and
/// IDNA's ASCII form, the local part in ASCII lower case. It must not use the search folding, which
/// would allow taking over the address of another person.
std::string account_key(const Email& email);

/// Returns the address in the form that every mail server accepts: ASCII, with the domain in IDNA's
/// form.
std::string ascii_form(const Email& email);

/// Returns a domain with its labels in IDNA's ASCII form (`xn--`, RFC 5890) decoded; unchanged if
/// it is not valid.
std::string shown_domain(std::string_view domain);

}  // namespace kith
