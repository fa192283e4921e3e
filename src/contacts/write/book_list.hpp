#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "contacts/model/color.hpp"
#include "contacts/write/stored_contact.hpp"
#include "store/store.hpp"

/// The address books of an account as they are stored.
namespace kith::contacts {

/// The limits of an account: address books, with the default book, and their rows. Rows of deleted
/// books are kept until clients that synchronize have learned of the deletion.
inline constexpr int books_max = 50;
inline constexpr std::size_t book_rows_max = 1000;

/// The segment that the URL of the default book has, and its title until it is changed.
inline constexpr std::string_view default_book_name = "default";
inline constexpr std::string_view default_book_title = "Contacts";

/// An address book as it is stored. The default book has no row until it is changed.
struct BookRow {
  std::int64_t number = default_book;
  std::string name{default_book_name};  ///< the last segment of its URL
  std::string title{default_book_title};
  std::optional<std::string> description;
  std::optional<Color> color;
  std::int64_t rev = 0;  ///< of the last change of these; 0: none
  std::optional<Time> deleted_at = {};

  static constexpr auto fields() {
    return kith::fields(field("number", &BookRow::number), field("name", &BookRow::name),
                        field("title", &BookRow::title),
                        field("description", &BookRow::description),
                        field("color", &BookRow::color), field("rev", &BookRow::rev),
                        field("deleted_at", &BookRow::deleted_at));
  }

  bool is_living() const { return !deleted_at; }
};

/// All address books of an account at one moment.
class BookList {
 public:
  /// Errors: `unavailable` from the store.
  static Task<Result<BookList>> read(store::Store& store, AccountId owner);

  /// Returns the book, living or deleted; null: there is none.
  const BookRow* find(std::int64_t number) const;

  /// Returns all rows, in order: the default book first.
  const std::vector<BookRow>& rows() const { return rows_; }

  /// Returns the refusal of one more living book, or nothing. Errors: `forbidden`
  /// (`too-many-books`).
  std::optional<Error> refuse_another() const;

  /// Returns the living book other than `except` that has this URL segment, or this title (ignoring
  /// case and accents); null: there is none.
  const BookRow* holder_of_name(std::string_view name, std::int64_t except) const;
  const BookRow* holder_of_title(std::string_view title, std::int64_t except) const;

  /// Returns a URL segment made of `title` that no book has, or had before it was deleted.
  std::string new_name(std::string_view title) const;

  /// Returns `title`, with a number if another living book than `except` has it.
  std::string free_title(const std::string& title, std::int64_t except) const;

  /// Raised by every change of a book.
  std::int64_t version() const { return version_; }

 private:
  bool has_name(std::string_view name) const;

  std::vector<BookRow> rows_;
  std::int64_t version_ = 0;
};

/// Adds the statements that raise the account's revision and write `row` with it, if the books are
/// still as in `seen`. The handle's rows have the columns `number` and `rev`, or none: the books
/// have changed, or the account was deleted. A taken name refuses the batch (`conflict`). A row
/// with the number 0 gets the next one. REQUIRES: `row` outlives the batch.
store::Batch::Handle add_book_write(store::Batch& batch, AccountId owner, const BookList& seen,
                                    const BookRow& row);

/// Returns the book to restore a contact of `book` to: that book, which comes back if it was
/// deleted, or the default book if it no longer has a row. Errors: `forbidden` (`too-many-books`);
/// `conflict` if other writers keep changing the books; `unavailable` from the store.
Task<Result<std::int64_t>> bring_back_book(store::Store& store, AccountId owner, std::int64_t book);

}  // namespace kith::contacts
