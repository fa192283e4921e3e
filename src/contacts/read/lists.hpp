#pragma once

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
#include "contacts/model/contact.hpp"
#include "contacts/model/sort.hpp"
#include "contacts/rows/cursor.hpp"
#include "contacts/rows/slice.hpp"
#include "store/store.hpp"

namespace kith::contacts {

/// Which contacts to list and how.
struct ListRequest {
  Sort sort = Sort::favorites;
  std::optional<bool> favorite;
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
struct UpcomingBirthday : Contact {
  Date next_birthday;
  int days_left = 0;
  std::optional<int> turns;  ///< null when the year of birth is not known

  static std::string schema_name() { return "UpcomingBirthday"; }
  static constexpr auto fields() {
    return Contact::fields() +
           kith::fields(
               field("next_birthday", &UpcomingBirthday::next_birthday, {.stored = false}),
               field("days_left", &UpcomingBirthday::days_left,
                     {.doc = "0: today.", .stored = false}),
               field("turns", &UpcomingBirthday::turns,
                     {.doc = "Null when the year of birth is not known.", .stored = false}));
  }
};

/// The lists of an account's contacts, page by page without gaps or repeats: a page begins behind
/// the key of the last row of the one before, so page 200 costs what page 1 does. Pages are bounded
/// in bytes too (PageReads), so one may have fewer items than asked for and still have a next.
/// Errors of all:
/// `malformed` for a cursor that is not of this list; `unavailable` from the store.
class ContactLists {
 public:
  /// REQUIRES: both outlive this.
  ContactLists(store::Store& store, const CursorCodec& cursors)
      : store_(store), cursors_(cursors) {}

  Task<Result<Slice<Contact>>> list(AccountId owner, const ListRequest& request);

  /// The birthdays of the next days in the order of their dates.
  Task<Result<Slice<UpcomingBirthday>>> birthdays(AccountId owner, const BirthdayRequest& request,
                                                  Time now);

 private:
  store::Store& store_;
  const CursorCodec& cursors_;
};

}  // namespace kith::contacts
