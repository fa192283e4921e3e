#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "base/zone.hpp"
#include "contacts/contact.hpp"
#include "contacts/cursor.hpp"
#include "store/store.hpp"

namespace kith::contacts {

/// The orders of a list; each has its index.
enum class Sort : std::uint8_t {
  favorites,  ///< favourites first, then by name
  name,
  created,  ///< newest first
  updated,  ///< newest first
};

/// How clients write a Sort.
constexpr std::array<std::string_view, 4> names_of(Sort) {
  return {"favorites", "name", "created", "updated"};
}

/// Which contacts to list and how.
struct ListRequest {
  Sort sort = Sort::favorites;
  std::optional<bool> favorite;
  std::optional<std::string> search;  ///< any substring of names, e-mail or phone
  std::optional<std::string> cursor;
  int limit = limits::page_size_default;
};

/// Whose birthdays to list.
struct BirthdayRequest {
  int days = limits::birthday_days_default;  ///< after today, which is included
  Zone zone;                                 ///< where "today" is
  LeapDay leap_day = LeapDay::feb28;
  std::optional<std::string> cursor;
  int limit = limits::page_size_default;
};

/// A contact and its next birthday.
struct Celebration : Contact {
  Date next_birthday;
  int days_left = 0;
  std::optional<int> turns;  ///< null when the year of birth is not known

  static std::string schema_name() { return "Celebration"; }
  static constexpr auto fields() {
    return Contact::fields() +
           kith::fields(
               field("next_birthday", &Celebration::next_birthday, {.stored = false}),
               field("days_left", &Celebration::days_left, {.doc = "0: today.", .stored = false}),
               field("turns", &Celebration::turns,
                     {.doc = "Null when the year of birth is not known.", .stored = false}));
  }
};

/// Some contacts in order, and where the next ones begin.
template <class T>
struct Slice {
  std::vector<T> items;
  std::optional<std::string> next_cursor;  ///< null when these were the last
};

/// Which part of a list without further choices.
struct SliceRequest {
  std::optional<std::string> cursor;
  int limit = limits::page_size_default;
};

/// The lists of an account's contacts, page by page without gaps or repeats: a page begins behind
/// the key of the last row of the one before, so page 200 costs what page 1 does. Errors of all:
/// `malformed` for a cursor that is not of this list; `unavailable` from the store.
class ContactLists {
 public:
  /// REQUIRES: both outlive this.
  ContactLists(store::Store& store, const CursorCodec& cursors)
      : store_(store), cursors_(cursors) {}

  Task<Result<Slice<Contact>>> list(AccountId owner, const ListRequest& request);

  /// The birthdays of the next days in the order of their dates.
  Task<Result<Slice<Celebration>>> birthdays(AccountId owner, const BirthdayRequest& request,
                                             Time now);

 private:
  store::Store& store_;
  const CursorCodec& cursors_;
};

}  // namespace kith::contacts
