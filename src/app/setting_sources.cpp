#include "app/setting_sources.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "app/env_file.hpp"
#include "base/assign.hpp"
#include "base/limits.hpp"
#include "base/nearest.hpp"
#include "base/text.hpp"

namespace kith::app {

namespace {

constexpr std::string_view prefix = "KITH_";
constexpr std::string_view file_suffix = "_FILE";

/// Returns the rules of the setting with that environment name, or null.
const Slot* slot_of(std::string_view name) {
  const Shape shape = shape_of<Settings>();
  const auto found = std::ranges::find_if(
      shape, [&](const Slot& slot) { return environment_name(slot.name) == name; });
  return found == shape.end() ? nullptr : &*found;
}

/// Returns whether an empty value of the setting differs from a missing value. Otherwise an empty
/// value counts as not set, as Compose users expect from `${NAME:-}`.
bool empty_is_a_value(const Slot& slot) { return slot.name == "auto_favorite_prefixes"; }

/// Returns whether a value in the environment is taken literally: blanks, quotes and `#` may be
/// part of a password or key. URLs never contain them unencoded.
bool is_as_it_is(const Slot& slot) {
  return slot.name == "database_password" || slot.name.starts_with("secret_key");
}

/// A variable that sets a setting.
struct Variable {
  const Slot* slot = nullptr;  ///< null: no setting has that name
  bool is_file = false;        ///< whether its value is the path of a file with the value
};

Variable find_variable(std::string_view name) {
  if (const Slot* slot = slot_of(name)) return {.slot = slot};
  if (!name.ends_with(file_suffix)) return {};
  const Slot* slot = slot_of(name.substr(0, name.size() - file_suffix.size()));
  return slot && slot->rules->secret ? Variable{slot, true} : Variable{};
}

/// Returns the secret in a file. Errors: `not_found` and `invalid`; an empty file is an error,
/// because the default could be another database or a new key.
Result<std::string> read_secret(const Slot& slot, std::string_view name, std::string_view path) {
  const auto content = read_text_file(std::string(path), limits::secret_file_bytes_max);
  if (!content) {
    return refuse(content.error().code,
                  std::string(name) + ": cannot read the file: " + content.error().detail);
  }
  constexpr std::string_view line_ends = "\r\n";
  const std::string_view text = *content;
  const auto end = text.find_last_not_of(line_ends);
  std::string secret(is_as_it_is(slot) ? text.substr(0, end + 1) : trimmed(text));
  if (!secret.empty()) return secret;
  return refuse(Errc::invalid, std::string(name) + ": the file is empty: " + std::string(path));
}

std::string in_capitals(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
  return out;
}

/// Returns the name in the spelling of settings if it looks like a setting: `kith_listen`, or
/// `set KITH_LISTEN` as in Windows scripts.
std::optional<std::string> spelled_as_setting(std::string_view name) {
  std::string spelled = in_capitals(name);
  if (spelled.starts_with("SET ")) spelled = trimmed(std::string_view(spelled).substr(4));
  return spelled.starts_with(prefix) ? std::optional(spelled) : std::nullopt;
}

std::vector<std::string> known_names() {
  std::vector<std::string> names;
  for (const Slot& slot : shape_of<Settings>()) {
    names.push_back(environment_name(slot.name));
    if (slot.rules->secret) names.push_back(names.back() + std::string(file_suffix));
  }
  return names;
}

/// Gathers the variables of a source.
class SourceReader {
 public:
  /// Takes a variable; if a name appears twice, the last value wins. `where` is its location.
  /// Errors: as `read_environment`.
  Result<bool> take(std::string_view name, std::string value, std::string_view where) {
    const Variable variable = find_variable(name);
    if (!variable.slot) return warn(name, where);
    if (!variable.is_file || value.empty()) return keep(*variable.slot, name, std::move(value));
    auto secret = read_secret(*variable.slot, name, value);
    if (!secret) return std::unexpected(secret.error());
    return keep(*variable.slot, name, *std::move(secret));
  }

  SourceTexts result() && { return std::move(result_); }

 private:
  Result<bool> keep(const Slot& slot, std::string_view name, std::string value) {
    const std::string setting(slot.name);
    const auto before = names_.find(setting);
    const bool is_other = before != names_.end() && before->second != name;
    if (value.empty() && !empty_is_a_value(slot)) {
      if (is_other) return true;
      result_.texts.erase(setting);
      names_.erase(setting);
      return true;
    }
    if (is_other) {
      return refuse(Errc::invalid, before->second + " and " + std::string(name) +
                                       " are both set; remove one of them");
    }
    names_[setting] = name;
    result_.texts[setting] = std::move(value);
    return true;
  }

  bool warn(std::string_view name, std::string_view where) {
    const auto spelled = spelled_as_setting(name);
    if (!spelled || result_.warnings.size() >= limits::setting_warnings_max) return false;
    const auto meant = nearest(*spelled, known_names());
    result_.warnings.push_back("unknown name " + std::string(name) + " in " + std::string(where) +
                               (meant ? "; did you mean " + *meant + "?" : ""));
    return false;
  }

  SourceTexts result_;
  std::map<std::string, std::string, std::less<>> names_;  ///< of the variables, by setting
};

/// Reads a value of the environment as in a file. Errors: `invalid` for a comment.
Result<std::string> reinterpreted(std::string_view name, std::string_view text) {
  const std::string_view value = trimmed(text);
  if (auto inner = unquoted(value)) return *std::move(inner);
  if (without_comment(value).size() == value.size()) return std::string(value);
  return refuse(Errc::invalid, std::string(name) +
                                   " holds a comment (\"#\" beside a blank), which docker run "
                                   "--env-file and systemd pass on; put comments on lines of their "
                                   "own, or quote a value that contains it");
}

}  // namespace

Result<SourceTexts> read_env_file(const EnvFile& file) {
  auto lines = parse_env_file(file.text);
  if (!lines) return refuse(lines.error().code, file.path + " " + lines.error().detail);
  SourceReader reader;
  for (EnvLine& line : *lines) {
    const std::string where = file.path + " line " + std::to_string(line.number);
    const auto taken = reader.take(line.name, std::move(line.value), where);
    if (!taken) return refuse(taken.error().code, where + ": " + taken.error().detail);
  }
  return std::move(reader).result();
}

Result<SourceTexts> read_environment(const char* const* environment) {
  SourceReader reader;
  for (; *environment; ++environment) {
    const std::string_view line = *environment;
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = line.substr(0, equals);
    if (!spelled_as_setting(name)) continue;
    const Variable variable = find_variable(name);
    const std::string_view text = line.substr(equals + 1);
    const bool as_it_is = variable.slot && !variable.is_file && is_as_it_is(*variable.slot);
    auto value = !variable.slot || as_it_is ? std::string(text) : reinterpreted(name, text);
    if (!value) return std::unexpected(value.error());
    const auto taken = reader.take(name, *std::move(value), "the environment");
    if (!taken) return std::unexpected(taken.error());
  }
  return std::move(reader).result();
}

}  // namespace kith::app
