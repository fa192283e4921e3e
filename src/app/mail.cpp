#include "app/mail.hpp"

#include "mail/files/files.hpp"
#include "mail/smtp/smtp.hpp"

namespace kith::app {

mail::Letterhead make_letterhead(const Settings& settings, const mail::Site& site) {
  mail::Letterhead letterhead = mail::make_letterhead(settings.mail_from, site.url);
  letterhead.takes_8bit = settings.smtp_url.empty();  // then mails are files
  return letterhead;
}

std::string outbox_folder(const Settings& settings) { return settings.data_dir + "/outbox"; }

std::unique_ptr<mail::Transport> make_transport(const Settings& settings, const mail::Site& site) {
  if (settings.smtp_url.empty()) {
    return std::make_unique<mail::FileTransport>(outbox_folder(settings));
  }
  const std::string own_host = make_letterhead(settings, site).host;
  return std::make_unique<mail::smtp::SmtpTransport>(settings.smtp_url, own_host);
}

}  // namespace kith::app
