#include "cli/user_commands.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include <fmt/core.h>

#include "admin/users.hpp"
#include "app/data_folder.hpp"
#include "app/installation.hpp"
#include "app/sharing.hpp"
#include "base/assign.hpp"
#include "base/text.hpp"
#include "cli/password_prompt.hpp"

namespace kith::cli {

namespace {

int fail(const Error& error) {
  if (error.fields.empty()) fmt::print(stderr, "{}\n", error.detail);
  for (const FieldError& field : error.fields) {
    fmt::print(stderr, "{}: {}\n", field.field, field.message);
  }
  return 1;
}

/// Applies the same rules as over HTTP.
Result<accounts::SignUpRequest> make_signup(const UserArguments& arguments) {
  accounts::SignUpRequest signup;
  Filler filler(&signup, shape_of<accounts::SignUpRequest>());
  const std::string name = arguments.username.empty()
                               ? std::string(cut(arguments.email, limits::username_chars_max))
                               : arguments.username;
  const auto password = read_new_password(arguments.password_from_stdin);
  if (!password) return std::unexpected(password.error());
  filler.put("email", Word{arguments.email});
  filler.put("username", Word{name});
  filler.put("password", Word{*password});
  if (auto refused = finish(std::move(filler), signup, Clock().now())) {
    return std::unexpected(*std::move(refused));
  }
  return signup;
}

/// The command line has all rights and no account.
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
  app::prepare_data_folder(settings, app::DataFolder::initialized);
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
  std::size_t width = 5;  // of the heading
  for (const accounts::Account& account : *all) width = std::max(width, account.email.text.size());
  constexpr const char* line = "{:<36}  {:<{}}  {:<9}  {:<9}  {}\n";
  fmt::print(line, "ID", "EMAIL", width, "ROLE", "STATUS", "NAME");
  for (const accounts::Account& account : *all) {
    fmt::print(line, account.id.to_string(), account.email.text, width, name_of(account.role),
               name_of(account.status), account.username);
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
  fmt::print("The password was changed, and all sessions were ended.\n");
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
  fmt::print("{}: the role is now {}.\n", arguments.email, arguments.role);
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
  fmt::print("{}: the account is now {}.\n", arguments.email, name_of(status));
  return 0;
}

int erase_user(const app::Settings& settings, const UserArguments& arguments) {
  if (!arguments.yes) {
    fmt::print(
        stderr,
        "This deletes the account and all its contacts permanently. Add --yes to confirm.\n");
    return 2;
  }
  const auto erased = app::existing_installation(settings).run(
      [&](accounts::Services& services) { return erase(services, arguments.email); });
  if (!erased) return fail(erased.error());
  app::tell_instances(settings.redis_url, *erased);
  fmt::print("{}: the account was deleted.\n", arguments.email);
  return 0;
}

}  // namespace kith::cli
