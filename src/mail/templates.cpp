#include "mail/templates.hpp"

#include <array>
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "base/digits.hpp"

namespace kith::mail {

namespace {

/// What to do about a mail: a button on the page, a line of its own in the text.
struct Button {
  std::string label;
  std::string link;
};

/// A mail before it is laid out.
struct Letter {
  std::string subject;
  std::vector<std::string> before;
  std::optional<Button> button = std::nullopt;
  std::vector<std::string> after = {};
};

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

/// `24 November 2026, 10:00 UTC`
std::string shown(Time time) {
  using namespace std::chrono;
  constexpr std::array<std::string_view, 12> months{
      "January", "February", "March",     "April",   "May",      "June",
      "July",    "August",   "September", "October", "November", "December"};
  const auto instant = floor<minutes>(sys_time<microseconds>{microseconds{time.micros}});
  const auto midnight = floor<days>(instant);
  const year_month_day date{midnight};
  const hh_mm_ss<minutes> clock{instant - midnight};
  std::string out = std::to_string(static_cast<unsigned>(date.day()));
  out.append(" ").append(months[static_cast<unsigned>(date.month()) - 1]).append(" ");
  out.append(std::to_string(static_cast<int>(date.year()))).append(", ");
  append_digits(out, static_cast<int>(clock.hours().count()), 2);
  append_digits(out.append(":"), static_cast<int>(clock.minutes().count()), 2);
  return out.append(" UTC");
}

std::string why_it_came(const Email& to, const Site& site) {
  return "This mail was sent to " + to.text + " by the address book at " + site.url +
         ". Nobody reads replies.";
}

std::string text_of(const Letter& letter, std::string_view footer) {
  std::string out = "Hello,\n\n";
  for (const std::string& paragraph : letter.before) out.append(paragraph).append("\n\n");
  if (letter.button) {
    out.append(letter.button->label).append(":\n\n").append(letter.button->link).append("\n\n");
  }
  for (const std::string& paragraph : letter.after) out.append(paragraph).append("\n\n");
  return out.append("-- \n").append(footer).append("\n");
}

// Mail programs know neither style sheets nor much of CSS: one column, a table around it (Outlook),
// every style where it is used, nothing to load. Both color schemes are said to be fine, so that
// dark mode need not guess.
constexpr std::string_view page_begin =
    R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>)";
constexpr std::string_view page_title_end =
    R"(</title>
</head>
<body style="margin:0;padding:0">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">
<tr><td align="center" style="padding:24px 16px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"
 style="max-width:560px;text-align:left;font:16px/1.5 -apple-system,'Segoe UI',Roboto,sans-serif">
<tr><td>
)";
constexpr std::string_view footer_begin =
    R"(<p style="margin:32px 0 0;padding:12px 0 0;border-top:1px solid #999999;)"
    R"(font-size:13px;color:#767676">)";
constexpr std::string_view page_end = R"(</p>
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
)";

void append_paragraph(std::string& out, std::string_view text) {
  out.append("<p style=\"margin:0 0 16px\">").append(escaped(text)).append("</p>\n");
}

/// The link again as a text: some programs show no buttons, and some readers trust none.
void append_button(std::string& out, const Button& button) {
  const std::string link = escaped(button.link);
  out.append("<p style=\"margin:0 0 16px\"><a href=\"").append(link);
  out.append("\" style=\"display:inline-block;padding:12px 20px;border-radius:6px;");
  out.append("background:#1f5fbf;color:#ffffff;text-decoration:none;font-weight:600\">");
  out.append(escaped(button.label)).append("</a></p>\n");
  out.append("<p style=\"margin:0 0 16px;font-size:13px;word-break:break-all\"><a href=\"");
  out.append(link).append("\">").append(link).append("</a></p>\n");
}

std::string page_of(const Letter& letter, std::string_view footer) {
  std::string out(page_begin);
  out.append(escaped(letter.subject)).append(page_title_end);
  append_paragraph(out, "Hello,");
  for (const std::string& paragraph : letter.before) append_paragraph(out, paragraph);
  if (letter.button) append_button(out, *letter.button);
  for (const std::string& paragraph : letter.after) append_paragraph(out, paragraph);
  return out.append(footer_begin).append(escaped(footer)).append(page_end);
}

Mail lay_out(const Email& to, const Site& site, Letter letter) {
  const std::string footer = why_it_came(to, site);
  std::string text = text_of(letter, footer);
  std::string html = page_of(letter, footer);
  return {to, std::move(letter.subject), std::move(text), std::move(html)};
}

}  // namespace

Mail password_changed(const Email& to, const Site& site, Time when) {
  return lay_out(
      to, site,
      {.subject = "Your password was changed",
       .before = {"The password of your account was changed on " + shown(when) +
                      ", and your other sessions have ended.",
                  "If that was you, there is nothing to do.",
                  "If it was not, somebody knows your password: tell whoever runs the service at "
                  "once, and change the password wherever else you use it."},
       .button = Button{"Open your address book", site.link("/")}});
}

Mail verify_address(const Email& to, const Site& site, std::string_view path) {
  return lay_out(to, site,
                 {.subject = "Please confirm your e-mail address",
                  .before = {"Somebody, you we hope, wants to use this address for an account. "
                             "Please confirm that it is yours."},
                  .button = Button{"Confirm the address", site.link(path)},
                  .after = {"If it was not you, ignore this mail: without the confirmation, "
                            "nothing happens."}});
}

Mail address_change_asked(const Email& to, const Site& site, Time when) {
  return lay_out(
      to, site,
      {.subject = "Your account is to have another e-mail address",
       .before = {"Somebody who is signed in as you asked on " + shown(when) +
                      " for another e-mail address. It takes effect when it is confirmed there.",
                  "If that was you, there is nothing to do.",
                  "If it was not, change your password at once: that ends the other sessions, and "
                  "the link that confirms the address with them."},
       .button = Button{"Open your address book", site.link("/")}});
}

Mail address_changed_notice(const Email& to, const Site& site, Time when) {
  return lay_out(
      to, site,
      {.subject = "Your account has another e-mail address",
       .before = {"The e-mail address of your account was changed on " + shown(when) +
                      ". Mails about it no longer come here.",
                  "If that was you, there is nothing to do. If it was not, tell whoever runs the "
                  "service at once."},
       .button = Button{"Open your address book", site.link("/")}});
}

Mail reset_password(const Email& to, const Site& site, std::string_view path) {
  return lay_out(to, site,
                 {.subject = "Set a new password",
                  .before = {"Somebody, you we hope, has forgotten the password of your account. "
                             "Here you set a new one; the link works once and not for long."},
                  .button = Button{"Set a new password", site.link(path)},
                  .after = {"If it was not you, ignore this mail: your password stays as it is. "
                            "Give the link to nobody, whoever asks for it."}});
}

Mail sign_up_attempt(const Email& to, const Site& site) {
  return lay_out(to, site,
                 {.subject = "You have an account already",
                  .before = {"Somebody, you perhaps, wanted to make an account with this address. "
                             "It has one already, so nothing was made or changed.",
                             "If it was you, sign in as before; if you have forgotten your "
                             "password, you can set a new one there. If it was not, ignore this "
                             "mail."},
                  .button = Button{"Sign in", site.link("/")}});
}

Mail test_mail(const Email& to, const Site& site) {
  return lay_out(to, site,
                 {.subject = "A test mail from Kith",
                  .before = {"If you can read this, your address book can send mails.",
                             "Umlauts and Cyrillic letters should look like this: Grüße, привіт."},
                  .button = Button{"Open your address book", site.link("/")}});
}

}  // namespace kith::mail
