#include "account_export/export.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
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
    "All data that this server stores about you.\n\n"
    "account.json        your account\n"
    "contacts.json       your contacts\n"
    "contacts.vcf        the same as vCards, with everything that phones have stored\n"
    "labels.json         your labels, with their colours\n"
    "trash.json          deleted contacts that can still be restored\n"
    "history.json        the changes of your contacts, with the previous values\n"
    "sessions.json       the devices on which you are signed in\n"
    "app-passwords.json  your app passwords: names and last use, not the passwords\n"
    "log.json            the audit log of your account\n"
    "avatar.webp         your picture, if you uploaded one and it is stored on this server\n";

/// A part of a file's text.
struct Part {
  std::string text;
  std::optional<std::string> next;  ///< the cursor of the next part; nullopt: this is the last
};

/// A file of the archive. `read` returns the part at a cursor, or the first part without a cursor;
/// nullopt when the archive does not have the file.
struct File {
  using Read =
      std::move_only_function<Task<Result<std::optional<Part>>>(std::optional<std::string> cursor)>;

  std::string name;
  Read read;
};

/// Returns a file with a single part.
template <class Get>
File file_of(std::string name, Get get) {
  return {std::move(name), [get = std::move(get)](const auto&) { return get(); }};
}

/// Returns a file with a JSON array of all items that `next(cursor)` returns, slice by slice.
template <class T, class Next>
File list_of(std::string name, Next next) {
  auto read = [next = std::move(next), is_first = true](
                  std::optional<std::string> cursor) mutable -> Task<Result<std::optional<Part>>> {
    Part part;
    if (!cursor) part.text = "[";
    Result<Slice<T>> slice = co_await next(std::move(cursor));
    if (!slice) co_return std::unexpected(std::move(slice.error()));
    for (const T& item : slice->items) {
      part.text += std::exchange(is_first, false) ? "\n" : ",\n";
      json::write(part.text, item);
    }
    part.next = std::move(slice->next_cursor);
    if (!part.next) part.text += "\n]\n";
    co_return part;
  };
  return {std::move(name), std::move(read)};
}

/// Returns a complete short list as a slice.
template <class T>
Result<Slice<T>> whole(Result<std::vector<T>> items) {
  if (!items) return std::unexpected(std::move(items.error()));
  return Slice<T>{*std::move(items), {}};
}

/// The files of an account's archive. REQUIRES: it outlives them.
class AccountData {
 public:
  AccountData(ExportServices& services, AccountId account, Time now)
      : services_(services), account_(account), now_(now) {}

  std::vector<File> files() {
    std::vector<File> files;
    files.push_back(
        file_of("README.txt", [] { return text_of(Result<std::string>(std::string(readme))); }));
    files.push_back(file_of("account.json", [this] { return account(); }));
    files.push_back(file_of("avatar.webp", [this] { return picture(); }));
    files.push_back(list_of<contacts::Contact>(
        "contacts.json",
        [this](std::optional<std::string> cursor) { return contacts_slice(std::move(cursor)); }));
    files.push_back({"contacts.vcf", [this](const std::optional<std::string>& cursor) {
                       return cards(cursor ? *ContactId::parse(*cursor) : ContactId{});
                     }});
    files.push_back(list_of<contacts::Label>("labels.json", [this](auto) { return labels(); }));
    files.push_back(
        list_of<contacts::TrashedContact>("trash.json", [this](std::optional<std::string> cursor) {
          return services_.contacts.trash.list(account_,
                                               {std::move(cursor), limits::page_size_max});
        }));
    files.push_back(list_of<contacts::KeptChange>(
        "history.json", [this](const std::optional<std::string>& cursor) {
          return history_slice(cursor ? std::stoll(*cursor) : 0);
        }));
    files.push_back(list_of<accounts::SessionView>("sessions.json",
                                                   [this](const auto&) { return sessions(); }));
    files.push_back(list_of<accounts::AppPassword>(
        "app-passwords.json", [this](const auto&) { return app_passwords(); }));
    files.push_back(list_of<accounts::AuditEntry>(
        "log.json",
        [this](std::optional<std::string> cursor) { return log_slice(std::move(cursor)); }));
    return files;
  }

 private:
  using Text = Task<Result<std::optional<Part>>>;

  static Text text_of(Result<std::string> text) {
    if (!text) co_return std::unexpected(std::move(text.error()));
    co_return Part{*std::move(text), {}};
  }

  Text account() {
    const auto account = co_await services_.accounts.accounts.get(account_);
    if (!account) co_return std::unexpected(account.error());
    co_return Part{json::to_json(*account) + "\n", {}};
  }

  Text picture() {
    const auto account = co_await services_.accounts.accounts.get(account_);
    if (!account) co_return std::unexpected(account.error());
    const auto name = accounts::blob_of(account->avatar_url);
    if (!name) co_return std::nullopt;
    auto picture = co_await services_.blobs.get(*name, now_);
    const bool failed = !picture && picture.error().code != Errc::not_found;
    if (failed) co_return std::unexpected(std::move(picture.error()));
    if (!picture || picture->bytes.empty()) co_return std::nullopt;  // stored elsewhere
    co_return Part{std::move(picture->bytes), {}};
  }

  Task<Result<Slice<contacts::Label>>> labels() {
    co_return whole(co_await services_.contacts.labels.list(account_, std::nullopt));
  }

  Task<Result<Slice<contacts::Contact>>> contacts_slice(std::optional<std::string> cursor) {
    contacts::ListRequest request;
    request.sort = contacts::Sort::created;
    request.cursor = std::move(cursor);
    request.limit = limits::page_size_max;
    co_return co_await services_.contacts.lists.list(account_, request);
  }

  /// Returns the cards of the next contacts. The cursor is the id of the last contact.
  Text cards(ContactId above) {
    const auto next = co_await services_.contacts.contacts.cards_above(account_, above);
    if (!next) co_return std::unexpected(next.error());
    Part part;
    for (const contacts::StoredContact& contact : *next) {
      part.text += contact.explicit_card ? contact.explicit_card->bytes()
                                         : contacts::generate(contact, contact.id.to_string());
      if (!part.text.ends_with('\n')) part.text += "\r\n";
      part.next = contact.id.to_string();
    }
    co_return part;
  }

  /// Returns the next slice of the history. The cursor is the revision of the last change.
  Task<Result<Slice<contacts::KeptChange>>> history_slice(std::int64_t above) {
    auto slice = whole(co_await services_.contacts.history.changes(account_, above));
    if (slice && !slice->items.empty()) {
      slice->next_cursor = std::to_string(slice->items.back().revision);
    }
    co_return slice;
  }

  Task<Result<Slice<accounts::SessionView>>> sessions() {
    co_return whole(co_await services_.accounts.sessions.list(account_, {}, now_));
  }

  Task<Result<Slice<accounts::AppPassword>>> app_passwords() {
    co_return whole(co_await accounts::list_app_passwords(services_.accounts.store, account_));
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
};

/// The archive while it is sent, in constant memory: each piece is made when the client has read
/// the previous one. The loop reads and writes JSON; a thread compresses.
class Archive {
 public:
  Archive(ExportServices& services, AccountId owner, Time now)
      : workers_(services.workers), zip_(now), data_(services, owner, now), files_(data_.files()) {
    share_.set_owner(owner);
  }

  /// Takes its memory from the budget of large responses. Returns false when the budget is
  /// exhausted.
  bool reserve() { return share_.grow_to(limits::export_memory_bytes); }

  /// Makes the next piece, as `http::NextPiece`.
  Task<Result<bool>> next(std::string& piece) {
    while (zip_.size() < limits::stream_piece_bytes && !is_finished_) {
      auto read = co_await read_on();
      if (!read) co_return std::unexpected(std::move(read.error()));
      const auto compressed = co_await workers_.run<bool>([this] {
        compress();
        return true;
      });
      if (!compressed) co_return std::unexpected(compressed.error());
    }
    zip_.take(piece);
    co_return !is_finished_;
  }

 private:
  /// Reads the next text to compress, if there is more.
  Task<Result<void>> read_on() {
    while (rest_.empty() && file_ < files_.size()) {
      const bool is_begun = cursor_.has_value();
      auto part = co_await files_[file_].read(std::exchange(cursor_, std::nullopt));
      if (!part) co_return std::unexpected(std::move(part.error()));
      if (*part) {
        if (!is_begun) zip_.begin(files_[file_].name);
        text_ = std::move((*part)->text);
        rest_ = text_;
        cursor_ = std::move((*part)->next);
      }
      if (!cursor_) ++file_;
    }
    co_return Result<void>();
  }

  /// Compresses at most one piece. REQUIRES: a thread that may block.
  void compress() {
    constexpr std::size_t step = 16 * 1024;
    while (!rest_.empty() && zip_.size() < limits::stream_piece_bytes) {
      zip_.append(rest_.substr(0, step));
      rest_.remove_prefix(std::min(step, rest_.size()));
    }
    is_finished_ = rest_.empty() && file_ == files_.size();
    if (is_finished_) zip_.finish();
  }

  http::AnswerShare share_;
  Workers& workers_;
  ZipWriter zip_;
  AccountData data_;
  std::vector<File> files_;
  std::size_t file_ = 0;               ///< index of the current file
  std::optional<std::string> cursor_;  ///< in the current file; nullopt: at its beginning
  std::string text_;
  std::string_view rest_;  ///< the part of `text_` that is not compressed yet
  bool is_finished_ = false;
};

/// An archive for the client to save.
struct Download {
  std::string name;
  http::NextPiece next;
};

void write_reply(Exchange& exchange, Download& download) {
  exchange.response.add_header("Content-Disposition",
                               "attachment; filename=\"" + download.name + "\"");
  exchange.response.add_header("Cache-Control", "no-store");
  http::Streamed streamed{"application/zip", std::move(download.next)};
  write_reply(exchange, streamed);
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

/// Logs the export before it begins, because a stream that has begun cannot be taken back.
Task<Result<Download>> export_me(ExportServices& services, accounts::AuditContext trace) {
  auto archive = std::make_unique<Archive>(services, *trace.actor, trace.at);
  if (!archive->reserve()) co_return std::unexpected(http::too_many_answers());
  store::Batch batch;
  accounts::append_audit(
      batch, accounts::AuditEntry::make(accounts::Action::exported, *trace.actor, trace));
  const auto written = co_await services.accounts.store.write(*trace.actor, std::move(batch));
  if (!written) co_return std::unexpected(written.error());
  std::string day;
  trace.at.append_to(day);
  day.resize(std::string_view("2026-11-25").size());
  co_return Download{"kith-" + day + ".zip", [archive = std::move(archive)](std::string& piece) {
                       return archive->next(piece);
                     }};
}

}  // namespace

std::vector<http::Route> routes(ExportServices* services) {
  return {{.verb = http::Verb::post,
           .path = "/api/v1/users/me/export",
           .endpoint = http::endpoint<&export_me>(services),
           .access = http::Access::own_account,
           .id = "export_me",
           .summary = "Export all data of your account as a ZIP archive of JSON files",
           .errors = {Errc::unavailable},
           .limit = http::LimitClass::export_data}};
}

}  // namespace kith::account_export
