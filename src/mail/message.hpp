#pragma once

#include <string>

#include "base/email.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "mail/mailbox.hpp"

namespace kith::mail {

/// A mail as a feature writes it. It may hold secrets (links that sign in): its parts are neither
/// logged nor shown to anybody but the recipient.
struct Mail {
  Email to;
  std::string subject;
  std::string text;  ///< the same twice: as plain text with lines that end in a newline,
  std::string html;  ///< and as a page
};

/// What all mails of an installation have in common.
struct Letterhead {
  Mailbox from;
  std::string host;  ///< of the public URL, in ASCII: `kith.example.org`
  /// Whether messages may hold other bytes than ASCII. Files may; to an SMTP server, libcurl does
  /// not declare BODY=8BITMIME (RFC 6152).
  bool takes_8bit = false;
};

/// The letterhead of the service at `public_url`; without a sender, it is `Kith <kith@host>`.
Letterhead make_letterhead(Mailbox from, std::string_view public_url);

/// A mail as it travels.
struct Message {
  std::string sender;     ///< both addresses in ASCII, without a blank or a bracket in them
  std::string recipient;  ///< (RFC 5321, section 4.1.2)
  std::string bytes;      ///< headers and body (RFC 5322), lines up to 998 bytes
  std::string name;       ///< for a file: the time and the id, so that files sort
};

/// The mail as a message with both its parts (RFC 2046, multipart/alternative). The same mail
/// always gives the same message, so that one that is sent twice can be told by its Message-ID.
/// Errors: `invalid` for a recipient that is no address.
Result<Message> make_message(const Letterhead& letterhead, const Mail& mail, MailId id,
                             Time created_at);

}  // namespace kith::mail
