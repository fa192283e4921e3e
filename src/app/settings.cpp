#include "app/settings.hpp"

#include <filesystem>
#include <set>

#include "base/assign.hpp"
#include "base/curl_url.hpp"
#include "base/text.hpp"
#include "json/write.hpp"

namespace kith::app {

namespace {

constexpr std::string_view name_prefix = "KITH_";
constexpr std::size_t secret_chars_min = 32;

/// Returns whether `text` is a base URL: `https://host`, optionally with a port and a path.
bool is_base_url(const std::string& text) {
  if (!text.starts_with("http://") && !text.starts_with("https://")) return false;
  const CurlUrl url(curl_url());
  if (!url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) return false;
  const auto host = part_of(url.get(), CURLUPART_HOST);
  if (!host || host->empty()) return false;
  const auto is_empty = [&](CURLUPart part) { return part_of(url.get(), part) == ""; };
  return is_empty(CURLUPART_USER) && is_empty(CURLUPART_PASSWORD) && is_empty(CURLUPART_QUERY) &&
         is_empty(CURLUPART_FRAGMENT);
}

}  // namespace

std::string environment_name(std::string_view field) {
  std::string name(name_prefix);
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
    if (key->empty() || trimmed(*key).size() >= secret_chars_min) continue;
    errors.push_back({name, "must have at least 32 characters, blanks at its ends not counted"});
  }
  if (!public_url.empty() && !is_base_url(public_url)) {
    errors.push_back({"public_url",
                      "must be http://HOST or https://HOST, with a port and a path if needed, such "
                      "as https://kith.example.org"});
  }
  if (account_bytes_max < 0) errors.push_back({"account_bytes_max", "must be 0 or more"});
  if (tls_cert.empty() != tls_key.empty()) {
    errors.push_back({tls_cert.empty() ? "tls_cert" : "tls_key",
                      "must be set too: KITH_TLS_CERT and KITH_TLS_KEY belong together"});
  }
  if (!database_password.empty() && !database_url.postgres) {
    errors.push_back(
        {"database_password", "needs a KITH_DATABASE_URL that begins with postgres://"});
  }
  const bool proves = demands_verification();
  if (signup_conceal == Switch::on && !proves) {
    errors.push_back({"signup_conceal",
                      "needs KITH_VERIFY_EMAIL=on: without verification, signing in reveals "
                      "whether an address has an account"});
  }
  if (!signup.domains.empty() && !proves) {
    errors.push_back({"signup",
                      "with domains needs KITH_VERIFY_EMAIL=on: without verification, users can "
                      "claim any address"});
  }
  return errors;
}

std::string Settings::base_url(const boost::asio::ip::tcp::endpoint& address) const {
  std::string url = public_url;
  if (url.empty()) {
    // A server that listens on all addresses is reachable on the loopback address.
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
  const auto here = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
  const auto beside = here / "kith-image";
  if (std::filesystem::exists(beside, error)) return beside;
  return (here.parent_path() / "libexec/kith/kith-image").lexically_normal();
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

/// Returns a secret for display: masks it, or for a URL only its password.
template <class T>
std::string masked(const T& value) {
  if constexpr (requires { value.masked(); }) return json::to_json(value.masked());
  return json::to_json(value) == "\"\"" ? "\"\"" : "\"********\"";
}

}  // namespace

std::string describe(const FieldRules& rules) {
  std::string out(rules.doc);
  if (rules.value_min < rules.value_max) {
    out += " Range: " + std::to_string(rules.value_min) + " to " + std::to_string(rules.value_max) +
           ".";
  }
  return out;
}

std::string show(const Settings& settings) {
  std::string out;
  Settings::fields().for_each([&](const auto& field) {
    const auto& member = settings.*field.member;
    const std::string value = field.rules.secret ? masked(member) : json::to_json(member);
    out.append("# ").append(describe(field.rules)).append("\n");
    out.append(environment_name(field.name)).append("=").append(value).append("\n");
  });
  return out;
}

}  // namespace kith::app
