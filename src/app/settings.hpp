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

/// Whether users must confirm their address before they sign in.
enum class VerifyEmail : std::uint8_t {
  automatic,  ///< on when a mail server is set
  on,
  off,
};
constexpr std::array<std::string_view, 3> names_of(VerifyEmail) { return {"auto", "on", "off"}; }

/// The clients that may read /metrics.
enum class MetricsAccess : std::uint8_t {
  local,  ///< this machine, and administrators
  open,   ///< everyone
};
constexpr std::array<std::string_view, 2> names_of(MetricsAccess) { return {"local", "open"}; }

/// Whether a feature is on.
enum class Switch : std::uint8_t { off, on };
constexpr std::array<std::string_view, 2> names_of(Switch) { return {"off", "on"}; }

/// The lowest level that is logged.
enum class LogLevel : std::uint8_t { debug, info, warning, error };
constexpr std::array<std::string_view, 4> names_of(LogLevel) {
  return {"debug", "info", "warning", "error"};
}

/// All settings, in a single table. `listen` is `KITH_LISTEN` in the environment and in `.env`, and
/// `--listen` on the command line; the command line takes precedence over the environment, the
/// environment over `.env`, and `.env` over the defaults below. A secret has no flag, which the
/// process list would show, but a `KITH_..._FILE` form.
struct Settings {
  ListenAddress listen;
  std::string public_url;
  std::string tls_cert;
  std::string tls_key;
  std::string data_dir = "./data";
  Switch data_required = Switch::off;
  DatabaseUrl database_url;
  std::string database_password;
  cache::redis::Url redis_url;
  std::string secret_key;
  std::string secret_key_previous;
  int backup_hours = 24;
  int backup_keep = 7;
  std::string backup_dir;
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
  std::int64_t account_bytes_max = limits::account_default_bytes_max;
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

  /// `history_mib` in bytes. 0: no limit.
  std::int64_t history_bytes_max() const { return std::int64_t{history_mib} * 1024 * 1024; }

  // The fields in the order of the structure.
  static constexpr auto server_fields() {
    return kith::fields(
        field(
            "listen", &Settings::listen,
            {.doc = "Address and port to listen on. Port 0 picks a free port, which is printed at "
                    "the start."}),
        field("public_url", &Settings::public_url,
              {.doc = "Base URL of links in mails and pages, such as https://kith.example.org. "
                      "Empty: derived from KITH_LISTEN.",
               .verbatim = true}),
        field("tls_cert", &Settings::tls_cert,
              {.doc = "PEM file with the certificate and its chain. The server then speaks HTTPS "
                      "only. SIGHUP reloads it. Empty: HTTP.",
               .verbatim = true}),
        field("tls_key", &Settings::tls_key,
              {.doc = "PEM file with the private key of KITH_TLS_CERT.", .verbatim = true}));
  }

  static constexpr auto data_fields() {
    return kith::fields(
        field(
            "data_dir", &Settings::data_dir,
            {.doc = "Folder for the SQLite file, the keys, the pictures, the backups and, without "
                    "KITH_SMTP_URL, the mails. It must exist, except for the default.",
             .chars_min = 1,
             .verbatim = true}),
        field("data_required", &Settings::data_required,
              {.doc = "on: refuse to start on a data folder without data, which is usually an "
                      "unmounted disk. off: initialise an empty folder."}),
        field("database_url", &Settings::database_url,
              {.doc = "sqlite:PATH, or postgres://user:password@host:5432/database with libpq's "
                      "options such as ?sslmode=verify-full. Empty: kith.db in KITH_DATA_DIR.",
               .verbatim = true,
               .secret = true}),
        field("database_password", &Settings::database_password,
              {.doc = "Password of the PostgreSQL user, taken literally. Replaces the "
                      "percent-encoded password in KITH_DATABASE_URL.",
               .verbatim = true,
               .secret = true}),
        field("redis_url", &Settings::redis_url,
              {.doc = "redis://user:password@host:6379/0. Instances share rate limits and changes "
                      "of accounts through Redis. Empty: each instance works alone.",
               .verbatim = true,
               .secret = true}),
        field("secret_key", &Settings::secret_key,
              {.doc = "Key that signs tokens, at least 32 characters, taken literally. Empty: "
                      "created in KITH_DATA_DIR at the first start.",
               .verbatim = true,
               .secret = true}),
        field("secret_key_previous", &Settings::secret_key_previous,
              {.doc = "Former KITH_SECRET_KEY, still accepted while the key is rotated. Empty: "
                      "none.",
               .verbatim = true,
               .secret = true}));
  }

  static constexpr auto mail_fields() {
    return kith::fields(
        field("smtp_url", &Settings::smtp_url,
              {.doc = "Mail server: smtp://user:password@host:587 (STARTTLS), smtps://host:465 or "
                      "smtp://127.0.0.1:2525?tls=off. ?ca=FILE names the certificates to trust. "
                      "Empty: mails are written to KITH_DATA_DIR/outbox.",
               .secret = true}),
        field("mail_from", &Settings::mail_from,
              {.doc = "Sender of mails, such as Kith <kith@example.org>. Empty: kith at the host "
                      "of KITH_PUBLIC_URL."}));
  }

  static constexpr auto account_fields() {
    return kith::fields(
        field("signup", &Settings::signup,
              {.doc = "Who may create an account: open (everyone), closed (administrators only), "
                      "or domains such as example.org,example.net."}),
        field("signup_conceal", &Settings::signup_conceal,
              {.doc = "on: signing up gets the same answer whether or not the address has an "
                      "account, and its owner gets a mail. off: a known address is refused."}),
        field("verify_email", &Settings::verify_email,
              {.doc = "Whether users must confirm their address before they sign in: on, off, or "
                      "auto (on when KITH_SMTP_URL is set)."}),
        field("access_token_minutes", &Settings::access_token_minutes,
              {.doc = "Minutes an access token stays valid.", .value_min = 1, .value_max = 1440}),
        field("refresh_token_days", &Settings::refresh_token_days,
              {.doc = "Days a session stays valid without use.", .value_min = 1, .value_max = 365}),
        field("role_policy", &Settings::role_policy,
              {.doc = "owner: users may do everything with their own contacts. graded: users "
                      "create and read, moderators also change, administrators also delete."}));
  }

  static constexpr auto contact_fields() {
    return kith::fields(
        field("auto_favorite_prefixes", &Settings::auto_favorite_prefixes,
              {.doc = "Contacts whose first name begins with one of these comma-separated words "
                      "become favourites. Empty: off."}),
        field("contacts_max", &Settings::contacts_max,
              {.doc = "Contacts per account, including the trash.",
               .value_min = 1,
               .value_max = 10'000'000}),
        field("account_bytes_max", &Settings::account_bytes_max,
              {.doc = "Bytes of the stored vCards of an account, with their photos, and of its "
                      "history. Larger cards are refused with 507 beyond it. 0: no limit."}),
        field("search_memory_mib", &Settings::search_memory_mib,
              {.doc = "MiB for the search indexes of all accounts. 10,000 contacts need about 1.5 "
                      "MiB.",
               .value_min = 1,
               .value_max = 1'000'000}),
        field("trash_days", &Settings::trash_days,
              {.doc = "Days until contacts in the trash are deleted permanently. 0 keeps them.",
               .value_min = 0,
               .value_max = 36'500}),
        field("tombstone_days", &Settings::tombstone_days,
              {.doc = "Days a sync token stays valid.", .value_min = 1, .value_max = 36'500}),
        field("history_days", &Settings::history_days,
              {.doc = "Days the history of contacts is kept for viewing and undo. 0 disables it.",
               .value_min = 0,
               .value_max = 36'500}),
        field("history_mib", &Settings::history_mib,
              {.doc = "MiB of history per account. The oldest entries are deleted first. 0: no "
                      "limit.",
               .value_min = 0,
               .value_max = 1'000'000}),
        field("audit_days", &Settings::audit_days,
              {.doc = "Days the audit log of accounts is kept. 0 keeps it.",
               .value_min = 0,
               .value_max = 36'500}));
  }

  static constexpr auto picture_fields() {
    return kith::fields(
        field("blob_url", &Settings::blob_url,
              {.doc = "Where pictures are stored: file:FOLDER, "
                      "s3://KEY:SECRET@ENDPOINT/BUCKET?region=REGION&tls=on or "
                      "cloudinary://KEY:SECRET@CLOUD. Empty: blobs in KITH_DATA_DIR.",
               .verbatim = true,
               .secret = true}),
        field("gravatar", &Settings::gravatar,
              {.doc = "Picture of accounts that have none. on: Gravatar, which receives a hash of "
                      "the address. off: initials."}),
        field("image_program", &Settings::image_program,
              {.doc = "Program that decodes pictures. Empty: kith-image in the folder of kith, "
                      "otherwise in ../libexec/kith.",
               .verbatim = true}));
  }

  static constexpr auto request_fields() {
    return kith::fields(
        field("rate_limits", &Settings::rate_limits,
              {.doc = "on, off, or changes to the defaults, such as "
                      "login=10/min,contacts.create=5/min:20 (5 a minute, bursts of 20). Defaults: "
                      "contacts.read=100/s:1000, contacts.create and contacts.write=20/s:2000, "
                      "login=30/min per address, login.account=10/min, signup=10/min:20, "
                      "token=60/min, mail=6/h:3 per recipient, avatar=10/min, photo=30/min:60, "
                      "thumbnail=5/s:500, export=10/h:5, account=10/s:100."}),
        field("trusted_proxies", &Settings::trusted_proxies,
              {.doc = "Comma-separated networks of reverse proxies, such as "
                      "127.0.0.1,10.0.0.0/8. Their KITH_CLIENT_ADDRESS_HEADER is trusted."}),
        field("client_address_header", &Settings::client_address_header,
              {.doc = "Header with the client's address: X-Forwarded-For, X-Real-IP or similar, or "
                      "Forwarded (RFC 7239). The proxy must set it or append to it. All other "
                      "headers are ignored."}),
        field("connections_per_address", &Settings::connections_per_address,
              {.doc = "Open connections per client address (IPv6: per /64 network). Trusted "
                      "proxies are exempt. 0: no limit.",
               .value_min = 0,
               .value_max = limits::connections_max}),
        field("cors_origins", &Settings::cors_origins,
              {.doc = "Comma-separated origins of web sites whose scripts may use the API, such as "
                      "https://app.example.org."}));
  }

  static constexpr auto operation_fields() {
    return kith::fields(
        field("metrics", &Settings::metrics,
              {.doc = "Who may read /metrics: local (this machine and administrators) or open "
                      "(everyone)."}),
        field("log_level", &Settings::log_level,
              {.doc = "Lowest level that is logged: debug, info, warning or error."}),
        field("log_format", &Settings::log_format, {.doc = "Format of log lines: text or json."}),
        field("threads", &Settings::threads,
              {.doc = "Number of event loops. 0: one per core.", .value_min = 0, .value_max = 256}),
        field("drain_seconds", &Settings::drain_seconds,
              {.doc = "Seconds after SIGTERM in which requests are still served while /readyz "
                      "answers 503, so that proxies switch over. 0: stop at once.",
               .value_min = 0,
               .value_max = 600}));
  }

  static constexpr auto backup_fields() {
    return kith::fields(
        field("backup_hours", &Settings::backup_hours,
              {.doc = "Hours between automatic backups. 0 disables them.",
               .value_min = 0,
               .value_max = 8760}),
        field("backup_keep", &Settings::backup_keep,
              {.doc = "Number of automatic backups to keep. Older ones are deleted.",
               .value_min = 1,
               .value_max = 10'000}),
        field("backup_dir", &Settings::backup_dir,
              {.doc = "Folder for automatic backups, preferably on another disk. Empty: backups in "
                      "KITH_DATA_DIR.",
               .verbatim = true}));
  }

  /// Calls `visit(title, fields)` for each topic in order.
  template <class Visit>
  static constexpr void for_each_topic(Visit&& visit) {
    visit("Server", server_fields());
    visit("Data", data_fields());
    visit("Backups", backup_fields());
    visit("Mail", mail_fields());
    visit("Accounts", account_fields());
    visit("Contacts", contact_fields());
    visit("Pictures", picture_fields());
    visit("Requests", request_fields());
    visit("Operation", operation_fields());
  }

  static constexpr auto fields() {
    return server_fields() + data_fields() + backup_fields() + mail_fields() + account_fields() +
           contact_fields() + picture_fields() + request_fields() + operation_fields();
  }

  /// Checks the rules between settings.
  std::vector<FieldError> check(Time now) const;

  /// Returns whether the server itself terminates TLS.
  bool has_tls() const { return !tls_cert.empty(); }

  /// Returns the base URL of links, without a trailing slash; the server listens on `address`.
  std::string base_url(const boost::asio::ip::tcp::endpoint& address) const;

  /// Returns whether users must verify their address; `verify_email` may depend on `smtp_url`.
  bool demands_verification() const;

  /// Returns the path of the SQLite file.
  std::string sqlite_path() const;

  /// Returns the folder of pictures. REQUIRES: `blob_url` names a folder.
  std::string blob_folder() const;

  /// Returns the folder of automatic backups.
  std::string backup_folder() const;

  /// Returns the path of the program that decodes pictures.
  std::string image_program_path() const;

  /// Returns the words of `auto_favorite_prefixes`.
  std::vector<std::string> favorite_words() const;
};

/// Settings as texts, by field name.
using SettingTexts = std::map<std::string, std::string, std::less<>>;

/// `KITH_LISTEN` for `listen`.
std::string environment_name(std::string_view field);

/// `--listen` for `listen`, `--data-dir` for `data_dir`.
std::string flag_name(std::string_view field);

/// Merges the settings of all sources; the first source with a setting wins. Errors: `invalid`,
/// with all invalid settings under their environment names.
Result<Settings> make_settings(const std::vector<SettingTexts>& sources);

/// Returns the explanation of a setting for users: its doc and, for a number, its range.
std::string describe(const FieldRules& rules);

/// Returns the settings as `.env` lines with secrets masked: the output of `kith config`.
std::string show(const Settings& settings);

}  // namespace kith::app
