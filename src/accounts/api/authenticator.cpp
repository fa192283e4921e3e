#include "accounts/api/authenticator.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>

#include "accounts/app_passwords.hpp"
#include "accounts/credentials.hpp"
#include "base/limits.hpp"
#include "crypto/base64url.hpp"
#include "crypto/digest.hpp"
#include "http/link.hpp"
#include "http/request.hpp"

namespace kith::accounts {

namespace asio = boost::asio;

using http::Principal;

namespace {

constexpr std::string_view app_credentials_wanted =
    "Use Bearer with an access token or an app password, or Basic with an e-mail address and an "
    "app "
    "password.";

std::unexpected<Error> no_credentials() {
  return refuse(Errc::unauthenticated,
                "The request has no credentials. Send Authorization: Bearer and an access token.");
}

std::unexpected<Error> unknown_scheme() {
  return refuse(Errc::unauthenticated,
                "The Authorization header cannot be used. " + std::string(app_credentials_wanted));
}

std::unexpected<Error> refused_credentials(std::string detail, Challenge challenge) {
  return std::unexpected(
      Error{.code = Errc::unauthenticated, .detail = std::move(detail), .challenge = challenge});
}

std::unexpected<Error> not_valid() {
  return refused_credentials(
      "The access token is invalid or has expired. Sign in again or use the refresh token.",
      Challenge::invalid_token);
}

std::unexpected<Error> malformed_basic() {
  return refused_credentials(
      "The Basic credentials are malformed: they must be an e-mail address, a colon and an app "
      "password, in base64.",
      Challenge::basic);
}

std::unexpected<Error> unknown_token() {
  return refused_credentials(
      "The bearer token is neither a valid access token nor an app password. Sign in again for an "
      "access token; a refresh token only renews it.",
      Challenge::invalid_token);
}

/// Returns the same error whether the password is the account's or not, so that guesses are not
/// confirmed here.
std::unexpected<Error> not_an_app_password() {
  return refused_credentials(
      "The password is not an app password. The password of the account is not accepted here: "
      "create an app password and use that.",
      Challenge::basic);
}

std::unexpected<Error> wrong_app_password(Challenge challenge) {
  return refused_credentials(
      "The app password is wrong or was revoked, or belongs to another "
      "account.",
      challenge);
}

/// Separates the parts of a signed token (RFC 7515, section 3.1); never occurs in an app password.
constexpr char token_separator = '.';

/// Returns the user and password of Basic credentials (RFC 7617, section 2).
std::optional<std::pair<std::string, std::string>> read_basic(std::string_view credentials) {
  std::string text(credentials);
  while (text.ends_with('=')) text.pop_back();
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  const auto bytes = crypto::decode_base64url(text);
  const auto colon = bytes ? bytes->find(':') : std::string::npos;
  if (colon == std::string::npos) return std::nullopt;
  return std::pair(bytes->substr(0, colon), bytes->substr(colon + 1));
}

}  // namespace

Task<Result<Principal>> SessionAuthenticator::authenticate(const http::Request& request) {
  const Time now = Clock().now();
  const auto token = http::credentials_of(request, "Bearer");
  if (!token || !token->contains(token_separator)) {
    auto credentials = read_app_credentials(request);
    if (!credentials) co_return std::unexpected(std::move(credentials.error()));
    co_return co_await authenticate_app(*std::move(credentials), now);
  }
  const auto claims = claims_of(*token, now);
  if (!claims) co_return not_valid();
  if (const Known* known = fresh(sessions_, claims->session)) co_return known->principal;
  if (shared_) co_return co_await look_up_shared(claims->account, claims->session, now);
  co_return co_await look_up(claims->account, claims->session, now);
}

Result<Principal> SessionAuthenticator::authenticate_link(const http::Request& request) {
  const auto key = http::link_key_of(request);
  const auto claims = links_.verify(request.path, key.value_or(""), Clock().now());
  if (!claims) {
    return refuse(Errc::unauthenticated,
                  "The link is not valid or has expired. Load the contact again for a new link.");
  }
  return Principal{
      .account = claims->account, .role = http::Role::user, .scope = http::Scope::api_read};
}

/// As `TokenSigner::verify`, but checks a signature only once, since clients send a token many
/// times.
std::optional<crypto::AccessClaims> SessionAuthenticator::claims_of(std::string_view token,
                                                                    Time now) {
  const auto tag = tag_of_(token);
  const auto found = checked_.find(tag);
  if (found != checked_.end() && found->second.expires_at > now) return found->second;
  const auto claims = signer_.verify(token, now);
  if (!claims) return claims;
  if (checked_.size() >= limits::cached_principals_max) checked_.clear();
  checked_.insert_or_assign(tag, *claims);
  return claims;
}

template <class Key>
const SessionAuthenticator::Known* SessionAuthenticator::fresh(
    const std::unordered_map<Key, Known>& cache, const Key& key) {
  const auto found = cache.find(key);
  if (found == cache.end()) return nullptr;
  const Known& known = found->second;
  const auto age = Monotonic::now() - known.checked_at;
  const bool current = known.epoch == epoch_.load(std::memory_order_acquire);
  if (!current || age >= limits::principal_recheck_interval) return nullptr;
  counts_.cached.add(1);
  return &known;
}

template <class Key>
void SessionAuthenticator::keep(std::unordered_map<Key, Known>& cache, const Key& key,
                                Known known) {
  if (cache.size() >= limits::cached_principals_max) cache.erase(cache.begin());
  cache.insert_or_assign(key, std::move(known));
}

Task<Result<Principal>> SessionAuthenticator::look_up(AccountId account, SessionId session,
                                                      Time now) {
  // Read before the database: a change in between then makes the entry outdated, not the answer
  // wrong.
  const std::uint64_t epoch = epoch_.load(std::memory_order_acquire);
  counts_.read.add(1);
  const auto role = co_await find_session_role(store_, account, session, now);
  if (!role) co_return std::unexpected(role.error());
  if (!*role) {
    sessions_.erase(session);
    co_return not_valid();
  }
  const Principal principal{.account = account, .session = session, .role = **role};
  keep(sessions_, session, {principal, {}, epoch, Monotonic::now()});
  co_return principal;
}

Task<Result<Principal>> SessionAuthenticator::look_up_shared(AccountId account, SessionId session,
                                                             Time now) {
  // As in `look_up`: read before any query.
  const std::uint64_t epoch = epoch_.load(std::memory_order_acquire);
  const auto found = co_await shared_->find(account, session);
  const auto role = found.value ? enum_of<http::Role>(*found.value) : std::nullopt;
  if (role) {
    counts_.shared.add(1);
    const Principal principal{.account = account, .session = session, .role = *role};
    keep(sessions_, session, {principal, {}, epoch, found.at});
    co_return principal;
  }
  const auto principal = co_await look_up(account, session, now);
  if (principal) {
    shared_->keep(account, session, found, std::string(name_of(principal->role)));
  }
  co_return principal;
}

Result<SessionAuthenticator::AppCredentials> SessionAuthenticator::read_app_credentials(
    const http::Request& request) {
  const std::string address(request.client_address);
  if (const auto token = http::credentials_of(request, "Bearer")) {
    auto hash = app_password_hash(*token);
    if (!hash) return unknown_token();
    return AppCredentials{*std::move(hash), {}, address};
  }
  const auto sent = request.header("Authorization");
  if (!sent || http::trim(*sent).empty()) return no_credentials();
  const auto basic = http::credentials_of(request, "Basic");
  if (!basic && !http::equal_ignoring_case(http::trim(*sent), "Basic")) return unknown_scheme();
  const auto pair = basic ? read_basic(*basic) : std::nullopt;
  if (!pair) return malformed_basic();
  auto hash = app_password_hash(pair->second);
  if (!hash) return not_an_app_password();
  const auto email = Email::parse(pair->first);
  if (!email) return wrong_app_password(Challenge::basic);
  return AppCredentials{*std::move(hash), account_key(*email), address};
}

Task<Result<Principal>> SessionAuthenticator::authenticate_app(AppCredentials credentials,
                                                               Time now) {
  const Known* cached = fresh(apps_, credentials.hash);
  if (!cached) {
    auto known = co_await look_up_app(credentials, now);
    if (!known) {
      apps_.erase(credentials.hash);
      co_return std::unexpected(std::move(known.error()));
    }
    keep(apps_, credentials.hash, *std::move(known));
    cached = &apps_.at(credentials.hash);
  }
  const bool is_owner = !credentials.account_key ||
                        crypto::equal_constant_time(*credentials.account_key, cached->account_key);
  if (!is_owner) co_return wrong_app_password(Challenge::basic);
  co_return cached->principal;
}

Task<Result<SessionAuthenticator::Known>> SessionAuthenticator::look_up_app(
    const AppCredentials& credentials, Time now) {
  const std::uint64_t epoch = epoch_.load(std::memory_order_acquire);
  counts_.read.add(1);
  auto found = co_await find_app_password(store_, credentials.hash);
  if (!found) co_return std::unexpected(std::move(found.error()));
  if (!*found) {
    co_return wrong_app_password(credentials.account_key ? Challenge::basic
                                                         : Challenge::invalid_token);
  }
  AppCredential& app = **found;
  constexpr std::chrono::microseconds interval = limits::app_password_use_interval;
  if (!app.last_used_at || now.micros - app.last_used_at->micros >= interval.count()) {
    asio::co_spawn(
        co_await asio::this_coro::executor,
        note_use(store_, {app.principal.account, app.id, now, credentials.network_address}),
        asio::detached);
  }
  co_return Known{app.principal, std::move(app.account_key), epoch, Monotonic::now()};
}

}  // namespace kith::accounts
