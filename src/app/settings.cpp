#include "app/settings.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "app/env_file.hpp"
#include "base/assign.hpp"
#include "base/text.hpp"
#include "json/write.hpp"

namespace kith::app {

namespace {

constexpr std::string_view prefix = "KITH_";
constexpr std::string_view file_suffix = "_FILE";
constexpr std::size_t secret_chars_min = 32;

/// The rules of the setting of that environment name, or null.
const Slot* slot_of(std::string_view name) {
  const Shape shape = shape_of<Settings>();
  const auto found = std::ranges::find_if(
      shape, [&](const Slot& slot) { return environment_name(slot.name) == name; });
  return found == shape.end() ? nullptr : &*found;
}

/// Whether a setting with an empty value differs from one that is not set. Any other empty value
/// counts as not set, as Compose users expect of `${NAME:-}`.
bool empty_is_a_value(const Slot& slot) { return slot.name == "auto_favorite_prefixes"; }

/// The content of a file that holds one secret. Errors: `invalid`; an empty file is one, since the
/// default in its place could be a database or a key of its own.
Result<std::string> read_secret(std::string_view name, std::string_view path) {
  const auto content = read_text_file(std::string(path), limits::secret_file_bytes_max);
  if (!content) {
    return refuse(Errc::invalid,
                  std::string(name) + ": cannot read the file: " + content.error().detail);
  }
  std::string secret(trimmed(*content));
  if (!secret.empty()) return secret;
  return refuse(Errc::invalid, std::string(name) + ": the file is empty: " + std::string(path));
}

/// Gathers the variables of one source.
class SourceReader {
 public:
  /// Takes one variable; of several with the same name the last one wins. False when no setting has
  /// that name. Errors: `invalid` for a file that cannot be read, and for a secret that is given
  /// directly and by its file.
  Result<bool> take(std::string_view name, std::string_view value) {
    if (const Slot* slot = slot_of(name)) return keep(*slot, name, std::string(value));
    if (!name.ends_with(file_suffix)) return false;
    const Slot* slot = slot_of(name.substr(0, name.size() - file_suffix.size()));
    if (!slot || !slot->rules->secret) return false;
    if (value.empty()) return keep(*slot, name, "");
    auto secret = read_secret(name, value);
    if (!secret) return std::unexpected(secret.error());
    return keep(*slot, name, *std::move(secret));
  }

  SettingTexts texts() && { return std::move(texts_); }

 private:
  Result<bool> keep(const Slot& slot, std::string_view name, std::string value) {
    const std::string setting(slot.name);
    const auto before = names_.find(setting);
    const bool is_other = before != names_.end() && before->second != name;
    if (value.empty() && !empty_is_a_value(slot)) {
      if (is_other) return true;
      texts_.erase(setting);
      names_.erase(setting);
      return true;
    }
    if (is_other) {
      return refuse(Errc::invalid, before->second + " and " + std::string(name) +
                                       " are both set; remove one of them");
    }
    names_[setting] = name;
    texts_[setting] = std::move(value);
    return true;
  }

  SettingTexts texts_;
  std::map<std::string, std::string, std::less<>> names_;  ///< of the variables, by setting
};

}  // namespace

std::string environment_name(std::string_view field) {
  std::string name(prefix);
  for (const char c : field) {
    name.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c);
  }
  return name;
}

std::string flag_name(std::string_view field) {
  std::string name = "--";
  for (const char c : field) name.push_back(c == '_' ? '-' : c);
  return name;
}

std::vector<FieldError> Settings::check(Time) const {
  std::vector<FieldError> errors;
  for (const auto& [name, key] : {std::pair("secret_key", &secret_key),
                                  std::pair("secret_key_previous", &secret_key_previous)}) {
    if (key->empty() || key->size() >= secret_chars_min) continue;
    errors.push_back({name, "must have at least 32 characters"});
  }
  if (!public_url.empty() && !public_url.starts_with("http://") &&
      !public_url.starts_with("https://")) {
    errors.push_back({"public_url", "must begin with http:// or https://"});
  }
  if (tls_cert.empty() != tls_key.empty()) {
    errors.push_back({tls_cert.empty() ? "tls_cert" : "tls_key",
                      "must be given too: a certificate and its key belong together"});
  }
  if (!database_password.empty() && !database_url.postgres) {
    errors.push_back(
        {"database_password", "needs a KITH_DATABASE_URL that begins with postgres://"});
  }
  const bool proves = demands_verification();
  if (signup_conceal == Switch::on && !proves) {
    errors.push_back({"signup_conceal", "needs KITH_VERIFY_EMAIL: signing in would tell"});
  }
  if (!signup.domains.empty() && !proves) {
    errors.push_back({"signup", "of domains needs KITH_VERIFY_EMAIL: anybody could claim one"});
  }
  return errors;
}

std::string Settings::base_url(const boost::asio::ip::tcp::endpoint& address) const {
  std::string url = public_url;
  if (url.empty()) {
    // Who listens everywhere is reached here.
    const auto& listens = address.address();
    const std::string host = !listens.is_unspecified() ? listens.to_string()
                             : listens.is_v6()         ? "::1"
                                                       : "127.0.0.1";
    url = (has_tls() ? "https://" : "http://") + (listens.is_v6() ? "[" + host + "]" : host) + ":" +
          std::to_string(address.port());
  }
  while (url.ends_with('/')) url.pop_back();
  return url;
}

bool Settings::demands_verification() const {
  if (verify_email != VerifyEmail::automatic) return verify_email == VerifyEmail::on;
  return !smtp_url.empty();
}

std::string Settings::sqlite_path() const {
  return database_url.sqlite_path.empty() ? data_dir + "/kith.db" : database_url.sqlite_path;
}

std::string Settings::backup_folder() const {
  return backup_dir.empty() ? data_dir + "/backups" : backup_dir;
}

std::string Settings::blob_folder() const {
  return blob_url.path.empty() ? data_dir + "/blobs" : blob_url.path;
}

std::string Settings::image_program_path() const {
  if (!image_program.empty()) return image_program;
  std::error_code error;
  const auto here = std::filesystem::read_symlink("/proc/self/exe", error);
  return (error ? std::filesystem::path() : here.parent_path()) / "kith-image";
}

std::vector<std::string> Settings::favorite_words() const {
  std::vector<std::string> words;
  std::string_view rest = auto_favorite_prefixes;
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    const std::string_view word = trimmed(rest.substr(0, comma));
    if (!word.empty()) words.emplace_back(word);
    rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
  }
  return words;
}

Result<SettingTexts> read_env_file(std::string_view text) {
  const auto lines = parse_env_file(text);
  if (!lines) return std::unexpected(lines.error());
  SourceReader reader;
  for (const EnvLine& line : *lines) {
    const auto taken = reader.take(line.name, line.value);
    if (!taken) return std::unexpected(taken.error());
    if (*taken || !line.name.starts_with(prefix)) continue;
    return refuse(Errc::invalid, ".env line " + std::to_string(line.number) + ": " + line.name +
                                     " is not a known setting");
  }
  return std::move(reader).texts();
}

Result<SettingTexts> read_environment(const char* const* environment,
                                      std::vector<std::string>& unknown) {
  SourceReader reader;
  for (; *environment; ++environment) {
    const std::string_view line = *environment;
    const auto equals = line.find('=');
    if (!line.starts_with(prefix) || equals == std::string_view::npos) continue;
    const std::string_view name = line.substr(0, equals);
    const std::string_view value = trimmed(line.substr(equals + 1));
    const auto inner = unquoted(value);
    if (!inner && value.contains(" # ")) {
      return refuse(Errc::invalid,
                    std::string(name) +
                        " holds a comment (\" # \"), which docker run --env-file passes on; put "
                        "comments on lines of their own");
    }
    const auto taken = reader.take(name, inner.value_or(std::string(value)));
    if (!taken) return std::unexpected(taken.error());
    if (!*taken) unknown.emplace_back(name);
  }
  return std::move(reader).texts();
}

Result<Settings> make_settings(const std::vector<SettingTexts>& sources) {
  Settings settings;
  Filler filler(&settings, shape_of<Settings>());
  std::set<std::string_view> seen;
  for (const SettingTexts& source : sources) {
    for (const auto& [name, text] : source) {
      if (seen.insert(name).second) filler.put(name, Word{text});
    }
  }
  auto refused = finish(std::move(filler), settings, Clock().now());
  if (!refused) {
    if (!settings.database_password.empty()) {
      settings.database_url.postgres->parameters["password"] = settings.database_password;
    }
    return settings;
  }
  std::string detail;
  for (const FieldError& error : refused->fields) {
    detail.append(detail.empty() ? "" : "\n").append(environment_name(error.field));
    detail.append(" ").append(error.message);
  }
  return refuse(Errc::invalid, std::move(detail));
}

namespace {

/// A secret as it may be seen: some have parts that may be.
template <class T>
std::string masked(const T& value) {
  if constexpr (requires { value.masked(); }) return json::to_json(value.masked());
  return json::to_json(value) == "\"\"" ? "\"\"" : "\"********\"";
}

}  // namespace

std::string show(const Settings& settings) {
  std::string out;
  Settings::fields().for_each([&](const auto& field) {
    const auto& member = settings.*field.member;
    const std::string value = field.rules.secret ? masked(member) : json::to_json(member);
    out.append("# ").append(field.rules.doc).append("\n");
    out.append(environment_name(field.name)).append("=").append(value).append("\n");
  });
  return out;
}

}  // namespace kith::app
