#pragma once

#include <string>

#include "accounts/account.hpp"
#include "app/settings.hpp"

namespace kith::cli {

/// What `kith user ...` was asked.
struct UserArguments {
  std::string email;
  std::string username;
  std::string role;
  bool administrator = false;
  bool password_from_stdin = false;
  bool yes = false;
};

// Each prints what it did, or why not on stderr, and gives the exit status.

/// `kith user add`: an account with a password that is asked for.
int add_user(const app::Settings& settings, const UserArguments& arguments);

/// `kith user list`: one line an account.
int list_users(const app::Settings& settings);

/// `kith user passwd`: another password; all sessions end.
int set_password(const app::Settings& settings, const UserArguments& arguments);

/// `kith user role`: another role.
int set_role(const app::Settings& settings, const UserArguments& arguments);

/// `kith user suspend` and `kith user reinstate`.
int set_status(const app::Settings& settings, const UserArguments& arguments,
               accounts::Status status);

/// `kith user delete`: the account with everything in it, if `--yes` is said.
int erase_user(const app::Settings& settings, const UserArguments& arguments);

}  // namespace kith::cli
