#pragma once

#include <string>

#include "mail/transport.hpp"

namespace kith::mail {

/// Writes each mail as a file `TIME-ID.eml` to a folder that only its owner can read: for servers
/// without an SMTP server. The same mail is written to the same file.
class FileTransport : public Transport {
 public:
  /// The folder is created with the first mail.
  explicit FileTransport(std::string folder) : folder_(std::move(folder)) {}

  std::expected<std::string, Failure> send(const Message& message,
                                           const std::stop_token& stop) override;
  std::string description() const override;

 private:
  std::string folder_;
};

}  // namespace kith::mail
