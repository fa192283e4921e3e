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
#include "contacts/model/label.hpp"
#include "contacts/model/sort.hpp"
#include "contacts/rows/cursor.hpp"
#include "contacts/rows/slice.hpp"
#include "contacts/rows/weigh.hpp"
#include "store/store.hpp"

namespace kith::contacts {

/// Selects and orders the contacts of a list.
struct ListRequest {
  Sort sort = Sort::favorites;
  std::optional<bool> favorite = {};
  std::optional<LabelId> label = {};      ///< only contacts with this label
  std::optional<std::int64_t> book = {};  ///< nullopt: all address books
  std::optional<std::string> cursor = {};
  int limit = limits::page_size_default;
  Weigh weigh = {};  ///< null: contacts are answered as their rows
};

/// Selects the birthdays to list.
struct BirthdayRequest {
  int days = limits::birthday_days_default;  ///< days after today; today is included
  Zone zone = {};                            ///< time zone that determines today
  LeapDay leap_day = LeapDay::feb28;
  std::optional<std::int64_t> book = {};  ///< nullopt: all address books
  std::optional<std::string> cursor = {};
  int limit = limits::page_size_default;
  Weigh weigh = {};  ///< null: contacts are answered as their rows
};

/// A contact and its next birthday.
struct UpcomingBirthday : Contact {
  Date next_birthday;
  int days_left = 0;
  std::optional<int> turns;  ///< age on that day; null if the year is unknown

  static std::string schema_name() { return "UpcomingBirthday"; }
  static constexpr auto fields() {
    return Contact::fields() +
           kith::fields(field("next_birthday", &UpcomingBirthday::next_birthday, {.stored = false}),
                        field("days_left", &UpcomingBirthday::days_left,
                              {.doc = "0 is today.", .stored = false}),
                        field("turns", &UpcomingBirthday::turns,
                              {.doc = "Age on that day; null if the year of birth is unknown.",
                               .stored = false}));
  }
};

/// Lists an account's contacts in pages without gaps or duplicates (keyset pagination): a page
/// begins after the key of the last row of the previous page, so page 200 costs as much as page 1.
/// Pages are also limited in bytes (PageReads), so a page may have fewer items than `limit` and
/// still have a next page. Errors of all operations: `malformed` for a cursor of another list;
/// `unavailable` from the store.
class ContactLists {
 public:
  /// REQUIRES: both arguments outlive this.
  ContactLists(store::Store& store, const CursorCodec& cursors)
      : store_(store), cursors_(cursors) {}

  /// Returns a page of contacts.
  Task<Result<Slice<Contact>>> list(AccountId owner, const ListRequest& request);

  /// Returns a page of upcoming birthdays in the order of their dates.
  Task<Result<Slice<UpcomingBirthday>>> birthdays(AccountId owner, const BirthdayRequest& request,
                                                  Time now);

 private:
  store::Store& store_;
  const CursorCodec& cursors_;
};

}  // namespace kith::contacts
