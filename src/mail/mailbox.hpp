#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "base/email.hpp"

namespace kith::mail {

/// Who a mail is from: an address, perhaps with a display name. `Kith <kith@example.org>`,
/// `kith@example.org`; the empty text is nobody. What KITH_MAIL_FROM is.
struct Mailbox {
  std::string text;  ///< as typed
  std::string name;
  Email address;

  static std::expected<Mailbox, std::string_view> parse(std::string_view text);
  void append_to(std::string& out) const { out += text; }

  bool empty() const { return address.text.empty(); }

  /// As a `From` has it (RFC 5322, section 3.4), in ASCII. REQUIRES: not empty.
  std::string header() const;
};

}  // namespace kith::mail
