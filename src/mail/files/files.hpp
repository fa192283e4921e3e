#pragma once

#include <string>

#include "mail/transport.hpp"

namespace kith::mail {

/// Writes each mail as a file `TIME-ID.eml` into a folder for the owner alone: how a server without
/// a mail server of its own shows what it would have sent. The same mail is the same file.
class FileTransport : public Transport {
 public:
  /// The folder is made with the first mail.
  explicit FileTransport(std::string folder) : folder_(std::move(folder)) {}

  std::expected<std::string, Failure> send(const Message& message,
                                           const std::stop_token& stop) override;
  std::string description() const override;

 private:
  std::string folder_;
};

}  // namespace kith::mail
