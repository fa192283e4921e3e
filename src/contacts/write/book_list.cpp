#include "contacts/write/book_list.hpp"

#include <algorithm>
#include <utility>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

using store::Query;
using store::values;

namespace {

const Query select_books{"books.list_rows",
                         "select " + store::column_list(BookRow::fields()) +
                             " from books where account_id = $1 order by number"};

/// Returns a URL segment of the letters and digits of `title`.
std::string segment_of(std::string_view title) {
  constexpr std::size_t segment_bytes_max = 40;
  std::string segment;
  for (const char c : fold(title)) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (is_plain) segment.push_back(c);
    if (!is_plain && !segment.empty() && segment.back() != '-') segment.push_back('-');
  }
  segment.resize(std::min(segment.size(), segment_bytes_max));
  while (!segment.empty() && segment.back() == '-') segment.pop_back();
  return segment.empty() ? "book" : segment;
}

}  // namespace

Task<Result<BookList>> BookList::read(store::Store& store, AccountId owner) {
  const auto rows = co_await store.read(select_books, values(owner));
  if (!rows) co_return std::unexpected(rows.error());
  BookList list;
  list.rows_ = store::read_rows<BookRow>(*rows);
  for (const BookRow& each : list.rows_) list.version_ = std::max(list.version_, each.rev);
  if (!list.find(default_book)) list.rows_.insert(list.rows_.begin(), BookRow());
  co_return list;
}

const BookRow* BookList::find(std::int64_t number) const {
  const auto found = std::ranges::find(rows_, number, &BookRow::number);
  return found == rows_.end() ? nullptr : &*found;
}

std::optional<Error> BookList::refuse_another() const {
  if (std::ranges::count_if(rows_, &BookRow::is_living) < books_max) return std::nullopt;
  return Error{.code = Errc::forbidden,
               .detail = "An account can have at most " + std::to_string(books_max) +
                         " address books. Delete one first.",
               .slug = "too-many-books"};
}

const BookRow* BookList::holder_of_name(std::string_view name, std::int64_t except) const {
  for (const BookRow& each : rows_) {
    if (each.number != except && each.is_living() && each.name == name) return &each;
  }
  return nullptr;
}

const BookRow* BookList::holder_of_title(std::string_view title, std::int64_t except) const {
  const std::string key = fold(title);
  for (const BookRow& each : rows_) {
    if (each.number != except && each.is_living() && fold(each.title) == key) return &each;
  }
  return nullptr;
}

bool BookList::has_name(std::string_view name) const {
  return std::ranges::find(rows_, name, &BookRow::name) != rows_.end();
}

std::string BookList::new_name(std::string_view title) const {
  const std::string segment = segment_of(title);
  std::string name = segment;
  for (int suffix = 2; has_name(name); ++suffix) name = segment + "-" + std::to_string(suffix);
  return name;
}

std::string BookList::free_title(const std::string& title, std::int64_t except) const {
  std::string free = title;
  for (int suffix = 2; holder_of_title(free, except); ++suffix) {
    free = title + " (" + std::to_string(suffix) + ")";
  }
  return free;
}

namespace {

// Every change of a book raises the newest revision of the books.
const std::string books_are_as_seen =
    "(select coalesce(max(rev), 0) from books where account_id = $1) = $2";

const Query raise_revision{
    "books.next_revision",
    "update account_rev set rev = rev + 1 where account_id = $1 and " + books_are_as_seen};

const Query put_book{
    "books.put",
    "insert into books (account_id, number, name, title, description, color, deleted_at, rev) "
    "select account_id, coalesce($3, (select coalesce(max(number), 1) + 1 "
    "from books where account_id = $1)), $4, $5, $6, $7, cast($8 as bigint), rev "
    "from account_rev "
    "where account_id = $1 and " +
        books_are_as_seen +
        " on conflict (account_id, number) do update set name = excluded.name, "
        "title = excluded.title, description = excluded.description, color = excluded.color, "
        "deleted_at = excluded.deleted_at, rev = excluded.rev returning number, rev"};

}  // namespace

store::Batch::Handle add_book_write(store::Batch& batch, AccountId owner, const BookList& seen,
                                    const BookRow& row) {
  batch.add(raise_revision, owner, seen.version());
  const auto number = row.number == 0 ? std::nullopt : std::optional(row.number);
  return batch.add(put_book, owner, seen.version(), number, row.name, row.title, row.description,
                   row.color, row.deleted_at);
}

Task<Result<std::int64_t>> bring_back_book(store::Store& store, AccountId owner,
                                           std::int64_t book) {
  for (int attempt = 0; attempt < limits::write_attempts_max; ++attempt) {
    const auto books = co_await BookList::read(store, owner);
    if (!books) co_return std::unexpected(books.error());
    const BookRow* found = books->find(book);
    if (!found) co_return default_book;
    if (found->is_living()) co_return book;
    if (auto full = books->refuse_another()) co_return std::unexpected(*std::move(full));
    BookRow row = *found;
    row.deleted_at.reset();
    if (books->holder_of_name(row.name, book)) row.name = books->new_name(row.title);
    row.title = books->free_title(row.title, book);
    store::Batch batch;
    const auto written = add_book_write(batch, owner, *books, row);
    const auto done = co_await store.write(owner, std::move(batch));
    if (!done && done.error().code != Errc::conflict) co_return std::unexpected(done.error());
    if (done && !(*done)[written].empty()) co_return book;
  }
  co_return refuse(Errc::conflict, "Other requests keep changing the address books. Try again.");
}

}  // namespace kith::contacts
