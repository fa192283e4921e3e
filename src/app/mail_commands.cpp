#include "app/mail_commands.hpp"

#include <stop_token>

#include <fmt/core.h>

#include "app/keys.hpp"
#include "app/mail.hpp"

namespace kith::app {

int send_test_mail(const Settings& settings, const std::string& address) {
  const auto to = Email::parse(address);
  if (!to) {
    fmt::print(stderr, "address: {}\n", to.error());
    return 1;
  }
  make_data_dir(settings.data_dir);
  const mail::Site site{settings.base_url(settings.listen.endpoint())};
  const Time now = Clock().now();
  const auto message = mail::make_message(make_letterhead(settings, site),
                                          mail::test_mail(*to, site), MailId::make(now), now);
  if (!message) {
    fmt::print(stderr, "address: {}\n", message.error().detail);
    return 1;
  }
  const auto sent = make_transport(settings, site)->send(*message, std::stop_token());
  if (!sent) {
    fmt::print(stderr, "not sent: {}\n", sent.error().reason);
    return 1;
  }
  fmt::print("mail to {}: {}\n", to->text, *sent);
  return 0;
}

}  // namespace kith::app
