#pragma once

#include <string>

#include "accounts/account.hpp"
#include "app/settings.hpp"

namespace kith::cli {

/// The arguments of `kith user ...`.
struct UserArguments {
  std::string email;
  std::string username;
  std::string role;
  bool administrator = false;
  bool password_from_stdin = false;
  bool yes = false;
};

// Each command prints its result, or an error on stderr, and returns the exit status.

/// `kith user add`: asks for a password and creates an account.
int add_user(const app::Settings& settings, const UserArguments& arguments);

/// `kith user list`: prints a heading and a line per account.
int list_users(const app::Settings& settings);

/// `kith user passwd`: changes a password and ends all sessions.
int set_password(const app::Settings& settings, const UserArguments& arguments);

/// `kith user role`: changes a role.
int set_role(const app::Settings& settings, const UserArguments& arguments);

/// `kith user suspend` and `kith user reinstate`: suspend or reinstate an account.
int set_status(const app::Settings& settings, const UserArguments& arguments,
               accounts::Status status);

/// `kith user delete`: deletes an account with all its data if `--yes` is given.
int erase_user(const app::Settings& settings, const UserArguments& arguments);

}  // namespace kith::cli
