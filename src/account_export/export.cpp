#include "account_export/export.hpp"

#include <optional>
#include <utility>

#include "account_export/zip.hpp"
#include "accounts/api/handlers.hpp"
#include "accounts/app_passwords.hpp"
#include "accounts/audit.hpp"
#include "accounts/avatar_urls.hpp"
#include "base/limits.hpp"
#include "contacts/api/contact_services.hpp"
#include "http/memory_share.hpp"
#include "http/problem.hpp"
#include "json/write.hpp"

namespace kith::account_export {

using contacts::Slice;
using http::Exchange;

namespace {

constexpr std::string_view readme =
    "Everything that this address book keeps of you.\n\n"
    "account.json        who you are here\n"
    "contacts.json       your contacts\n"
    "trash.json          contacts that you have deleted and that are not gone yet\n"
    "history.json        the changes of your contacts, with the values before each\n"
    "sessions.json       where you are signed in\n"
    "app-passwords.json  the names of the passwords that you made for phones and scripts\n"
    "log.json            what was done to your account, by whom and from where\n"
    "avatar.webp         your picture, if you have given one and it is kept here\n";

std::unexpected<Error> too_large() {
  return refuse(Errc::payload_too_large,
                "Your data is too large for one archive: read /api/v1/contacts page by page.");
}

/// The archive while it grows. The loop reads and writes JSON, a thread compresses. Its memory is
/// taken from the budget of answers; the session takes it over when the archive is whole.
class Archive {
 public:
  Archive(Workers& workers, AccountId owner, Time now) : workers_(workers), zip_(now) {
    share_.set_owner(owner);
  }

  /// Adds to the file that was begun last.
  Task<Result<void>> append(std::string text) {
    const auto size = co_await workers_.run<std::size_t>([this, &text] {
      zip_.append(text);
      return zip_.size();
    });
    if (!size) co_return std::unexpected(size.error());
    if (*size > limits::export_bytes_max) co_return too_large();
    if (!share_.grow_to(zip_.memory_bytes())) co_return std::unexpected(http::too_many_answers());
    co_return Result<void>();
  }

  /// Adds a file.
  Task<Result<void>> add(std::string name, std::string text) {
    zip_.begin(name);
    co_return co_await append(std::move(text));
  }

  /// Adds a JSON array of all items that `next(cursor)` gives, slice by slice.
  template <class T, class Next>
  Task<Result<void>> add_all(std::string name, Next next) {
    zip_.begin(name);
    std::string text = "[";
    for (std::optional<std::string> cursor;;) {
      const Result<Slice<T>> slice = co_await next(cursor);
      if (!slice) co_return std::unexpected(slice.error());
      for (const T& item : slice->items) {
        text += text == "[" ? "\n" : ",\n";
        json::write(text, item);
      }
      cursor = slice->next_cursor;
      if (!cursor) break;
      auto added = co_await append(std::exchange(text, std::string()));
      if (!added) co_return added;
    }
    co_return co_await append(text + "\n]\n");
  }

  Task<Result<std::string>> finish() {
    co_return co_await workers_.run<std::string>([this] {
      std::string archive = zip_.finish();
      archive.shrink_to_fit();  // it is held until it has been sent
      return archive;
    });
  }

 private:
  Workers& workers_;
  ZipWriter zip_;
  http::AnswerShare share_;
};

/// All of what is never much, as a slice.
template <class T>
Result<Slice<T>> whole(Result<std::vector<T>> items) {
  if (!items) return std::unexpected(std::move(items.error()));
  return Slice<T>{*std::move(items), {}};
}

/// Adds the lists of an account, one after the other.
class AccountData {
 public:
  AccountData(ExportServices& services, AccountId account, Time now)
      : services_(services),
        account_(account),
        now_(now),
        archive_(services.workers, account, now) {}

  Task<Result<std::string>> gather() {
    auto added = co_await add_account();
    if (added) added = co_await add_contacts();
    if (added) added = co_await add_trash();
    if (added) added = co_await add_history();
    if (added) added = co_await add_access();
    if (added) added = co_await add_log();
    if (!added) co_return std::unexpected(std::move(added.error()));
    co_return co_await archive_.finish();
  }

 private:
  Task<Result<void>> add_account() {
    const auto account = co_await services_.accounts.accounts.get(account_);
    if (!account) co_return std::unexpected(account.error());
    auto added = co_await archive_.add("README.txt", std::string(readme));
    if (added) added = co_await archive_.add("account.json", json::to_json(*account) + "\n");
    const auto name = accounts::blob_of(account->avatar_url);
    if (!added || !name) co_return added;
    auto picture = co_await services_.blobs.get(*name, now_);
    const bool failed = !picture && picture.error().code != Errc::not_found;
    if (failed) co_return std::unexpected(std::move(picture.error()));
    if (!picture || picture->bytes.empty()) co_return added;  // it is kept elsewhere
    co_return co_await archive_.add("avatar.webp", std::move(picture->bytes));
  }

  Task<Result<void>> add_contacts() {
    return archive_.add_all<contacts::Contact>(
        "contacts.json",
        [this](std::optional<std::string> cursor) -> Task<Result<Slice<contacts::Contact>>> {
          contacts::ListRequest request;
          request.sort = contacts::Sort::created;
          request.cursor = std::move(cursor);
          request.limit = limits::page_size_max;
          co_return co_await services_.contacts.lists.list(account_, request);
        });
  }

  Task<Result<void>> add_trash() {
    return archive_.add_all<contacts::TrashedContact>(
        "trash.json", [this](std::optional<std::string> cursor) {
          return services_.contacts.trash.list(account_,
                                               {std::move(cursor), limits::page_size_max});
        });
  }

  Task<Result<void>> add_history() {
    return archive_.add_all<contacts::KeptChange>(
        "history.json", [this](const std::optional<std::string>& cursor) {
          return history_slice(cursor ? std::stoll(*cursor) : 0);
        });
  }

  /// The cursor is the revision of the last change.
  Task<Result<Slice<contacts::KeptChange>>> history_slice(std::int64_t above) {
    auto slice = whole(co_await services_.contacts.history.changes(account_, above));
    if (slice && !slice->items.empty()) {
      slice->next_cursor = std::to_string(slice->items.back().revision);
    }
    co_return slice;
  }

  Task<Result<void>> add_access() {
    auto added = co_await archive_.add_all<accounts::SessionView>(
        "sessions.json", [this](auto) -> Task<Result<Slice<accounts::SessionView>>> {
          co_return whole(co_await services_.accounts.sessions.list(account_, {}, now_));
        });
    if (!added) co_return added;
    co_return co_await archive_.add_all<accounts::AppPassword>(
        "app-passwords.json", [this](auto) -> Task<Result<Slice<accounts::AppPassword>>> {
          co_return whole(
              co_await accounts::list_app_passwords(services_.accounts.store, account_));
        });
  }

  Task<Result<void>> add_log() {
    return archive_.add_all<accounts::AuditEntry>(
        "log.json",
        [this](std::optional<std::string> cursor) { return log_slice(std::move(cursor)); });
  }

  Task<Result<Slice<accounts::AuditEntry>>> log_slice(std::optional<std::string> cursor) {
    constexpr int limit = limits::page_size_max;
    accounts::AuditFilter filter;
    filter.account = account_;
    filter.limit = limit;
    if (cursor) filter.before = *AuditId::parse(*cursor);
    auto slice = whole(co_await accounts::list_audit(services_.accounts.store, filter));
    if (!slice || slice->items.size() <= limit) co_return slice;
    slice->items.pop_back();
    slice->next_cursor = slice->items.back().id.to_string();
    co_return slice;
  }

  ExportServices& services_;
  AccountId account_;
  Time now_;
  Archive archive_;
};

}  // namespace

Task<Result<std::string>> export_account(ExportServices& services, AccountId account, Time now) {
  AccountData data(services, account, now);
  co_return co_await data.gather();
}

namespace {

/// An archive to keep.
struct Download {
  std::string bytes;
  std::string name;
};

void write_reply(Exchange& exchange, Download& download) {
  http::Response& response = exchange.response;
  response.content_type = "application/zip";
  response.add_header("Content-Disposition", "attachment; filename=\"" + download.name + "\"");
  response.add_header("Cache-Control", "no-store");
  response.body = std::move(download.bytes);
}

}  // namespace

}  // namespace kith::account_export

namespace kith::http {

template <>
struct DescribeReply<account_export::Download> {
  static void to(EndpointDoc& doc) {
    doc.reply_type = "application/zip";
    doc.reply_schema = "{}";
    doc.headers = {"Content-Disposition"};
  }
};

}  // namespace kith::http

namespace kith::account_export {

namespace {

Task<Result<Download>> export_me(ExportServices& services, accounts::AuditContext trace) {
  auto bytes = co_await export_account(services, *trace.actor, trace.at);
  if (!bytes) co_return std::unexpected(std::move(bytes.error()));
  store::Batch batch;
  accounts::append_audit(
      batch, accounts::AuditEntry::make(accounts::Action::exported, *trace.actor, trace));
  const auto written = co_await services.accounts.store.write(*trace.actor, std::move(batch));
  if (!written) co_return std::unexpected(written.error());
  std::string day;
  trace.at.append_to(day);
  day.resize(std::string_view("2026-11-25").size());
  co_return Download{*std::move(bytes), "kith-" + day + ".zip"};
}

}  // namespace

std::vector<http::Route> routes(ExportServices* services) {
  return {{.verb = http::Verb::post,
           .path = "/api/v1/users/me/export",
           .endpoint = http::endpoint<&export_me>(services),
           .access = http::Access::own_account,
           .id = "export_me",
           .summary = "Everything that is kept of you, as a ZIP archive of JSON files",
           .errors = {Errc::payload_too_large, Errc::unavailable},
           .limit = http::LimitClass::export_data}};
}

}  // namespace kith::account_export
