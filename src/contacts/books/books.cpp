#include "contacts/books/books.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/limits.hpp"
#include "crypto/digest.hpp"
#include "json/write.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

using store::Lane;
using store::Query;
using store::values;

std::vector<FieldError> NewBook::check(Time) const {
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  if (!name || std::ranges::all_of(*name, is_allowed)) return {};
  return {{"name", "must have only the letters a to z, digits, - and _"}};
}

namespace {

// Every contact has a positive `card_rev`: without the condition on it, SQLite would read all
// contacts of the account instead of those that the index `contacts_book` has of the book.
const std::string in_book =
    " from contacts where account_id = $1 and book = $2 and card_rev > 0 and deleted_at is null";

const Query count_contacts{"books.count_contacts", "select count(*) as contacts" + in_book};
const Query count_all_contacts{"books.count_all_contacts",
                               "select book, count(*) as contacts from contacts "
                               "where account_id = $1 and book > $2 and deleted_at is null "
                               "group by book"};
const Query select_account{"books.account", "select rev from account_rev where account_id = $1"};

std::unexpected<Error> no_such_book() {
  return refuse(Errc::not_found, "The address book does not exist.");
}

std::unexpected<Error> outrun() {
  return refuse(Errc::conflict, "Other requests keep changing the address books. Try again.");
}

/// Returns the path of a book's collection.
std::string url_of(AccountId owner, std::string_view name) {
  std::string account = owner.to_string();
  std::erase(account, '-');
  return "/dav/books/" + account + "/" + std::string(name) + "/";
}

Book book_of(AccountId owner, BookRow row, std::int64_t contacts) {
  Book book;
  book.title = std::move(row.title);
  book.description = std::move(row.description);
  book.color = std::move(row.color);
  book.id = row.number;
  book.url = url_of(owner, row.name);
  book.name = std::move(row.name);
  book.contacts = contacts;
  book.revision = row.rev;
  return book;
}

Error taken(std::string_view slug, std::string detail, const BookRow& holder) {
  return {.code = Errc::conflict,
          .detail = std::move(detail),
          .slug = slug,
          .members = "\"id\":" + std::to_string(holder.number)};
}

/// Returns the refusal of the title of `row`, or nothing.
std::optional<Error> refuse_title(const BookList& books, const BookRow& row) {
  const BookRow* holder = books.holder_of_title(row.title, row.number);
  if (!holder) return std::nullopt;
  return taken("title-taken", "Another address book has this title.", *holder);
}

}  // namespace

Task<Result<std::vector<Book>>> Books::list(AccountId owner) {
  auto books = co_await BookList::read(store_, owner);
  if (!books) co_return std::unexpected(std::move(books.error()));
  const auto counts =
      co_await store_.read(count_all_contacts, values(owner, 0), Lane::scan);  // from book 1 on
  if (!counts) co_return std::unexpected(counts.error());
  const auto count_of = [&](std::int64_t number) -> std::int64_t {
    for (std::size_t row = 0; row < counts->size(); ++row) {
      if (store::read_column<std::int64_t>(*counts, "book", row) != number) continue;
      return store::read_column<std::int64_t>(*counts, "contacts", row);
    }
    return 0;
  };
  std::vector<Book> all;
  for (const BookRow& row : books->rows()) {
    if (row.is_living()) all.push_back(book_of(owner, row, count_of(row.number)));
  }
  co_return all;
}

Task<Result<BookRow>> Books::row_of(AccountId owner, std::int64_t number) {
  const auto books = co_await BookList::read(store_, owner);
  if (!books) co_return std::unexpected(books.error());
  const BookRow* row = books->find(number);
  if (!row || !row->is_living()) co_return no_such_book();
  co_return *row;
}

Task<Result<Book>> Books::shown(AccountId owner, BookRow row) {
  const auto counted = co_await store_.read(count_contacts, values(owner, row.number), Lane::scan);
  if (!counted) co_return std::unexpected(counted.error());
  const auto contacts = store::read_column<std::int64_t>(*counted, "contacts");
  co_return book_of(owner, std::move(row), contacts);
}

Task<Result<Book>> Books::get(AccountId owner, std::int64_t number) {
  auto row = co_await row_of(owner, number);
  if (!row) co_return std::unexpected(std::move(row.error()));
  co_return co_await shown(owner, *std::move(row));
}

Task<Result<void>> Books::check_seen(AccountId owner, const BookTarget& target,
                                     const BookRow& row) {
  const auto& seen = target.seen;
  if (seen.empty() || std::ranges::find(seen, row.rev) != seen.end()) co_return Result<void>();
  auto current = co_await shown(owner, row);
  if (!current) co_return std::unexpected(std::move(current.error()));
  const std::string members = json::to_json(CurrentBook{*std::move(current)});
  co_return std::unexpected(
      Error{.code = Errc::precondition_failed,
            .detail = "The address book has changed since you read it. Reload it and try again.",
            .members = members.substr(1, members.size() - 2)});
}

namespace {

/// Writes `row`, and sets its number and revision. Returns false if the books have changed since
/// `seen` was read. Errors: `unauthenticated` if the account was deleted; those of the store.
Task<Result<bool>> write_row(store::Store& store, AccountId owner, const BookList& seen,
                             BookRow& row) {
  store::Batch batch;
  const auto written = add_book_write(batch, owner, seen, row);
  const auto done = co_await store.write(owner, std::move(batch));
  if (!done && done.error().code == Errc::conflict) co_return false;  // the name was taken
  if (!done) co_return std::unexpected(done.error());
  const store::Rows& rows = (*done)[written];
  if (!rows.empty()) {
    row.number = store::read_column<std::int64_t>(rows, "number");
    row.rev = store::read_column<std::int64_t>(rows, "rev");
    co_return true;
  }
  const auto account = co_await store.read(select_account, values(owner));
  if (!account) co_return std::unexpected(account.error());
  if (account->empty()) co_return account_is_gone();
  co_return false;
}

bool has_properties(const BookRow& row, const NewBook& book) {
  return row.title == book.title && row.description == book.description &&
         row.color == book.color && row.name == book.name.value_or(row.name);
}

/// Returns the refusal of a new book, or nothing. Sets its name if it has none.
std::optional<Error> prepare_new(const BookList& books, BookRow& row) {
  if (auto error = refuse_title(books, row)) return error;
  if (const BookRow* holder = books.holder_of_name(row.name, row.number)) {
    return taken("name-taken", "Another address book has this name in its URL.", *holder);
  }
  if (auto error = books.refuse_another()) return error;
  if (books.rows().size() < book_rows_max) {
    if (row.name.empty()) row.name = books.new_name(row.title);
    return std::nullopt;
  }
  return Error{.code = Errc::forbidden,
               .detail = "Too many address books were deleted lately. Try again in some weeks.",
               .slug = "too-many-books"};
}

}  // namespace

Task<Result<Book>> Books::create(AccountId owner, NewBook book, bool repeated) {
  for (int attempt = 0; attempt < limits::write_attempts_max; ++attempt) {
    const auto books = co_await BookList::read(store_, owner);
    if (!books) co_return std::unexpected(books.error());
    const BookRow* same = repeated ? books->holder_of_title(book.title, 0) : nullptr;
    if (same && has_properties(*same, book)) co_return co_await shown(owner, *same);
    BookRow row{.number = 0,
                .name = book.name.value_or(""),
                .title = book.title,
                .description = book.description,
                .color = book.color};
    if (auto error = prepare_new(*books, row)) co_return std::unexpected(*std::move(error));
    const auto written = co_await write_row(store_, owner, *books, row);
    if (!written) co_return std::unexpected(written.error());
    if (*written) co_return book_of(owner, std::move(row), 0);
  }
  co_return outrun();
}

Task<Result<Book>> Books::change(AccountId owner, const BookTarget& target, const Edit& edit) {
  for (int attempt = 0; attempt < limits::write_attempts_max; ++attempt) {
    const auto books = co_await BookList::read(store_, owner);
    if (!books) co_return std::unexpected(books.error());
    const BookRow* found = books->find(target.number);
    if (!found || !found->is_living()) co_return no_such_book();
    const auto expected = co_await check_seen(owner, target, *found);
    if (!expected) co_return std::unexpected(expected.error());
    const BookFields before{found->title, found->description, found->color};
    const auto after = edit(before);
    if (!after) co_return std::unexpected(after.error());
    if (*after == before) co_return co_await shown(owner, *found);
    BookRow row = *found;
    row.title = after->title;
    row.description = after->description;
    row.color = after->color;
    if (auto error = refuse_title(*books, row)) co_return std::unexpected(*std::move(error));
    const auto written = co_await write_row(store_, owner, *books, row);
    if (!written) co_return std::unexpected(written.error());
    if (*written) co_return co_await shown(owner, std::move(row));
  }
  co_return outrun();
}

namespace {

// In the order of the index. What was moved to the trash is no longer in it.
const Query select_contacts{"books.contacts",
                            "select id" + in_book + " order by card_rev, id limit $3"};

const std::string is_empty = " and not exists (select 1" + in_book + ")";
const Query raise_revision{"books.next_revision_if_empty",
                           "update account_rev set rev = rev + 1 where account_id = $1 and exists "
                           "(select 1 from books where account_id = $1 and number = $2 "
                           "and deleted_at is null)" +
                               is_empty};
const Query delete_book_row{"books.delete",
                            "update books set deleted_at = $3, rev = (select rev from account_rev "
                            "where account_id = $1) where account_id = $1 and number = $2 "
                            "and deleted_at is null" +
                                is_empty + " returning number"};

/// Returns the change group of the deletion of a book: the same for every attempt.
Uuid deletion_of(AccountId owner, const BookRow& book) {
  const std::string hash =
      crypto::sha256("delete book " + owner.to_string() + ' ' + std::to_string(book.number) + ' ' +
                     std::to_string(book.rev));
  Uuid id;
  hash.copy(reinterpret_cast<char*>(id.data.data()), id.data.size());
  return id;
}

std::vector<Operation> deletions_of(const store::Rows& rows) {
  std::vector<Operation> operations;
  operations.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    operations.push_back(
        {.kind = ChangeKind::deleted, .id = store::read_column<ContactId>(rows, "id", row)});
  }
  return operations;
}

}  // namespace

Task<Result<bool>> Books::mark_deleted(AccountId owner, std::int64_t number, Time now) {
  store::Batch batch;
  batch.add(raise_revision, owner, number);
  const auto deleted = batch.add(delete_book_row, owner, number, now);
  const auto written = co_await store_.write(owner, std::move(batch));
  if (!written) co_return std::unexpected(written.error());
  if (!(*written)[deleted].empty()) co_return true;
  const auto row = co_await row_of(owner, number);
  if (row) co_return false;
  if (row.error().code == Errc::not_found) co_return true;  // another request was faster
  co_return std::unexpected(row.error());
}

Task<Result<void>> Books::remove(AccountId owner, const BookTarget& target, Origin origin) {
  if (target.number == default_book) {
    co_return std::unexpected(Error{.code = Errc::forbidden,
                                    .detail = "The default address book cannot be deleted.",
                                    .slug = "default-book"});
  }
  const auto book = co_await row_of(owner, target.number);
  if (!book) co_return std::unexpected(book.error());
  const auto expected = co_await check_seen(owner, target, *book);
  if (!expected) co_return expected;
  origin = as_change_group(origin, deletion_of(owner, *book));
  for (int futile = 0; futile < limits::write_attempts_max;) {
    const auto rows = co_await store_.read(
        select_contacts, values(owner, target.number, limits::change_piece_contacts));
    if (!rows) co_return std::unexpected(rows.error());
    origin.at = std::max(origin.at, Clock().now());
    int deleted = 0;
    for (auto& each : co_await contacts_.apply_all(owner, deletions_of(*rows), origin)) {
      if (!each && !concerns_one_contact(each.error().code)) {
        co_return std::unexpected(std::move(each.error()));
      }
      deleted += each ? 1 : 0;
    }
    futile += deleted == 0 ? 1 : 0;
    if (rows->empty()) {
      const auto is_gone = co_await mark_deleted(owner, target.number, origin.at);
      if (!is_gone) co_return std::unexpected(is_gone.error());
      if (*is_gone) co_return Result<void>();
    }
    // Lets other work run on this loop between two pieces.
    co_await boost::asio::post(co_await boost::asio::this_coro::executor,
                               boost::asio::use_awaitable);
  }
  co_return outrun();
}

namespace {

const Query select_deleted{"books.deleted",
                           "select account_id, number from books "
                           "where (account_id, number) > ($1, $2) and deleted_at < $3 "
                           "order by account_id, number limit $4"};
const Query select_trashed{"books.trashed",
                           "select id from contacts where account_id = $1 and book = $2 "
                           "and deleted_at is not null limit 1"};

const std::string is_old =
    " and exists (select 1 from books where account_id = $1 and number = $2 and deleted_at < $3)";
const Query delete_labels{"books.delete_labels",
                          "delete from labels where account_id = $1 and book = $2" + is_old};
const Query delete_props{"books.delete_props",
                         "delete from book_props where account_id = $1 and book = $2" + is_old};
const Query delete_row{"books.delete_row",
                       "delete from books where account_id = $1 and number = $2 "
                       "and deleted_at < $3 returning number"};

/// Deletes a book unless the trash has a contact of it.
Task<Result<bool>> purge_book(store::Store& store, AccountId owner, std::int64_t number,
                              Time before) {
  const auto trashed = co_await store.read(select_trashed, values(owner, number), Lane::scan);
  if (!trashed) co_return std::unexpected(trashed.error());
  if (!trashed->empty()) co_return false;
  store::Batch batch;
  batch.add(delete_labels, owner, number, before);
  batch.add(delete_props, owner, number, before);
  const auto deleted = batch.add(delete_row, owner, number, before);
  const auto written = co_await store.write(owner, std::move(batch));
  if (!written) co_return std::unexpected(written.error());
  co_return !(*written)[deleted].empty();
}

}  // namespace

Task<Result<int>> purge_books(store::Store& store, Time before) {
  AccountId owner;
  std::int64_t number = 0;
  for (int purged = 0;;) {
    const auto rows = co_await store.read(
        select_deleted, values(owner, number, before, limits::purge_rows_max), Lane::scan);
    if (!rows) co_return std::unexpected(rows.error());
    if (rows->empty()) co_return purged;
    for (std::size_t row = 0; row < rows->size(); ++row) {
      owner = store::read_column<AccountId>(*rows, "account_id", row);
      number = store::read_column<std::int64_t>(*rows, "number", row);
      const auto done = co_await purge_book(store, owner, number, before);
      if (!done) co_return std::unexpected(done.error());
      purged += *done ? 1 : 0;
    }
  }
}

}  // namespace kith::contacts
