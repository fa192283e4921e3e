#pragma once

#include <string>

#include "mail/smtp/url.hpp"
#include "mail/transport.hpp"

namespace kith::mail::smtp {

/// Sends mails to an SMTP server (RFC 6409) through libcurl, with one connection per mail. With
/// TLS, the server's certificate must be valid for its name.
///
/// Only a 5xx answer to the recipient or to the message itself is a permanent failure (`refused`).
/// A 5xx answer to the login or to the sender is caused by settings that an administrator can fix,
/// so the mail is kept until then.
class SmtpTransport : public Transport {
 public:
  /// `own_host` is the name in EHLO. REQUIRES: `url` is not empty.
  SmtpTransport(Url url, std::string own_host);

  std::expected<std::string, Failure> send(const Message& message,
                                           const std::stop_token& stop) override;
  std::expected<void, Failure> check() override;
  std::string description() const override;

 private:
  Url url_;
  std::string own_host_;
};

}  // namespace kith::mail::smtp
