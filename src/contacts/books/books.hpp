#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/fields.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "contacts/model/color.hpp"
#include "contacts/write/book_list.hpp"
#include "contacts/write/contacts.hpp"
#include "store/store.hpp"

/// Address books: the default book, which every account has, and those that its owner adds.
namespace kith::contacts {

/// The properties of a book that clients can change.
struct BookFields {
  static constexpr int title_chars_max = 200;
  static constexpr int description_chars_max = 1000;

  std::string title;
  std::optional<std::string> description;
  std::optional<Color> color;

  static std::string schema_name() { return "BookFields"; }
  static constexpr auto fields() {
    return kith::fields(
        field("title", &BookFields::title,
              {.doc = "No two books of an account have the same title, ignoring case and accents.",
               .example = "Work",
               .chars_min = 1,
               .chars_max = title_chars_max,
               .required = true,
               .without_hidden = true}),
        field("description", &BookFields::description,
              {.chars_max = description_chars_max, .multiline = true}),
        field("color", &BookFields::color,
              {.doc = "`#RRGGBB`. CardDAV clients may show it.", .example = "#1A73E8"}));
  }

  bool operator==(const BookFields&) const = default;
};

/// The properties of a new book.
struct NewBook : BookFields {
  static constexpr int name_chars_max = 100;

  std::optional<std::string> name;  ///< nullopt: made of the title

  static std::string schema_name() { return "NewBook"; }
  static constexpr auto fields() {
    return BookFields::fields() +
           kith::fields(field("name", &NewBook::name,
                              {.doc = "Last segment of the URL: letters `a` to `z`, digits, `-` "
                                      "and `_`. If absent, it is made of the title.",
                               .example = "work",
                               .chars_min = 1,
                               .chars_max = name_chars_max}));
  }

  /// Rejects names with other characters.
  std::vector<FieldError> check(Time now) const;
};

/// An address book.
struct Book : BookFields {
  std::int64_t id = default_book;
  std::string name;
  std::string url;            ///< path of the CardDAV collection
  std::int64_t contacts = 0;  ///< without those in the trash
  std::int64_t revision = 0;  ///< of the last change of its properties; 0: none

  static std::string schema_name() { return "Book"; }
  static constexpr auto fields() {
    return kith::fields(field("id", &Book::id, {.doc = "1 is the default book."})) +
           BookFields::fields() +
           kith::fields(
               field("name", &Book::name, {.doc = "Last segment of the URL; does not change."}),
               field("url", &Book::url, {.doc = "Path of the CardDAV collection."}),
               field("contacts", &Book::contacts,
                     {.doc = "Number of contacts, without those in the trash."}),
               field("revision", &Book::revision,
                     {.doc = "Account revision of the last change of these properties; 0 if there "
                             "was none. The ETag begins with it."}));
  }
};

/// The members of a problem that refuses a request for its conditions.
struct CurrentBook {
  std::optional<Book> current;

  static std::string schema_name() { return "CurrentBook"; }
  static constexpr auto fields() { return kith::fields(field("current", &CurrentBook::current)); }
};

/// A book in a request, with the revisions that the client accepts; empty: any.
struct BookTarget {
  std::int64_t number = default_book;
  std::vector<std::int64_t> seen = {};
};

/// Changes and lists the books of all accounts. Errors of all operations: `not_found` for a book
/// that does not exist, was deleted or belongs to another account; `unavailable` from the store.
class Books {
 public:
  /// REQUIRES: both outlive this.
  Books(store::Store& store, Contacts& contacts) : store_(store), contacts_(contacts) {}

  /// Returns the books of an account, the default book first, then the oldest.
  Task<Result<std::vector<Book>>> list(AccountId owner);

  Task<Result<Book>> get(AccountId owner, std::int64_t number);

  /// Creates a book. `repeated`: an earlier attempt of the request may have created it; then a book
  /// with the same properties is the result. Errors also: `conflict` (`title-taken`, `name-taken`)
  /// with the id of the other book; `forbidden` (`too-many-books`); `disk_full`.
  Task<Result<Book>> create(AccountId owner, NewBook book, bool repeated = false);

  /// Computes the properties of a book from its current ones. May be called again when another
  /// change came first.
  using Edit = std::function<Result<BookFields>(const BookFields& current)>;

  /// Changes the properties of a book. An edit that changes nothing writes nothing. Errors also:
  /// `precondition_failed`, with the current book, if its revision is not in `target.seen`;
  /// `conflict` (`title-taken`); `disk_full`; those of `edit`.
  Task<Result<Book>> change(AccountId owner, const BookTarget& target, const Edit& edit);

  /// Moves the contacts of a book to the trash, in pieces and in one change group, and deletes the
  /// book. If it fails half-way, the book exists with the rest of its contacts, and a repeat
  /// continues in the same change group. An undo restores the contacts, which brings the book back.
  /// Errors also: `forbidden` (`default-book`); `precondition_failed` as of `change`; `conflict` if
  /// other requests keep adding contacts; `disk_full`.
  Task<Result<void>> remove(AccountId owner, const BookTarget& target, Origin origin);

 private:
  /// Returns a living book. Errors: `not_found`.
  Task<Result<BookRow>> row_of(AccountId owner, std::int64_t number);

  /// Returns a book as it is shown.
  Task<Result<Book>> shown(AccountId owner, BookRow row);

  /// Returns the refusal of a request for another revision than that of `row`, or nothing.
  Task<Result<void>> check_seen(AccountId owner, const BookTarget& target, const BookRow& row);

  /// Marks a book without contacts as deleted. Returns whether it is gone.
  Task<Result<bool>> mark_deleted(AccountId owner, std::int64_t number, Time now);

  store::Store& store_;
  Contacts& contacts_;
};

/// Deletes the rows of books that were deleted before `before`, with their labels, unless a contact
/// in the trash could bring them back. Returns their number. Errors: `unavailable` from the store.
Task<Result<int>> purge_books(store::Store& store, Time before);

}  // namespace kith::contacts
