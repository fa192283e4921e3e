#include "cli/help.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "app/settings.hpp"
#include "base/nearest.hpp"
#include "json/write.hpp"

namespace kith::cli {

namespace {

constexpr std::size_t width = 80;

/// Wraps `text` into lines of at most `width` characters after `indent` blanks.
std::string wrapped(std::string_view text, std::size_t indent) {
  std::string out;
  std::size_t column = 0;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (column > 0 && column + 1 + word.size() > width) {
      out.push_back('\n');
      column = 0;
    }
    out.append(column == 0 ? indent : 1, ' ').append(word);
    column += (column == 0 ? indent : 1) + word.size();
  }
  return out + "\n";
}

/// Returns the value as on the command line; may be empty.
template <class T>
std::string plain(const T& value) {
  std::string text = json::to_json(value);
  if (text.starts_with('"')) text = text.substr(1, text.size() - 2);
  return text;
}

/// `  --listen  (KITH_LISTEN, default 127.0.0.1:8080)` and the explanation of the setting.
template <class Field>
std::string setting_help(const Field& field) {
  const std::string variable = app::environment_name(field.name);
  std::string out;
  if (field.rules.secret) {
    out = fmt::format("  {0}  (a secret: not an option; also {0}_FILE)\n", variable);
  } else {
    const std::string value = plain(app::Settings().*field.member);
    out = fmt::format("  {}  ({}{}{})\n", app::flag_name(field.name), variable,
                      value.empty() ? "" : ", default ", value);
  }
  return out + wrapped(app::describe(field.rules), 6);
}

std::string settings_help() {
  std::string out =
      "Settings, as options of every command, in the environment, or in a settings\n"
      "file. Options win over the environment, and the environment over the file.\n";
  app::Settings::for_each_topic([&](const char* title, const auto& fields) {
    out += fmt::format("\n{}:\n", title);
    fields.for_each([&](const auto& field) { out += setting_help(field); });
  });
  return out;
}

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

std::string commands_help(const CLI::App& program) {
  std::string out = "Commands:\n";
  for (const CLI::App* each : commands_of(program)) {
    out += fmt::format("  {:<12} {}\n", each->get_name(), each->get_description());
  }
  return out;
}

std::string title_and_usage(const CLI::App& program) {
  return program.get_description() + "\n\nUsage: kith COMMAND [OPTIONS]\n\n";
}

/// Returns the innermost command with sub-commands that the arguments select: `user` in `kith user
/// lst`.
const CLI::App& innermost(const CLI::App& program) {
  const auto chosen = program.get_subcommands();
  return chosen.empty() || commands_of(*chosen.front()).empty() ? program : *chosen.front();
}

std::string unknown_command(const CLI::App& program, const std::string& word) {
  const CLI::App& parent = innermost(program);
  std::vector<std::string> names;
  for (const CLI::App* each : commands_of(parent)) names.push_back(each->get_name());
  const auto meant = nearest(word, names);
  const std::string path = &parent == &program ? "" : parent.get_name() + " ";
  return fmt::format("kith: unknown command: {}{}\n{}", path, word,
                     meant ? fmt::format("Did you mean {}{}? ", path, *meant) : "");
}

std::string unknown_option(const std::string& argument) {
  const std::string option = argument.substr(0, argument.find('='));
  std::vector<std::string> flags{"--help", "--version", "--env-file"};
  std::string secret;
  app::Settings::fields().for_each([&](const auto& field) {
    const std::string flag = app::flag_name(field.name);
    if (!field.rules.secret) flags.push_back(flag);
    if (field.rules.secret && flag == option) secret = app::environment_name(field.name);
  });
  if (!secret.empty()) {
    return fmt::format(
        "kith: {} is a secret, which other users could read in options. Set {} or {}_FILE.\n",
        option, secret, secret);
  }
  const auto meant = nearest(option, flags);
  return fmt::format("kith: unknown option: {}\n{}", option,
                     meant ? fmt::format("Did you mean {}? ", *meant) : "");
}

}  // namespace

std::string HelpFormatter::make_help(const CLI::App* app, std::string name,
                                     CLI::AppFormatMode mode) const {
  const bool is_program = app->get_parent() == nullptr;
  if (!is_program && app->get_name() != "serve") {
    return Formatter::make_help(app, std::move(name), mode);
  }
  std::string options = make_groups(is_program ? app : app->get_parent(), mode);
  options.erase(0, options.find_first_not_of('\n'));
  while (options.ends_with("\n\n")) options.pop_back();
  if (!is_program) {
    return fmt::format("{}\n\nUsage: kith serve [OPTIONS]\n\n{}\n{}", app->get_description(),
                       options, settings_help());
  }
  return title_and_usage(*app) + commands_help(*app) + "\n" + options + "\n" + settings_help();
}

std::string short_help(const CLI::App& program) {
  return title_and_usage(program) + commands_help(program) +
         "\nkith COMMAND --help explains a command, kith serve --help the settings.\n";
}

std::string explain_usage(const CLI::App& program, const CLI::ParseError& error) {
  constexpr const char* more = "kith --help lists the commands and options.\n";
  const auto unknown = program.remaining(true);
  if (unknown.empty()) return fmt::format("kith: {}\n{}", error.what(), more);
  const std::string& first = unknown.front();
  return (first.starts_with('-') ? unknown_option(first) : unknown_command(program, first)) + more;
}

}  // namespace kith::cli
