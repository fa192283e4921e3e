#include "contacts/books/routes.hpp"

#include <charconv>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "http/handler.hpp"

namespace kith::contacts {

/// The number of a book in a path.
struct BookNumber {
  std::int64_t value = default_book;
};

}  // namespace kith::contacts

namespace kith::http {

template <>
struct PathValue<contacts::BookNumber> {
  static std::optional<contacts::BookNumber> parse(std::string_view text) {
    std::int64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    const bool is_canonical = error == std::errc() && rest == end && number > 0 &&
                              std::to_string(number).size() == text.size();
    return is_canonical ? std::optional(contacts::BookNumber{number}) : std::nullopt;
  }
  static std::string text() { return "The number of the address book; 1 is the default book."; }
  static constexpr std::string_view schema = R"({"type":"integer","format":"int64","minimum":1})";
};

}  // namespace kith::http

namespace kith::contacts {

using http::Body;
using http::Caller;
using http::Created;
using http::NoContent;
using http::Page;
using http::Patch;
using http::Principal;
using http::Reply;

namespace {

/// The book in the path, with the conditions of the request.
using PathTarget = http::Target<BookNumber, CurrentBook>;

/// Returns the ETag. It also tells the number of contacts, which is part of the answer; a
/// condition on it compares the revision alone.
std::string etag_of(const Book& book) {
  return "\"" + std::to_string(book.revision) + "-b" + std::to_string(book.contacts) + "\"";
}

BookTarget target_of(const PathTarget& target) {
  BookTarget book{target.id.value, {}};
  for (const http::EntityTag& tag : target.conditions.if_match) {
    constexpr std::int64_t other = -1;  // the tag of something else, which matches nothing
    book.seen.push_back(tag.suffix.starts_with('b') ? tag.revision : other);
  }
  return book;
}

Task<Result<Page<Book>>> list_books(Books& books, Principal who) {
  auto all = co_await books.list(who.account);
  if (!all) co_return std::unexpected(std::move(all.error()));
  co_return Page<Book>{*std::move(all), std::nullopt};
}

Task<Result<Created<Book>>> create_book(Books& books, Caller caller, Body<NewBook> body) {
  auto book =
      co_await books.create(caller.who.account, std::move(body.value), caller.ids.repeated());
  if (!book) co_return std::unexpected(std::move(book.error()));
  std::string location = "/api/v1/books/" + std::to_string(book->id);
  std::string etag = etag_of(*book);
  co_return Created<Book>{*std::move(book), std::move(location), std::move(etag)};
}

Task<Result<http::MaybeUnchanged<Book>>> get_book(Books& books, Principal who, PathTarget target) {
  auto book = co_await books.get(who.account, target.id.value);
  if (!book) co_return std::unexpected(std::move(book.error()));
  std::string etag = etag_of(*book);
  if (target.conditions.is_unchanged(etag)) {
    co_return http::MaybeUnchanged<Book>{{}, std::move(etag)};
  }
  co_return http::MaybeUnchanged<Book>{*std::move(book), std::move(etag)};
}

Task<Result<Reply<Book>>> patch_book(Books& books, Principal who, PathTarget target,
                                     Patch<BookFields> patch) {
  const Books::Edit edit = [&](const BookFields& current) { return patch.onto(current); };
  auto book = co_await books.change(who.account, target_of(target), edit);
  if (!book) co_return std::unexpected(std::move(book.error()));
  std::string etag = etag_of(*book);
  co_return Reply<Book>{*std::move(book), std::move(etag)};
}

Task<Result<NoContent>> delete_book(Books& books, Caller caller, PathTarget target) {
  const Origin origin{.actor = caller.who.account, .source = Source::api, .at = caller.now};
  const auto deleted = co_await books.remove(caller.who.account, target_of(target), origin);
  if (!deleted) co_return std::unexpected(deleted.error());
  co_return NoContent{};
}

}  // namespace

std::vector<http::Route> book_routes(Books* books) {
  using http::endpoint;
  using enum http::Verb;
  using enum http::Access;
  return {
      {get, "/api/v1/books", endpoint<&list_books>(books), contacts_read, "list_books",
       "List address books, the default book first"},
      {.verb = post,
       .path = "/api/v1/books",
       .endpoint = endpoint<&create_book>(books),
       .access = books_create,
       .id = "create_book",
       .summary = "Create an address book",
       .errors = {Errc::forbidden, Errc::conflict},
       .idempotent_by_key = true},
      {get, "/api/v1/books/{id}", endpoint<&get_book>(books), contacts_read, "get_book",
       "Get an address book"},
      {.verb = patch,
       .path = "/api/v1/books/{id}",
       .endpoint = endpoint<&patch_book>(books),
       .access = books_change,
       .id = "patch_book",
       .summary = "Change the title, the description or the colour of an address book (JSON merge "
                  "patch)",
       .errors = {Errc::conflict}},
      {.verb = del,
       .path = "/api/v1/books/{id}",
       .endpoint = endpoint<&delete_book>(books),
       .access = books_delete,
       .id = "delete_book",
       .summary = "Delete an address book and move its contacts to the trash. A repeat continues "
                  "a deletion that failed",
       .errors = {Errc::forbidden, Errc::conflict}},
  };
}

}  // namespace kith::contacts
