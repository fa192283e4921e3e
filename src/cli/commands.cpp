#include "cli/commands.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "app/app.hpp"
#include "app/env_file.hpp"
#include "app/installation.hpp"
#include "app/jobs.hpp"
#include "app/log.hpp"
#include "app/loop.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "cli/backup_commands.hpp"
#include "cli/doctor.hpp"
#include "cli/healthcheck.hpp"
#include "cli/mail_commands.hpp"
#include "cli/progress_bar.hpp"
#include "cli/user_commands.hpp"
#include "json/indent.hpp"

namespace kith::cli {

namespace {

constexpr int failed = 1;
constexpr int wrong_usage = 2;

/// What the command line says of the settings.
struct SettingFlags {
  app::SettingTexts texts;
  std::string env_file;  ///< empty: `.env`, if there is one
};

Result<app::SettingTexts> read_settings_file(const std::string& named) {
  const std::string path = named.empty() ? ".env" : named;
  std::error_code error;
  if (named.empty() && !std::filesystem::exists(path, error)) return app::SettingTexts();
  const auto text = app::read_text_file(path);
  if (!text) return std::unexpected(text.error());
  return app::read_env_file(*text);
}

/// The settings of all sources, or nothing after saying on stderr what is wrong with them.
Result<app::Settings> gather_settings(const SettingFlags& flags,
                                      std::vector<std::string>& unknown) {
  const auto from_file = read_settings_file(flags.env_file);
  if (!from_file) return std::unexpected(from_file.error());
  const auto from_environment = app::read_environment(environ, unknown);
  if (!from_environment) return std::unexpected(from_environment.error());
  return app::make_settings({flags.texts, *from_environment, *from_file});
}

/// A flag for each setting that is no secret.
void add_setting_flags(CLI::App& command, app::SettingTexts& flags) {
  app::Settings::fields().for_each([&](const auto& field) {
    if (field.rules.secret) return;
    const std::string name(field.name);
    command.add_option_function<std::string>(
        app::flag_name(name), [&flags, name](const std::string& value) { flags[name] = value; },
        std::string(field.rules.doc) + " [" + app::environment_name(name) + "]");
  });
}

std::string version_line() { return fmt::format("kith {} ({})", version, commit); }

int migrate(const app::Settings& settings) {
  ProgressBar progress(Ending::program);
  std::optional<int> first;
  const store::Migrated migrated =
      app::open_database(settings)->migrate([&](const store::Migration& step) {
        if (first) return progress.add(1);
        first = step.number;
        progress.begin("migrate", std::ssize(store::migrations()) - step.number + 1);
      });
  if (first) progress.add(1);
  progress.finish();
  fmt::print("database schema: {} -> {}\n", migrated.from, migrated.to);
  return 0;
}

/// Runs one job now, or all of them.
int run_jobs(const app::Settings& settings, const std::string& name) {
  app::Installation installation = app::existing_installation(settings);
  int found = 0;
  bool all_ran = true;
  for (const jobs::Job& job :
       app::all_jobs(settings, installation.blobs(), installation.backups())) {
    if (!name.empty() && job.name != name) continue;
    ++found;
    const auto ran = installation.run_on_store([&](store::Store& store) {
      return jobs::run_job(store, job, Clock().now(), jobs::Turn::now);
    });
    all_ran = all_ran && ran;
    fmt::print("{}: {}\n", job.name,
               !ran   ? ran.error().detail
               : *ran ? "done"
                      : "another instance is at it");
  }
  if (found == 0) fmt::print(stderr, "{} is no job\n", name);
  return found > 0 && all_ran ? 0 : failed;
}

/// What the command line asks for, once it has been read.
using Action = std::function<int(const app::Settings&)>;

void add_commands(CLI::App& program, Action& action) {
  const auto add = [&](const char* name, const char* text, Action run) {
    CLI::App* command = program.add_subcommand(name, text);
    command->callback([&action, run = std::move(run)] { action = run; });
    command->footer("Every setting is an option of every command: kith --help");
  };
  add("serve", "Serve until SIGTERM",
      [](const app::Settings& settings) { return app::serve(settings), 0; });
  add("migrate", "Bring the database schema to the newest version", migrate);
  add("config", "Print the effective settings, secrets masked", [](const app::Settings& settings) {
    fmt::print("{}", show(settings));
    return 0;
  });
  add("healthcheck", "Exit with 0 when the server is ready", check_health);
  add("doctor", "Look at everything, and say what is wrong and what to do", examine);
  add("version", "Print the version and the commit", [](const app::Settings&) {
    fmt::print("{}\n", version_line());
    return 0;
  });
  add("openapi", "Print the OpenAPI document", [](const app::Settings&) {
    fmt::print("{}\n", json::indent(app::openapi_document()));
    return 0;
  });
}

void add_user_commands(CLI::App& program, UserArguments& arguments, Action& action) {
  CLI::App* user = program.add_subcommand("user", "Accounts")->require_subcommand(1);
  const auto add = [&](const char* name, const char* text, Action run) {
    CLI::App* command = user->add_subcommand(name, text);
    command->callback([&action, run = std::move(run)] { action = run; });
    return command;
  };
  const auto email = [&](CLI::App* command) {
    command->add_option("email", arguments.email, "E-mail address of the account")->required();
    return command;
  };
  const auto password = [&](CLI::App* command) {
    command->add_flag("--password-stdin", arguments.password_from_stdin,
                      "Read the password from standard input");
    return command;
  };
  CLI::App* added =
      password(email(add("add", "Make an account", [&](const app::Settings& settings) {
        return add_user(settings, arguments);
      })));
  added->add_option("--username", arguments.username, "Display name (default: the address)");
  added->add_flag("--admin", arguments.administrator, "Make it an administrator");
  add("list", "List all accounts", list_users);
  password(email(add("passwd", "Change a password", [&](const app::Settings& settings) {
    return set_password(settings, arguments);
  })));
  email(add("role", "Change a role",
            [&](const app::Settings& settings) { return set_role(settings, arguments); }))
      ->add_option("role", arguments.role, "user, moderator or admin")
      ->required();
  const auto status = [&](const char* name, const char* text, accounts::Status wanted) {
    email(add(name, text, [&arguments, wanted](const app::Settings& settings) {
      return set_status(settings, arguments, wanted);
    }));
  };
  status("suspend", "Sign somebody out and let them in no more", accounts::Status::suspended);
  status("reinstate", "Let somebody in again", accounts::Status::active);
  email(add("delete", "Erase an account with everything in it", [&](const app::Settings& settings) {
    return erase_user(settings, arguments);
  }))->add_flag("--yes", arguments.yes, "Really");
}

void add_job_command(CLI::App& program, std::string& name, Action& action) {
  CLI::App* command = program.add_subcommand("jobs", "Run periodic work now");
  command->add_option("name", name, "The job (default: all of them)");
  command->callback([&] {
    action = [&name](const app::Settings& settings) { return run_jobs(settings, name); };
  });
}

void add_mail_commands(CLI::App& program, std::string& address, Action& action) {
  CLI::App* mails = program.add_subcommand("mail", "Mails")->require_subcommand(1);
  CLI::App* command = mails->add_subcommand("test", "Send a test mail now");
  command->add_option("address", address, "To whom")->required();
  command->callback([&] {
    action = [&address](const app::Settings& settings) {
      return send_test_mail(settings, address);
    };
  });
  mails->add_subcommand("show", "Print the newest mail of a server without KITH_SMTP_URL")
      ->callback([&action] { action = show_newest_mail; });
}

void add_backup_commands(CLI::App& program, BackupArguments& arguments, Action& action) {
  const auto add = [&](const char* name, const char* text,
                       int (*run)(const app::Settings&, const BackupArguments&)) {
    CLI::App* command = program.add_subcommand(name, text);
    command->callback([&action, &arguments, run] {
      action = [&arguments, run](const app::Settings& settings) {
        return run(settings, arguments);
      };
    });
    return command;
  };
  CLI::App* made = add("backup", "Write all that there is to one file, while serving", back_up);
  made->add_option("file", arguments.file, "The archive (.tar.zst)")->required();
  made->add_flag("--check", arguments.check_alone, "Only read an archive to its end");
  CLI::App* restored = add("restore", "Bring a backup back", restore);
  restored->add_option("file", arguments.file, "The archive")->required();
  restored->add_flag("--force", arguments.force, "Replace all that the database has");
  CLI::App* copied = add("copy", "Copy one database into another", copy);
  copied->add_option("--from", arguments.from, "sqlite:PATH or postgres://...")->required();
  copied->add_option("--to", arguments.to, "sqlite:PATH or postgres://...")->required();
  copied->add_flag("--force", arguments.force, "Replace all that the other database has");
}

/// `text` without control characters and invalid UTF-8: a message may quote a damaged file, which
/// must not reach the terminal as it is.
std::string printable(std::string_view text) {
  const bool is_valid = is_valid_utf8(text);
  std::string out(text);
  for (char& c : out) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F || (byte >= 0x80 && !is_valid)) c = '?';
  }
  return out;
}

int run_with_settings(const SettingFlags& flags, const Action& action) {
  std::vector<std::string> unknown;
  const auto settings = gather_settings(flags, unknown);
  if (!settings) {
    fmt::print(stderr, "{}\n", settings.error().detail);
    return wrong_usage;
  }
  app::start_logging(*settings);
  for (const std::string& name : unknown) spdlog::warn("{} is not a known setting", name);
  try {
    return action(*settings);
  } catch (const std::exception& broken) {
    fmt::print(stderr, "kith: {}\n", printable(broken.what()));
    return failed;
  }
}

}  // namespace

int run_command(int argc, char** argv) {
  SettingFlags flags;
  UserArguments user;
  BackupArguments backup;
  std::string job;
  std::string address;
  Action action;
  CLI::App program("Kith, the contacts server that you host yourself");
  program.require_subcommand(0, 1);  // who names one that is none is told so
  program.name("kith");
  program.fallthrough();
  program.set_version_flag("--version", version_line());
  program.add_option("--env-file", flags.env_file, "A file of settings (default: .env, if any)");
  add_setting_flags(program, flags.texts);
  add_commands(program, action);
  add_user_commands(program, user, action);
  add_job_command(program, job, action);
  add_mail_commands(program, address, action);
  add_backup_commands(program, backup, action);
  if (argc == 1) {
    fmt::print(stderr, "{}", program.help());
    return wrong_usage;
  }
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? 0 : wrong_usage;
  }
  if (!action) {
    fmt::print(stderr, "kith: name a command; kith --help lists them\n");
    return wrong_usage;
  }
  return run_with_settings(flags, action);
}

}  // namespace kith::cli
