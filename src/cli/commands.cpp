#include "cli/commands.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include "app/app.hpp"
#include "app/data_folder.hpp"
#include "app/installation.hpp"
#include "app/jobs.hpp"
#include "app/log.hpp"
#include "app/loop.hpp"
#include "base/explain.hpp"
#include "base/version.hpp"
#include "cli/backup_commands.hpp"
#include "cli/doctor.hpp"
#include "cli/exit_codes.hpp"
#include "cli/gather_settings.hpp"
#include "cli/healthcheck.hpp"
#include "cli/help.hpp"
#include "cli/mail_commands.hpp"
#include "cli/progress_bar.hpp"
#include "cli/user_commands.hpp"
#include "json/indent.hpp"

namespace kith::cli {

namespace {

/// Adds a flag for each setting that is not a secret. HelpFormatter prints the flags.
void add_setting_flags(CLI::App& command, app::SettingTexts& flags) {
  constexpr const char* hidden = "";
  app::Settings::fields().for_each([&](const auto& field) {
    if (field.rules.secret) return;
    const std::string name(field.name);
    command
        .add_option_function<std::string>(
            app::flag_name(name), [&flags, name](const std::string& value) { flags[name] = value; })
        ->group(hidden);
  });
}

std::string version_line() { return fmt::format("kith {} ({})", version, commit); }

/// `kith init`: creates a missing installation and keeps an existing installation unchanged.
int initialize(const app::Settings& settings) {
  app::prepare_data_folder(settings, app::DataFolder::created);
  const app::Installation installation(settings);
  fmt::print("Kith is initialised in {}\n", settings.data_dir);
  return 0;
}

int migrate(const app::Settings& settings) {
  app::prepare_data_folder(settings, app::DataFolder::initialized);
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

/// Runs a job now, or all jobs.
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
                      : "another instance is running it");
  }
  if (found == 0) fmt::print(stderr, "kith: unknown job: {}\n", name);
  return found > 0 && all_ran ? 0 : failed;
}

/// The command that the command line selects.
struct Choice {
  std::function<int(const app::Settings&)> run;
  std::function<int()> run_without_settings;  ///< works with invalid settings too
};

/// An action of a command.
using Action = std::function<int(const app::Settings&)>;

void add_commands(CLI::App& program, Choice& choice) {
  const auto add = [&](const char* name, const char* text, Action run) {
    CLI::App* command = program.add_subcommand(name, text);
    command->callback([&choice, run = std::move(run)] { choice.run = run; });
    command->footer("Settings are options of every command: kith serve --help");
  };
  add("serve", "Run the server until SIGTERM",
      [](const app::Settings& settings) { return app::serve(settings), 0; });
  add("init", "Create the data folder, the keys and the database", initialize);
  add("migrate", "Bring the database schema up to date", migrate);
  add("config", "Print the effective settings with secrets masked",
      [](const app::Settings& settings) {
        fmt::print("{}", show(settings));
        return 0;
      });
  add("doctor", "Check the installation and suggest fixes", examine);
  add("healthcheck", "Exit with 0 when the server is ready", check_health);
}

/// Adds the commands that must work with invalid settings too.
void add_information_commands(CLI::App& program, std::string& topic, Choice& choice) {
  const auto add = [&](const char* name, const char* text, std::function<int()> run) {
    CLI::App* command = program.add_subcommand(name, text);
    command->callback([&choice, run = std::move(run)] { choice.run_without_settings = run; });
    return command;
  };
  add("openapi", "Print the OpenAPI document", [] {
    fmt::print("{}\n", json::indent(app::openapi_document()));
    return 0;
  });
  add("version", "Print the version and the commit", [] {
    fmt::print("{}\n", version_line());
    return 0;
  });
  add("help", "Explain a command", [&program, &topic] {
    if (topic.empty()) {
      fmt::print("{}", short_help(program));
      return 0;
    }
    const auto named = [&topic](const CLI::App* command) { return command->get_name() == topic; };
    for (const CLI::App* command : std::as_const(program).get_subcommands(named)) {
      fmt::print("{}", command->help("kith"));
      return 0;
    }
    fmt::print(stderr, "kith: unknown command: {}\n{}", topic, short_help(program));
    return wrong_usage;
  })->add_option("command", topic, "The command to explain");
}

void add_user_commands(CLI::App& program, UserArguments& arguments, Choice& choice) {
  CLI::App* user = program.add_subcommand("user", "Manage accounts")->require_subcommand(1);
  const auto add = [&](const char* name, const char* text, Action run) {
    CLI::App* command = user->add_subcommand(name, text);
    command->callback([&choice, run = std::move(run)] { choice.run = run; });
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
      password(email(add("add", "Create an account", [&](const app::Settings& settings) {
        return add_user(settings, arguments);
      })));
  added->add_option("--username", arguments.username, "Display name; default: the address");
  added->add_flag("--admin", arguments.administrator, "Make the account an administrator");
  add("list", "List all accounts", list_users);
  password(
      email(add("passwd", "Change a password and end all sessions",
                [&](const app::Settings& settings) { return set_password(settings, arguments); })));
  email(add("role", "Change a role",
            [&](const app::Settings& settings) { return set_role(settings, arguments); }))
      ->add_option("role", arguments.role, "user, moderator or admin")
      ->required();
  const auto status = [&](const char* name, const char* text, accounts::Status wanted) {
    email(add(name, text, [&arguments, wanted](const app::Settings& settings) {
      return set_status(settings, arguments, wanted);
    }));
  };
  status("suspend", "Suspend an account and end its sessions", accounts::Status::suspended);
  status("reinstate", "Reactivate a suspended account", accounts::Status::active);
  email(add("delete", "Delete an account and all its data permanently",
            [&](const app::Settings& settings) { return erase_user(settings, arguments); }))
      ->add_flag("--yes", arguments.yes, "Confirm the deletion");
}

void add_job_command(CLI::App& program, std::string& name, Choice& choice) {
  CLI::App* command = program.add_subcommand("jobs", "Run periodic jobs now");
  command->add_option("name", name, "The job; default: all jobs");
  command->callback([&] {
    choice.run = [&name](const app::Settings& settings) { return run_jobs(settings, name); };
  });
}

void add_mail_commands(CLI::App& program, std::string& address, Choice& choice) {
  CLI::App* mails = program.add_subcommand("mail", "Test mail delivery")->require_subcommand(1);
  CLI::App* command = mails->add_subcommand("test", "Send a test mail now");
  command->add_option("address", address, "Recipient")->required();
  command->callback([&] {
    choice.run = [&address](const app::Settings& settings) {
      return send_test_mail(settings, address);
    };
  });
  mails->add_subcommand("show", "Print the newest mail in KITH_DATA_DIR/outbox")
      ->callback([&choice] { choice.run = show_newest_mail; });
}

void add_backup_commands(CLI::App& program, BackupArguments& arguments, Choice& choice) {
  const auto add = [&](const char* name, const char* text,
                       int (*run)(const app::Settings&, const BackupArguments&)) {
    CLI::App* command = program.add_subcommand(name, text);
    command->callback([&choice, &arguments, run] {
      choice.run = [&arguments, run](const app::Settings& settings) {
        return run(settings, arguments);
      };
    });
    return command;
  };
  CLI::App* made = add("backup", "Write a backup to a file while the server runs", back_up);
  made->add_option("file", arguments.file, "Path of the archive (.tar.zst)")->required();
  made->add_flag("--check", arguments.check_alone, "Only verify an existing archive");
  CLI::App* restored = add("restore", "Restore a backup; stop the server first", restore);
  restored->add_option("file", arguments.file, "Path of the archive")->required();
  restored->add_flag("--force", arguments.force, "Replace all data in the database");
  CLI::App* copied = add("copy", "Copy one database into another", copy);
  copied->add_option("--from", arguments.from, "sqlite:PATH or postgres://...")->required();
  copied->add_option("--to", arguments.to, "sqlite:PATH or postgres://...")->required();
  copied->add_flag("--force", arguments.force, "Replace all data in the target database");
}

int run_with_settings(const SettingFlags& flags, const Action& action) {
  const auto gathered = gather_settings(flags);
  if (!gathered) {
    fmt::print(stderr, "{}\n", gathered.error().detail);
    return gathered.error().code == Errc::not_found ? failed : wrong_usage;
  }
  app::start_logging(gathered->settings);
  for (const std::string& warning : gathered->warnings) spdlog::warn("settings: {}", warning);
  return action(gathered->settings);
}

int run_choice(const SettingFlags& flags, const Choice& choice) {
  try {
    return choice.run_without_settings ? choice.run_without_settings()
                                       : run_with_settings(flags, choice.run);
  } catch (const std::exception& broken) {
    fmt::print(stderr, "kith: {}\n", explain(broken));
    return failed;
  }
}

/// The variables that receive the arguments of the commands.
struct Arguments {
  SettingFlags settings;
  UserArguments user;
  BackupArguments backup;
  std::string job;
  std::string address;
  std::string topic;
};

void define(CLI::App& program, Arguments& arguments, Choice& choice) {
  program.name("kith");
  program.formatter(std::make_shared<HelpFormatter>());  // before the commands, which inherit it
  program.require_subcommand(0, 1);                      // an unknown command is explained below
  program.fallthrough();
  program.set_version_flag("--version", version_line(), "Print the version and exit");
  program.set_help_flag("-h,--help", "Print this help and exit");
  program.add_option("--env-file", arguments.settings.env_file,
                     "Settings file; default: .env, otherwise /etc/kith/kith.env, if it exists");
  add_setting_flags(program, arguments.settings.texts);
  add_commands(program, choice);
  add_user_commands(program, arguments.user, choice);
  add_backup_commands(program, arguments.backup, choice);
  add_job_command(program, arguments.job, choice);
  add_mail_commands(program, arguments.address, choice);
  add_information_commands(program, arguments.topic, choice);
}

}  // namespace

int run_command(int argc, char** argv) {
  Arguments arguments;
  Choice choice;
  CLI::App program("Kith, a self-hosted contacts server");
  define(program, arguments, choice);
  if (argc == 1) {
    fmt::print(stderr, "{}", short_help(program));
    return wrong_usage;
  }
  try {
    program.parse(argc, argv);
  } catch (const CLI::Success& information) {
    return program.exit(information);  // help and version
  } catch (const CLI::ParseError& error) {
    fmt::print(stderr, "{}", explain_usage(program, error));
    return wrong_usage;
  }
  if (!choice.run && !choice.run_without_settings) {
    fmt::print(stderr, "kith: name a command; kith --help lists them\n");
    return wrong_usage;
  }
  return run_choice(arguments.settings, choice);
}

}  // namespace kith::cli
