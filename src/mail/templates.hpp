#pragma once

#include <string>
#include <string_view>

#include "base/time.hpp"
#include "mail/message.hpp"

/// The mails that Kith sends, one function per kind. Inserted values are escaped, and links lead
/// only to the service. No mail repeats text that another user may have chosen, such as the display
/// name of an account: a sign-up with a victim's address would make the server deliver the
/// attacker's words.
namespace kith::mail {

/// The location of the service, for links in mails.
struct Site {
  std::string url;  ///< KITH_PUBLIC_URL without a slash at the end

  /// Returns the URL of a page. REQUIRES: `path` begins with a slash.
  std::string link(std::string_view path) const { return url + std::string(path); }
};

/// Tells the owner of an account that the password was changed at `when`.
Mail password_changed(const Email& to, const Site& site, Time when);

/// Asks the owner of a new account's address to verify it: `path` confirms the address.
Mail verify_address(const Email& to, const Site& site, std::string_view path);

/// Tells the current address of an account that a change of address was requested.
Mail address_change_asked(const Email& to, const Site& site, Time when);

/// Tells the previous address of an account that it was replaced at `when`.
Mail address_changed_notice(const Email& to, const Site& site, Time when);

/// Sends the owner of an account a link to reset the password, whether or not the owner requested
/// it. Anyone with `path` can set a password.
Mail reset_password(const Email& to, const Site& site, std::string_view path);

/// Tells the owner of an account that someone tried to sign up with its address.
Mail sign_up_attempt(const Email& to, const Site& site);

/// Sends a test mail for an administrator.
Mail test_mail(const Email& to, const Site& site);

}  // namespace kith::mail
