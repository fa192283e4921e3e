#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/rules.hpp"
#include "app/database_url.hpp"
#include "app/listen_address.hpp"
#include "base/fields.hpp"
#include "base/limits.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "blob/blob_url.hpp"
#include "cache/redis/url.hpp"
#include "http/access_log.hpp"
#include "http/client_address.hpp"
#include "http/cors.hpp"
#include "http/permissions.hpp"
#include "http/rate_limits.hpp"
#include "mail/mailbox.hpp"
#include "mail/smtp/url.hpp"

namespace kith::app {

/// Whether an account's address must be confirmed before its user may sign in.
enum class VerifyEmail : std::uint8_t {
  automatic,  ///< where there is a mail server
  on,
  off,
};
constexpr std::array<std::string_view, 3> names_of(VerifyEmail) { return {"auto", "on", "off"}; }

/// Who may read /metrics.
enum class MetricsAccess : std::uint8_t {
  local,  ///< this machine, and administrators
  open,   ///< everybody
};
constexpr std::array<std::string_view, 2> names_of(MetricsAccess) { return {"local", "open"}; }

/// Whether something is done.
enum class Switch : std::uint8_t { off, on };
constexpr std::array<std::string_view, 2> names_of(Switch) { return {"off", "on"}; }

/// How much diagnostics tell.
enum class LogLevel : std::uint8_t { debug, info, warning, error };
constexpr std::array<std::string_view, 4> names_of(LogLevel) {
  return {"debug", "info", "warning", "error"};
}

/// All settings: the one table. `listen` is `KITH_LISTEN` in the environment and in `.env`, and
/// `--listen` on the command line; the command line wins over the environment, that over `.env`,
/// that over the defaults below. A secret has no flag (others would see it in the process list)
/// but a `KITH_..._FILE` form.
struct Settings {
  ListenAddress listen;
  std::string public_url;
  std::string tls_cert;
  std::string tls_key;
  std::string data_dir = "./data";
  DatabaseUrl database_url;
  std::string database_password;
  cache::redis::Url redis_url;
  std::string secret_key;
  std::string secret_key_previous;
  mail::smtp::Url smtp_url;
  mail::Mailbox mail_from;
  accounts::SignupPolicy signup;
  Switch signup_conceal = Switch::off;
  VerifyEmail verify_email = VerifyEmail::automatic;
  int access_token_minutes = 15;
  int refresh_token_days = 7;
  http::RolePolicy role_policy = http::RolePolicy::owner;
  std::string auto_favorite_prefixes = "My";
  int contacts_max = limits::contacts_default_max;
  int search_memory_mib = limits::search_memory_default_mib;
  int trash_days = 30;
  int tombstone_days = 180;
  int history_days = 90;
  int history_mib = limits::history_default_mib;
  int audit_days = 365;
  blob::BlobUrl blob_url;
  Switch gravatar = Switch::off;
  std::string image_program;
  http::RateLimits rate_limits;
  http::TrustedProxies trusted_proxies;
  http::ClientAddressHeader client_address_header;
  int connections_per_address = limits::connections_per_address_default;
  http::CorsOrigins cors_origins;
  MetricsAccess metrics = MetricsAccess::local;
  LogLevel log_level = LogLevel::info;
  http::LogFormat log_format = http::LogFormat::text;
  int threads = 0;
  int drain_seconds = 0;
  int backup_hours = 0;
  int backup_keep = 7;
  std::string backup_dir;

  /// `history_mib` in bytes. 0: no limit.
  std::int64_t history_bytes_max() const { return std::int64_t{history_mib} * 1024 * 1024; }

  // The fields in the order of the structure.
  static constexpr auto service_fields() {
    return kith::fields(
        field("listen", &Settings::listen,
              {.doc = "Address and port to serve on; port 0: any free one, printed at the start."}),
        field("public_url", &Settings::public_url,
              {.doc = "Base of the links that are shown and mailed; empty: made from KITH_LISTEN.",
               .verbatim = true}),
        field("tls_cert", &Settings::tls_cert,
              {.doc = "File with the certificate and those that lead to it, PEM: then the server "
                      "speaks https alone. Read again at SIGHUP. Empty: http.",
               .verbatim = true}),
        field("tls_key", &Settings::tls_key,
              {.doc = "File with the certificate's key, PEM.", .verbatim = true}),
        field("data_dir", &Settings::data_dir,
              {.doc = "Folder of the SQLite file, the keys, the pictures and, without "
                      "KITH_SMTP_URL, the mails.",
               .chars_min = 1,
               .verbatim = true}),
        field("database_url", &Settings::database_url,
              {.doc = "sqlite:PATH, or postgres://user:password@host:5432/database with libpq's "
                      "options (?sslmode=verify-full); empty: kith.db in KITH_DATA_DIR.",
               .verbatim = true,
               .secret = true}),
        field("database_password", &Settings::database_password,
              {.doc = "Password of the PostgreSQL user, as it is. Replaces the one in "
                      "KITH_DATABASE_URL, which must be percent-encoded.",
               .verbatim = true,
               .secret = true}),
        field("redis_url", &Settings::redis_url,
              {.doc = "redis://user:password@host:6379/0: rate limits and news of accounts are "
                      "shared by several instances; empty: each is for itself.",
               .verbatim = true,
               .secret = true}),
        field("secret_key", &Settings::secret_key,
              {.doc = "Signs tokens; at least 32 characters. Empty: made at the first start.",
               .verbatim = true,
               .secret = true}),
        field("secret_key_previous", &Settings::secret_key_previous,
              {.doc = "Still accepted while keys are changed.", .verbatim = true, .secret = true}),
        field(
            "smtp_url", &Settings::smtp_url,
            {.doc = "Mail server: smtp://user:password@host:587 (STARTTLS), smtps://host:465, "
                    "smtp://127.0.0.1:2525?tls=off; ?ca=FILE: certificates to trust. Empty: mails "
                    "are files in KITH_DATA_DIR/outbox.",
             .secret = true}),
        field("mail_from", &Settings::mail_from,
              {.doc = "Sender of mails: Kith <kith@example.org>; empty: kith at the host of "
                      "KITH_PUBLIC_URL."}));
  }

  static constexpr auto account_fields() {
    return kith::fields(
        field("signup", &Settings::signup,
              {.doc = "Who may make an account: open, closed (administrators do), or domains: "
                      "example.org,example.net."}),
        field("signup_conceal", &Settings::signup_conceal,
              {.doc = "on: signing up is answered alike whether the address has an account or not, "
                      "and its owner gets a mail."}),
        field("verify_email", &Settings::verify_email,
              {.doc = "Whether an address must be confirmed before one may sign in: on, off, or "
                      "auto: where KITH_SMTP_URL is set."}),
        field("access_token_minutes", &Settings::access_token_minutes,
              {.doc = "How long an access token lives.", .value_min = 1, .value_max = 1440}),
        field("refresh_token_days", &Settings::refresh_token_days,
              {.doc = "How long a session lives without use.", .value_min = 1, .value_max = 365}),
        field("role_policy", &Settings::role_policy,
              {.doc = "owner: everybody does everything with their own contacts; graded: users "
                      "create and read, moderators also change, administrators also delete."}));
  }

  static constexpr auto contact_fields() {
    return kith::fields(
        field("auto_favorite_prefixes", &Settings::auto_favorite_prefixes,
              {.doc = "A first name whose first word is one of these (comma-separated) makes a "
                      "favourite; empty: off."}),
        field("contacts_max", &Settings::contacts_max,
              {.doc = "How many contacts an account may have, those in the trash included.",
               .value_min = 1,
               .value_max = 10'000'000}),
        field("search_memory_mib", &Settings::search_memory_mib,
              {.doc = "How many MiB the indexes of searches may take; an account of 10,000 "
                      "contacts needs about 1.5.",
               .value_min = 1,
               .value_max = 1'000'000}),
        field("trash_days", &Settings::trash_days,
              {.doc = "Deleted contacts are erased after so many days; 0: never.",
               .value_min = 0,
               .value_max = 36'500}),
        field("tombstone_days", &Settings::tombstone_days,
              {.doc = "How many days a client that syncs may stay away.",
               .value_min = 1,
               .value_max = 36'500}),
        field("history_days", &Settings::history_days,
              {.doc = "How many days the changes of contacts are kept, to see and to take back; 0: "
                      "none are.",
               .value_min = 0,
               .value_max = 36'500}),
        field("history_mib", &Settings::history_mib,
              {.doc = "MiB of history that an account may have; beyond that its oldest entries are "
                      "deleted. 0: no limit.",
               .value_min = 0,
               .value_max = 1'000'000}),
        field("audit_days", &Settings::audit_days,
              {.doc = "How many days it is remembered who did what to accounts; 0: for ever.",
               .value_min = 0,
               .value_max = 36'500}));
  }

  static constexpr auto picture_fields() {
    return kith::fields(
        field(
            "blob_url", &Settings::blob_url,
            {.doc = "Where pictures are kept: file:FOLDER, s3://KEY:SECRET@ENDPOINT/BUCKET?region="
                    "REGION&tls=on or cloudinary://KEY:SECRET@CLOUD; empty: blobs in "
                    "KITH_DATA_DIR.",
             .verbatim = true,
             .secret = true}),
        field("gravatar", &Settings::gravatar,
              {.doc = "on: who has no picture gets Gravatar's, which tells Gravatar a hash of the "
                      "address; off: initials."}),
        field("image_program", &Settings::image_program,
              {.doc = "The program that decodes pictures; empty: kith-image beside this one.",
               .verbatim = true}));
  }

  static constexpr auto request_fields() {
    return kith::fields(
        field("rate_limits", &Settings::rate_limits,
              {.doc = "on, off, or what differs from the defaults: contacts.read=100/s:1000 (so "
                      "many in a second, so many at once), contacts.create and contacts.write=20/s:"
                      "2000, login=30/min (an address), login.account=10/min, signup=10/min:20, "
                      "token=60/min, mail=6/h:3 (to one address), avatar=10/min, export=10/h:5, "
                      "account=10/s:100. "
                      "The original's: "
                      "contacts.read=10/min,contacts.create=5/min."}),
        field("trusted_proxies", &Settings::trusted_proxies,
              {.doc = "Networks of reverse proxies whose KITH_CLIENT_ADDRESS_HEADER is trusted: "
                      "127.0.0.1,10.0.0.0/8."}),
        field("client_address_header", &Settings::client_address_header,
              {.doc = "The one header in which these proxies send the client's address: "
                      "X-Forwarded-For, X-Real-IP or the like, or Forwarded (RFC 7239). The "
                      "proxy must set it or append to it; all others are ignored."}),
        field("connections_per_address", &Settings::connections_per_address,
              {.doc = "Open connections that one address (IPv6: one /64 network) may have. "
                      "Trusted proxies are exempt. 0: no limit.",
               .value_min = 0,
               .value_max = limits::connections_max}),
        field("cors_origins", &Settings::cors_origins,
              {.doc = "Web sites whose scripts may use the API: https://app.example.org, "
                      "comma-separated."}),
        field("metrics", &Settings::metrics,
              {.doc = "Who may read /metrics: local (this machine and administrators) or open."}),
        field("log_level", &Settings::log_level, {.doc = "debug, info, warning or error."}),
        field("log_format", &Settings::log_format, {.doc = "text, or json for machines."}),
        field("threads", &Settings::threads,
              {.doc = "Event loops; 0: one a core.", .value_min = 0, .value_max = 256}),
        field(
            "drain_seconds", &Settings::drain_seconds,
            {.doc = "How long /readyz answers 503 at SIGTERM while everything is still served, so "
                    "that a proxy turns away first; 0: the server stops at once.",
             .value_min = 0,
             .value_max = 600}));
  }

  static constexpr auto backup_fields() {
    return kith::fields(
        field("backup_hours", &Settings::backup_hours,
              {.doc = "Every so many hours a backup of everything is written; 0: none is.",
               .value_min = 0,
               .value_max = 8760}),
        field("backup_keep", &Settings::backup_keep,
              {.doc = "How many of these backups are kept.", .value_min = 1, .value_max = 10'000}),
        field("backup_dir", &Settings::backup_dir,
              {.doc = "Folder of these backups, best on another disk; empty: backups in "
                      "KITH_DATA_DIR.",
               .verbatim = true}));
  }

  static constexpr auto fields() {
    return service_fields() + account_fields() + contact_fields() + picture_fields() +
           request_fields() + backup_fields();
  }

  /// The rules between settings.
  std::vector<FieldError> check(Time now) const;

  /// Whether the server itself encrypts.
  bool has_tls() const { return !tls_cert.empty(); }

  /// The base of links, without a slash at the end; `address` is where the server listens.
  std::string base_url(const boost::asio::ip::tcp::endpoint& address) const;

  /// Whether `verify_email` comes to that.
  bool demands_verification() const;

  /// The path of the SQLite file.
  std::string sqlite_path() const;

  /// The folder of pictures, where `blob_url` is one.
  std::string blob_folder() const;

  /// The folder of the backups that are written by themselves.
  std::string backup_folder() const;

  /// The path of the program that decodes pictures.
  std::string image_program_path() const;

  /// The words of `auto_favorite_prefixes`.
  std::vector<std::string> favorite_words() const;
};

/// Settings as texts, by field name.
using SettingTexts = std::map<std::string, std::string, std::less<>>;

/// `KITH_LISTEN` for `listen`.
std::string environment_name(std::string_view field);

/// `--listen` for `listen`, `--data-dir` for `data_dir`.
std::string flag_name(std::string_view field);

/// The settings in a `.env` file (env_file.hpp). Variables without `KITH_` are ignored, an empty
/// value counts as not set. Errors: `invalid`, naming the line or the variable.
Result<SettingTexts> read_env_file(std::string_view text);

/// The settings in the process environment, with the contents of files that `_FILE` variables name.
/// Quotes around a whole value are removed, since `docker run --env-file` passes them on; an empty
/// value counts as not set. Errors: `invalid` when such a file cannot be read or is empty, when a
/// secret is given in both forms, and when a comment was passed on. Names of unknown `KITH_`
/// variables go to `unknown`.
Result<SettingTexts> read_environment(const char* const* environment,
                                      std::vector<std::string>& unknown);

/// The settings of all sources; the first that names a setting wins. Errors: `invalid` with all
/// that is wrong at once, under the names of the environment.
Result<Settings> make_settings(const std::vector<SettingTexts>& sources);

/// The settings as `.env` lines with secrets masked: what `kith config` prints.
std::string show(const Settings& settings);

}  // namespace kith::app
