#include "cli/user_commands.hpp"

#include <functional>
#include <iostream>
#include <utility>

#include <fmt/core.h>
#include <termios.h>
#include <unistd.h>

#include "admin/users.hpp"
#include "app/installation.hpp"
#include "app/sharing.hpp"
#include "base/assign.hpp"
#include "base/text.hpp"

namespace kith::cli {

namespace {

int fail(const Error& error) {
  if (error.fields.empty()) fmt::print(stderr, "{}\n", error.detail);
  for (const FieldError& field : error.fields) {
    fmt::print(stderr, "{}: {}\n", field.field, field.message);
  }
  return 1;
}

/// Stops the terminal from showing what is typed.
class HiddenInput {
 public:
  HiddenInput() {
    hidden_ = ::tcgetattr(STDIN_FILENO, &before_) == 0;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    if (hidden_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
  }
  ~HiddenInput() {
    if (hidden_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  HiddenInput(const HiddenInput&) = delete;
  HiddenInput& operator=(const HiddenInput&) = delete;

 private:
  termios before_{};
  bool hidden_ = false;
};

std::string read_password(bool from_stdin) {
  const bool ask = !from_stdin && ::isatty(STDIN_FILENO) == 1;
  if (ask) fmt::print(stderr, "Password: ");
  std::string password;
  {
    const HiddenInput hidden;
    std::getline(std::cin, password);
  }
  if (!ask) {
    // A pipe may carry a Windows file: CRLF ends its line, and a byte order mark may begin it.
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (password.ends_with('\r')) password.pop_back();
    if (password.starts_with(byte_order_mark)) password.erase(0, byte_order_mark.size());
  }
  if (ask) fmt::print(stderr, "\n");
  return password;
}

/// The same rules as over HTTP.
Result<accounts::Signup> make_signup(const UserArguments& arguments) {
  accounts::Signup signup;
  Filler filler(&signup, shape_of<accounts::Signup>());
  const std::string name = arguments.username.empty()
                               ? std::string(cut(arguments.email, limits::username_chars_max))
                               : arguments.username;
  const std::string password = read_password(arguments.password_from_stdin);
  filler.put("email", Word{arguments.email});
  filler.put("username", Word{name});
  filler.put("password", Word{password});
  if (auto refused = finish(std::move(filler), signup, Clock().now())) {
    return std::unexpected(*std::move(refused));
  }
  return signup;
}

/// Who works here may do everything and has no account.
accounts::AuditContext trace_here() {
  return {{}, std::string(accounts::command_line), Clock().now()};
}

Task<Result<accounts::Account>> find(accounts::Services& services, std::string email) {
  const auto parsed = Email::parse(email);
  if (!parsed) co_return std::unexpected(invalid_field("email", std::string(parsed.error())));
  co_return co_await services.accounts.find(*parsed);
}

Task<Result<AccountId>> change_password(accounts::Services& services, std::string email,
                                        std::string password) {
  const auto account = co_await find(services, std::move(email));
  if (!account) co_return std::unexpected(account.error());
  const auto done =
      co_await services.accounts.set_password(account->id, std::move(password), trace_here());
  if (!done) co_return std::unexpected(done.error());
  co_return account->id;
}

Task<Result<admin::User>> change_user(accounts::Services& services, std::string email,
                                      std::function<admin::UserChange(admin::UserChange)> change) {
  const auto account = co_await find(services, std::move(email));
  if (!account) co_return std::unexpected(account.error());
  const auto user = co_await admin::get_user(services.store, account->id);
  if (!user) co_return user;
  co_return co_await admin::change_user(services.store, *user, change({user->role, user->status}),
                                        {http::Role::admin, trace_here()});
}

Task<Result<AccountId>> erase(accounts::Services& services, std::string email) {
  const auto account = co_await find(services, std::move(email));
  if (!account) co_return std::unexpected(account.error());
  const auto erased = co_await services.accounts.erase(account->id, trace_here());
  if (!erased) co_return std::unexpected(erased.error());
  co_return account->id;
}

}  // namespace

int add_user(const app::Settings& settings, const UserArguments& arguments) {
  auto signup = make_signup(arguments);
  if (!signup) return fail(signup.error());
  const http::Role role = arguments.administrator ? http::Role::admin : http::Role::user;
  const auto account = app::Installation(settings).run([&](accounts::Services& services) {
    return services.accounts.create(*std::move(signup), {.role = role, .trace = trace_here()});
  });
  if (!account) return fail(account.error());
  fmt::print("{} {} {}\n", account->id.to_string(), account->email.text, name_of(account->role));
  return 0;
}

int list_users(const app::Settings& settings) {
  const auto all = app::existing_installation(settings).run(
      [](accounts::Services& services) { return services.accounts.list(); });
  if (!all) return fail(all.error());
  for (const accounts::Account& account : *all) {
    fmt::print("{} {} {} {} {}\n", account.id.to_string(), account.email.text,
               name_of(account.role), name_of(account.status), account.username);
  }
  return 0;
}

int set_password(const app::Settings& settings, const UserArguments& arguments) {
  const auto signup = make_signup(arguments);
  if (!signup) return fail(signup.error());
  const auto done = app::existing_installation(settings).run([&](accounts::Services& services) {
    return change_password(services, arguments.email, signup->password);
  });
  if (!done) return fail(done.error());
  app::tell_instances(settings.redis_url, *done);
  fmt::print("The password is changed; all sessions have ended.\n");
  return 0;
}

int set_role(const app::Settings& settings, const UserArguments& arguments) {
  const auto role = enum_of<http::Role>(arguments.role);
  if (!role) return fail(invalid_field("role", "must be user, moderator or admin"));
  const auto changed = app::existing_installation(settings).run([&](accounts::Services& services) {
    return change_user(services, arguments.email, [&](admin::UserChange user) {
      user.role = *role;
      return user;
    });
  });
  if (!changed) return fail(changed.error());
  app::tell_instances(settings.redis_url, changed->id);
  fmt::print("{} is {} now.\n", arguments.email, arguments.role);
  return 0;
}

int set_status(const app::Settings& settings, const UserArguments& arguments,
               accounts::Status status) {
  const auto changed = app::existing_installation(settings).run([&](accounts::Services& services) {
    return change_user(services, arguments.email, [&](admin::UserChange user) {
      user.status = status;
      return user;
    });
  });
  if (!changed) return fail(changed.error());
  app::tell_instances(settings.redis_url, changed->id);
  fmt::print("{} is {} now.\n", arguments.email, name_of(status));
  return 0;
}

int erase_user(const app::Settings& settings, const UserArguments& arguments) {
  if (!arguments.yes) {
    fmt::print(stderr, "This erases the account with all its contacts for ever: add --yes.\n");
    return 2;
  }
  const auto erased = app::existing_installation(settings).run(
      [&](accounts::Services& services) { return erase(services, arguments.email); });
  if (!erased) return fail(erased.error());
  app::tell_instances(settings.redis_url, *erased);
  fmt::print("{} is erased.\n", arguments.email);
  return 0;
}

}  // namespace kith::cli
