#pragma once

#include <string>

#include "mail/smtp/url.hpp"
#include "mail/transport.hpp"

namespace kith::mail::smtp {

/// Hands mails to an SMTP server (RFC 6409) through libcurl, over a connection of its own each.
/// With TLS the server's certificate must be good for its name.
///
/// What the server refuses for good is told from what it may take later: only a 5xx answer to the
/// recipient or to the message itself is `refused`. One to the login or to the sender is a matter
/// of settings that somebody will put right, and the mail shall not be lost until then.
class SmtpTransport : public Transport {
 public:
  /// `own_host` is how the server is greeted. REQUIRES: `url` is not empty.
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
