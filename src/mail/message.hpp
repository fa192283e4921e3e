#pragma once

#include <string>

#include "base/email.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "mail/mailbox.hpp"

namespace kith::mail {

/// A mail as a feature writes it. It may hold secrets (links that sign in): its parts are not
/// logged and are shown only to the recipient.
struct Mail {
  Email to;
  std::string subject;
  std::string text;  ///< plain text; lines end in a newline
  std::string html;  ///< the same contents as HTML
};

/// The properties that all mails of an installation share.
struct Letterhead {
  Mailbox from;
  std::string host;  ///< of the public URL, in ASCII: `kith.example.org`
  /// Whether messages may contain non-ASCII bytes. Files may; for an SMTP server, libcurl does not
  /// declare BODY=8BITMIME (RFC 6152).
  bool takes_8bit = false;
};

/// Returns the letterhead of the service at `public_url`. Without a sender, it is `Kith
/// <kith@host>`.
Letterhead make_letterhead(Mailbox from, std::string_view public_url);

/// A mail in the format in which it is sent.
struct Message {
  std::string sender;     ///< both addresses in ASCII, without blanks and brackets
  std::string recipient;  ///< (RFC 5321, section 4.1.2)
  std::string bytes;      ///< headers and body (RFC 5322), lines up to 998 bytes
  std::string name;       ///< a file name: the time and the id, so that files sort
};

/// Returns the mail as a message with both its parts (RFC 2046, multipart/alternative). The same
/// mail always gives the same message, so that a mail sent twice can be recognized by its
/// Message-ID. Errors: `invalid` for a recipient that is not an address.
Result<Message> make_message(const Letterhead& letterhead, const Mail& mail, MailId id,
                             Time created_at);

}  // namespace kith::mail
