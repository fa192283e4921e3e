#pragma once

#include <string>
#include <string_view>

#include "base/time.hpp"
#include "mail/message.hpp"

/// The mails that Kith writes, one function a kind. What is inserted is escaped, and a link leads
/// to the service and nowhere else. No mail repeats what a stranger may have chosen, such as the
/// display name of an account: whoever signed up with somebody else's address would have us deliver
/// their words.
namespace kith::mail {

/// Where the service is, for those who read its mails.
struct Site {
  std::string url;  ///< KITH_PUBLIC_URL without a slash at the end

  /// The address of a page. REQUIRES: `path` begins with a slash.
  std::string link(std::string_view path) const { return url + std::string(path); }
};

/// To the owner of an account whose password was changed at `when`.
Mail password_changed(const Email& to, const Site& site, Time when);

/// To whoever made an account with this address: `path` proves that it is theirs.
Mail verify_address(const Email& to, const Site& site, std::string_view path);

/// To the address that an account has, when another is asked for.
Mail address_change_asked(const Email& to, const Site& site, Time when);

/// To the address that an account had until `when`.
Mail address_changed_notice(const Email& to, const Site& site, Time when);

/// To the owner of an account, who asked for it or not: whoever follows `path` sets a password.
Mail reset_password(const Email& to, const Site& site, std::string_view path);

/// To the owner of an account when somebody signs up with its address.
Mail sign_up_attempt(const Email& to, const Site& site);

/// To whom an administrator tries it on.
Mail test_mail(const Email& to, const Site& site);

}  // namespace kith::mail
