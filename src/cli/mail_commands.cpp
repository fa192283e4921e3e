#include "cli/mail_commands.hpp"

#include <algorithm>
#include <filesystem>
#include <stop_token>

#include <fmt/core.h>

#include "app/data_folder.hpp"
#include "app/env_file.hpp"
#include "app/mail.hpp"

namespace kith::cli {

int send_test_mail(const app::Settings& settings, const std::string& address) {
  const auto to = Email::parse(address);
  if (!to) {
    fmt::print(stderr, "address: {}\n", to.error());
    return 1;
  }
  if (settings.smtp_url.empty()) {
    app::prepare_data_folder(settings, app::DataFolder::existing);
  }
  const mail::Site site{settings.base_url(settings.listen.endpoint())};
  const Time now = Clock().now();
  const auto message = mail::make_message(app::make_letterhead(settings, site),
                                          mail::test_mail(*to, site), MailId::make(now), now);
  if (!message) {
    fmt::print(stderr, "address: {}\n", message.error().detail);
    return 1;
  }
  const auto sent = app::make_transport(settings, site)->send(*message, std::stop_token());
  if (!sent) {
    fmt::print(stderr, "not sent: {}\n", sent.error().reason);
    return 1;
  }
  fmt::print("mail to {}: {}\n", to->text, *sent);
  return 0;
}

int show_newest_mail(const app::Settings& settings) {
  const std::string folder = outbox_folder(settings);
  std::string newest;  // names begin with the time
  if (std::filesystem::is_directory(folder)) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().extension() == ".eml") newest = std::max(newest, entry.path().string());
    }
  }
  if (newest.empty()) {
    fmt::print(stderr, "There are no mails in {}{}.\n", folder,
               settings.smtp_url.empty() ? "" : ", since KITH_SMTP_URL is set");
    return 1;
  }
  const auto text = app::read_text_file(newest);
  if (!text) {
    fmt::print(stderr, "{}\n", text.error().detail);
    return 1;
  }
  fmt::print("{}\n\n{}", newest, *text);
  return 0;
}

}  // namespace kith::cli
