#pragma once

#include <string>
#include <string_view>

#include "base/time.hpp"
#include "mail/message.hpp"

/// The mails that Kith writes, one function for each kind. Inserted text is escaped, and links lead
/// only to the service. No mail repeats text that another user may have chosen, such as the display
/// name of an account: a sign-up with a victim's address would deliver the attacker's text.
namespace kith::mail {

/// The location of the service, for links in mails.
struct Site {
  std::string url;  ///< KITH_PUBLIC_URL without a slash at the end

  /// Returns the URL of a page. REQUIRES: `path` begins with a slash.
  std::string link(std::string_view path) const { return url + std::string(path); }
};

/// Tells the owner of an account that the password was changed at `when`.
Mail password_changed(const Email& to, const Site& site, Time when);

/// To the address of a new account, or a new address: opening `path` proves that it is theirs.
Mail verify_address(const Email& to, const Site& site, std::string_view path);

/// To the present address of an account for which a new address was entered at `when`.
Mail address_change_asked(const Email& to, const Site& site, Time when);

/// To the former address of an account whose address was changed at `when`.
Mail address_changed_notice(const Email& to, const Site& site, Time when);

/// To the owner of an account for which a password reset was requested: `path` lets its reader set
/// a new password.
Mail reset_password(const Email& to, const Site& site, std::string_view path);

/// To the owner of an account whose address was used for another sign-up.
Mail sign_up_attempt(const Email& to, const Site& site);

/// To the recipient of `kith mail test`.
Mail test_mail(const Email& to, const Site& site);

}  // namespace kith::mail
