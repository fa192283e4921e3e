#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "base/email.hpp"

namespace kith::mail {

/// The sender of mails, as in KITH_MAIL_FROM: an address with an optional display name, such as
/// `Kith <kith@example.org>` or `kith@example.org`. An empty text means no sender.
struct Mailbox {
  std::string text;  ///< as typed
  std::string name;
  Email address;

  static std::expected<Mailbox, std::string_view> parse(std::string_view text);
  void append_to(std::string& out) const { out += text; }

  bool empty() const { return address.text.empty(); }

  /// Returns the value for a `From` header (RFC 5322, section 3.4), in ASCII. REQUIRES: not empty.
  std::string header() const;
};

}  // namespace kith::mail
