#include "mail/mailbox.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"
#include "mail/mime.hpp"

namespace kith::mail {

namespace {

constexpr std::string_view wrong =
    "must be an e-mail address, optionally with a name: Kith <kith@example.org>";

bool can_be_name(std::string_view name) {
  return is_valid_utf8(name) && !has_control_characters(name, false) &&
         count_chars(name) <= limits::mailbox_name_chars_max;
}

}  // namespace

std::expected<Mailbox, std::string_view> Mailbox::parse(std::string_view text) {
  Mailbox mailbox{.text = std::string(text), .name = {}, .address = {}};
  text = trimmed(text, " ");
  if (text.empty()) return mailbox;
  std::string_view address = text;
  if (text.ends_with('>')) {
    const auto bracket = text.rfind('<');
    if (bracket == std::string_view::npos) return std::unexpected(wrong);
    address = text.substr(bracket + 1, text.size() - bracket - 2);
    std::string_view name = trimmed(text.substr(0, bracket), " ");
    if (name.size() >= 2 && name.starts_with('"') && name.ends_with('"')) {
      name = name.substr(1, name.size() - 2);
    }
    if (!can_be_name(name)) return std::unexpected(wrong);
    mailbox.name = name;
  }
  auto parsed = Email::parse(address);
  if (!parsed) return std::unexpected(wrong);
  mailbox.address = *std::move(parsed);
  return mailbox;
}

std::string Mailbox::header() const {
  const std::string ascii = ascii_form(address);
  return name.empty() ? ascii : phrase(name) + " <" + ascii + ">";
}

}  // namespace kith::mail
