#include "mail/message.hpp"

#include <array>
#include <chrono>
#include <string_view>
#include <utility>

#include "base/digits.hpp"
#include "base/fields.hpp"
#include "mail/mime.hpp"

namespace kith::mail {

namespace {

constexpr std::string_view fallback_host = "localhost";

/// Returns the host of a URL without user, port and path.
std::string_view host_in(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  if (const auto at = url.rfind('@'); at != std::string_view::npos) url.remove_prefix(at + 1);
  return url.substr(0, url.rfind(':'));
}

/// Returns the host if it is allowed after the @ of an address; a bare IP address is not.
std::string mail_host(std::string_view url) {
  const std::string_view host = host_in(url);
  const auto email = Email::parse("kith@" + std::string(host));
  const bool is_name = email && host.find_first_not_of("0123456789.") != std::string_view::npos;
  return is_name ? ascii_form(*email).substr(std::string_view("kith@").size())
                 : std::string(fallback_host);
}

/// Returns `Tue, 24 Nov 2026 10:00:00 +0000` (RFC 5322, section 3.3).
std::string date_of(Time time) {
  using namespace std::chrono;
  constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto instant = floor<seconds>(sys_time<microseconds>{microseconds{time.micros}});
  const auto midnight = floor<std::chrono::days>(instant);
  const year_month_day date{midnight};
  const hh_mm_ss<seconds> clock{instant - midnight};
  std::string out(days[weekday{midnight}.c_encoding()]);
  append_digits(out.append(", "), static_cast<int>(static_cast<unsigned>(date.day())), 2);
  out.append(" ").append(months[static_cast<unsigned>(date.month()) - 1]).append(" ");
  append_digits(out, static_cast<int>(date.year()), 4);
  append_digits(out.append(" "), static_cast<int>(clock.hours().count()), 2);
  append_digits(out.append(":"), static_cast<int>(clock.minutes().count()), 2);
  append_digits(out.append(":"), static_cast<int>(clock.seconds().count()), 2);
  return out.append(" +0000");
}

/// Returns `2026-11-24T10-00-00.000000Z-<id>`, without colons, which some file systems refuse.
std::string name_of(MailId id, Time created_at) {
  std::string name;
  created_at.append_to(name);
  for (char& c : name) {
    if (c == ':') c = '-';
  }
  return name + "-" + id.to_string();
}

/// The boundary of the parts of a message, and how they are encoded.
struct PartRules {
  std::string boundary;
  bool takes_8bit;
};

void append_part(std::string& out, std::string_view type, std::string_view text,
                 const PartRules& rules) {
  // A text in quoted-printable never contains `=_`, so it cannot end a part.
  const Encoding encoding = text.contains(rules.boundary) ? Encoding::quoted_printable
                                                          : encoding_of(text, rules.takes_8bit);
  append_header(out.append("\r\n--" + rules.boundary + "\r\n"), "Content-Type",
                std::string(type) + "; charset=utf-8");
  append_header(out, "Content-Transfer-Encoding", kith::name_of(encoding));
  append_text(out.append("\r\n"), text, encoding);
}

}  // namespace

Letterhead make_letterhead(Mailbox from, std::string_view public_url) {
  Letterhead letterhead{.from = std::move(from), .host = mail_host(public_url)};
  if (letterhead.from.empty()) {
    letterhead.from =
        Mailbox{.text = {}, .name = "Kith", .address = Email{.text = "kith@" + letterhead.host}};
  }
  return letterhead;
}

Result<Message> make_message(const Letterhead& letterhead, const Mail& mail, MailId id,
                             Time created_at) {
  const auto to = Email::parse(mail.to.text);
  if (!to) return refuse(Errc::invalid, "The recipient is not an e-mail address.");
  Message message{.sender = ascii_form(letterhead.from.address),
                  .recipient = ascii_form(*to),
                  .bytes = {},
                  .name = name_of(id, created_at)};
  const PartRules rules{.boundary = "=_" + id.to_string(), .takes_8bit = letterhead.takes_8bit};
  std::string& out = message.bytes;
  append_header(out, "Date", date_of(created_at));
  out.append("From: ").append(letterhead.from.header()).append("\r\n");
  out.append("To: ").append(message.recipient).append("\r\n");
  append_header(out, "Subject", mail.subject);
  out.append("Message-ID: <" + id.to_string() + "@" + letterhead.host + ">\r\n");
  append_header(out, "Auto-Submitted", "auto-generated");  // RFC 3834: prevents automatic replies
  append_header(out, "MIME-Version", "1.0");
  out.append("Content-Type: multipart/alternative;\r\n boundary=\"" + rules.boundary + "\"\r\n");
  append_part(out, "text/plain", mail.text, rules);
  append_part(out, "text/html", mail.html, rules);
  out.append("\r\n--" + rules.boundary + "--\r\n");
  return message;
}

}  // namespace kith::mail
