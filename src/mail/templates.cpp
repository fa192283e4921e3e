#include "mail/templates.hpp"

#include <array>
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "base/digits.hpp"
#include "base/html.hpp"

namespace kith::mail {

namespace {

/// The action that a mail asks for: a button in HTML, a line of its own in plain text.
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

Button open_button(const Site& site) { return {"Open your address book", site.link("/")}; }

/// Why the recipient gets this mail.
std::string footer_text(const Email& to, const Site& site) {
  return "This mail was sent to " + to.text + " by the address book at " + site.url +
         ". Replies to it are not read.";
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

// Mail programs support neither style sheets nor much of CSS. So there is one column in a table
// (for Outlook), every style is inline, and nothing is loaded. `color-scheme` keeps dark mode from
// inverting colors.
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
  out.append("<p style=\"margin:0 0 16px\">").append(escape_html(text)).append("</p>\n");
}

/// The link is also shown as text: some programs show no buttons, and some readers distrust them.
void append_button(std::string& out, const Button& button) {
  const std::string link = escape_html(button.link);
  out.append("<p style=\"margin:0 0 16px\"><a href=\"").append(link);
  out.append("\" style=\"display:inline-block;padding:12px 20px;border-radius:6px;");
  out.append("background:#1e6a57;color:#ffffff;text-decoration:none;font-weight:600\">");
  out.append(escape_html(button.label)).append("</a></p>\n");
  out.append("<p style=\"margin:0 0 16px;font-size:13px;word-break:break-all\"><a href=\"");
  out.append(link).append("\">").append(link).append("</a></p>\n");
}

std::string page_of(const Letter& letter, std::string_view footer) {
  std::string out(page_begin);
  out.append(escape_html(letter.subject)).append(page_title_end);
  append_paragraph(out, "Hello,");
  for (const std::string& paragraph : letter.before) append_paragraph(out, paragraph);
  if (letter.button) append_button(out, *letter.button);
  for (const std::string& paragraph : letter.after) append_paragraph(out, paragraph);
  return out.append(footer_begin).append(escape_html(footer)).append(page_end);
}

Mail lay_out(const Email& to, const Site& site, Letter letter) {
  const std::string footer = footer_text(to, site);
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
                      ". You were signed out on all other devices.",
                  "If you changed it, you do not need to do anything.",
                  "If you did not, another person knows your password. Tell the administrator of "
                  "this server at once, and change the password on every other site where you "
                  "use it."},
       .button = open_button(site)});
}

Mail verify_address(const Email& to, const Site& site, std::string_view path) {
  return lay_out(to, site,
                 {.subject = "Confirm your e-mail address",
                  .before = {"Your e-mail address was entered for an account at " + site.url +
                             ". Confirm that the address is yours to use it there."},
                  .button = Button{"Confirm the address", site.link(path)},
                  .after = {"If you did not ask for this, ignore this mail. Without your "
                            "confirmation nothing happens."}});
}

Mail address_change_asked(const Email& to, const Site& site, Time when) {
  return lay_out(
      to, site,
      {.subject = "A new e-mail address for your account",
       .before = {"On " + shown(when) +
                      ", a new e-mail address was entered for your account. It takes effect when "
                      "it is confirmed with the link that we sent to the new address.",
                  "If you entered it, open that link. You do not need to do anything here.",
                  "If you did not, change your password at once. This signs out all other devices "
                  "and makes the link useless."},
       .button = open_button(site)});
}

Mail address_changed_notice(const Email& to, const Site& site, Time when) {
  return lay_out(
      to, site,
      {.subject = "The e-mail address of your account was changed",
       .before = {"The e-mail address of your account was changed on " + shown(when) +
                      ". We no longer send mails about the account to this address.",
                  "If you changed it, you do not need to do anything. If you did not, tell the "
                  "administrator of this server at once."},
       .button = open_button(site)});
}

Mail reset_password(const Email& to, const Site& site, std::string_view path) {
  return lay_out(to, site,
                 {.subject = "Set a new password",
                  .before = {"Use the link below to set a new password for your account at " +
                             site.url + ". It works once, and only for a short time."},
                  .button = Button{"Set a new password", site.link(path)},
                  .after = {"If you did not ask for this, ignore this mail. Your password stays "
                            "as it is.",
                            "Do not pass the link on: it lets anyone set your password."}});
}

Mail sign_up_attempt(const Email& to, const Site& site) {
  return lay_out(to, site,
                 {.subject = "You already have an account",
                  .before = {"This e-mail address was entered to create an account. It already has "
                             "one, so we created and changed nothing.",
                             "If you entered it, sign in as usual. If you have forgotten your "
                             "password, you can set a new one there. If you did not, ignore this "
                             "mail."},
                  .button = Button{"Sign in", site.link("/")}});
}

Mail test_mail(const Email& to, const Site& site) {
  return lay_out(to, site,
                 {.subject = "A test mail from Kith",
                  .before = {"If you can read this, Kith can send mails.",
                             "Umlauts and Cyrillic letters should look like this: Grüße, привіт."},
                  .button = open_button(site)});
}

}  // namespace kith::mail
