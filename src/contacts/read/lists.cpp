#include "contacts/read/lists.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <memory>
#include <utility>

#include "base/limits.hpp"
#include "contacts/rows/contact_rows.hpp"
#include "store/page_rows.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

using store::Lane;
using store::Query;
using store::Values;

namespace {

/// The key columns of an order: at most a number, then at most bytes, then the id.
struct Order {
  std::string_view number;  ///< a column, or none
  std::string_view bytes;   ///< a column, or none
  bool descending = false;
};

/// By Sort.
constexpr std::array<Order, 4> orders{{{"not_favorite", "sort_key", false},
                                       {"", "sort_key", false},
                                       {"created_at", "", true},
                                       {"rev", "", true}}};

const Order& order_of(Sort sort) { return orders[static_cast<std::size_t>(sort)]; }

/// `not_favorite, sort_key, id`, each before `suffix`.
std::string key_columns(const Order& order, std::string_view suffix = {}) {
  std::string out;
  for (const std::string_view column : {order.number, order.bytes, std::string_view("id")}) {
    if (column.empty()) continue;
    out.append(out.empty() ? "" : ", ").append(column).append(suffix);
  }
  return out;
}

/// `(sort_key, id) > ($2, $3)`; `next` is the number of the next free parameter.
std::string behind_position(const Order& order, int& next) {
  std::string parameters;
  for (const bool used : {!order.number.empty(), !order.bytes.empty(), true}) {
    if (used) parameters.append(parameters.empty() ? "$" : ", $") += std::to_string(next++);
  }
  return "(" + key_columns(order) + (order.descending ? ") < (" : ") > (") + parameters + ")";
}

/// Of `not_favorite`, from and to.
std::string favorite_bounds(int& next) {
  const int first = next;
  next += 2;
  return " between $" + std::to_string(first) + " and $" + std::to_string(first + 1);
}

/// The filter on favourites bounds the index where the order has it, and is a condition elsewhere.
std::string favorite_filter(int& next) {
  const int first = next;
  next += 2;
  // The position is the lower bound of an index that has the column: SQLite takes one for it, and
  // with the plus it takes the position, which leads to the page and not to the list's beginning.
  return " and +not_favorite >= $" + std::to_string(first) + " and not_favorite <= $" +
         std::to_string(first + 1);
}

std::string order_by(const Order& order) {
  return " order by " + key_columns(order, order.descending ? " desc" : "");
}

std::string limit(int& next) { return " limit $" + std::to_string(next++); }

std::string page_text(const Order& order, int& next) {
  next = 2;
  return "select " + contact_columns() + ", not_favorite, sort_key from contacts" +
         " where account_id = $1 and deleted_at is null and " + behind_position(order, next);
}

/// Pages through the order's index.
std::string list_text(const Order& order) {
  int next = 0;
  const std::string text = page_text(order, next) + favorite_filter(next);
  return text + order_by(order) + limit(next);
}

/// Merges the two halves of the index of names; the filter leaves out a half without a look at it.
std::string list_by_name_text(const Order& order) {
  int next = 0;
  const std::string page = page_text(order, next);
  const std::string bounds = favorite_bounds(next);
  return page + " and not_favorite = 0 and 0" + bounds + " union all " + page +
         " and not_favorite = 1 and 1" + bounds + order_by(order) + limit(next);
}

/// The same for PostgreSQL, which merges only what is in order and has an end.
std::string list_by_name_in_halves(const Order& order) {
  int next = 0;
  const std::string page = page_text(order, next);
  const std::string bounds = favorite_bounds(next);
  const std::string end = order_by(order) + limit(next);
  const auto half = [&](const std::string& number) {
    return "select * from (" + page + " and not_favorite = " + number + " and " + number + bounds +
           end + ") half_" + number;
  };
  return half("0") + " union all " + half("1") + end;
}

const Query list_queries[] = {
    {"contacts.list_favorites", list_text(orders[0])},
    {"contacts.list_name", list_by_name_text(orders[1]), list_by_name_in_halves(orders[1])},
    {"contacts.list_created", list_text(orders[2])},
    {"contacts.list_updated", list_text(orders[3])}};

/// In front of every contact that the request is for: with the others than the favourites, behind
/// those.
Position begin_of(const Order& order, const std::optional<bool>& favorite) {
  Position position;
  position.number = order.descending    ? std::numeric_limits<std::int64_t>::max()
                    : favorite == false ? 1
                                        : -1;
  if (order.descending) position.id.uuid.data.fill(0xFF);
  return position;
}

Position end_of(const store::Rows& rows, const Order& order) {
  const std::size_t last = rows.size() - 1;
  Position position;
  position.id = store::read_column<ContactId>(rows, "id", last);
  if (!order.number.empty()) {
    position.number = store::read_column<std::int64_t>(rows, order.number, last);
  }
  if (!order.bytes.empty()) {
    position.key = store::read_column<std::string>(rows, order.bytes, last);
  }
  return position;
}

void append_position(Values& out, const Order& order, const Position& position) {
  if (!order.number.empty()) out.push_back(store::to_value(position.number));
  if (!order.bytes.empty()) out.push_back(store::Bytes{position.key});
  out.push_back(store::to_value(position.id));
}

void append_favorite_filter(Values& out, const std::optional<bool>& favorite) {
  out.push_back(store::to_value(favorite == false ? 1 : 0));
  out.push_back(store::to_value(favorite == true ? 0 : 1));
}

/// Everything but the position that chooses the contacts of a list.
std::string question_of(const ListRequest& request) {
  std::string question = "list ";
  question.append(name_of(request.sort)).append(" ");
  question += request.favorite ? (*request.favorite ? "true" : "false") : "any";
  return question;
}

/// Whether the order's index bounds what is read; otherwise the whole account may be passed by.
bool is_bounded(const ListRequest& request) {
  return !request.favorite || request.sort == Sort::favorites;
}

}  // namespace

Task<Result<Slice<Contact>>> ContactLists::list(AccountId owner, const ListRequest& request) {
  const Order& order = order_of(request.sort);
  const std::string question = question_of(request);
  Result<Position> after = begin_of(order, request.favorite);
  if (request.cursor) after = cursors_.decode(owner, question, *request.cursor);
  if (!after) co_return std::unexpected(std::move(after.error()));
  const Query& query = list_queries[static_cast<std::size_t>(request.sort)];
  Slice<Contact> slice;
  PageReads page(request.limit);
  while (const int count = page.next_read()) {
    Values values = store::values(owner);
    append_position(values, order, *after);
    append_favorite_filter(values, request.favorite);
    values.push_back(store::to_value(count));
    auto rows = co_await store_.read(query, std::move(values),
                                     is_bounded(request) ? Lane::point : Lane::scan);
    if (!rows) co_return std::unexpected(std::move(rows.error()));
    const bool has_ended = store::take_rows(page, *rows);
    std::ranges::move(read_contacts(*rows), std::back_inserter(slice.items));
    if (!rows->empty()) after = end_of(*rows, order);
    if (has_ended) break;
  }
  if (page.has_more()) slice.next_cursor = cursors_.encode(owner, question, *after);
  co_return slice;
}

namespace {

const Query select_birthdays{
    "contacts.birthdays",
    "select " + contact_columns() +
        ", birth_key from contacts where account_id = $1 and birth_key is not null"
        " and deleted_at is null and (birth_key, id) > ($2, $3) and birth_key <= $4"
        " order by birth_key, id limit $5"};

/// The day on which the first page of a list was asked for goes into its cursors, as the bytes of
/// the position, so that a list that is read over midnight stays one list.
std::string text_of(Date date) {
  std::string text;
  date.append_to(text);
  return text;
}

UpcomingBirthday celebration_of(Contact contact, Date today, LeapDay leap_day) {
  UpcomingBirthday celebration;
  static_cast<Contact&>(celebration) = std::move(contact);
  const Birthday& birthday = *celebration.birthday;
  celebration.next_birthday = next_occurrence(birthday, today, leap_day);
  celebration.days_left = celebration.next_birthday.days_since_epoch() - today.days_since_epoch();
  if (birthday.year) celebration.turns = celebration.next_birthday.year - *birthday.year;
  return celebration;
}

std::string question_of(const BirthdayRequest& request) {
  std::string question =
      "birthdays " + std::to_string(request.days) + " " + request.zone.text + " ";
  return question.append(name_of(request.leap_day));
}

bool contains(const KeyRange& range, const Position& position) {
  return position.number >= range.first && position.number <= range.last;
}

/// Ranges without what lies before `after`, each with the position to begin behind.
std::vector<std::pair<KeyRange, Position>> parts_behind(const std::array<KeyRange, 2>& ranges,
                                                        const std::optional<Position>& after) {
  std::vector<std::pair<KeyRange, Position>> parts;
  for (const KeyRange& range : ranges) {
    // No id is all zeros, so this stands in front of every contact with the first key.
    Position begin{.number = range.first, .key = {}, .id = {}};
    if (after && contains(range, *after)) {
      parts.clear();
      begin = *after;
    }
    if (range.first <= range.last) parts.emplace_back(range, begin);
  }
  return parts;
}

}  // namespace

Task<Result<Slice<UpcomingBirthday>>> ContactLists::birthdays(AccountId owner,
                                                              const BirthdayRequest& request,
                                                              Time now) {
  const std::string question = question_of(request);
  std::optional<Position> after;
  Date today = request.zone.date_at(now);
  if (request.cursor) {
    auto decoded = cursors_.decode(owner, question, *request.cursor);
    if (!decoded) co_return std::unexpected(std::move(decoded.error()));
    after = *std::move(decoded);
    today = Date::parse(after->key).value_or(today);
  }
  Slice<UpcomingBirthday> slice;
  PageReads page(request.limit);
  const auto ranges = key_ranges(today, request.days, request.leap_day);
  for (auto [range, begin] : parts_behind(ranges, after)) {
    while (const int count = page.next_read()) {
      auto rows = co_await store_.read(
          select_birthdays, store::values(owner, begin.number, begin.id, range.last, count));
      if (!rows) co_return std::unexpected(std::move(rows.error()));
      const bool has_ended = store::take_rows(page, *rows);
      for (Contact& contact : read_contacts(*rows)) {
        begin = {.number = contact.birthday->key(), .key = {}, .id = contact.id};
        slice.items.push_back(celebration_of(std::move(contact), today, request.leap_day));
      }
      if (has_ended) break;
    }
  }
  if (page.has_more()) {
    const UpcomingBirthday& last = slice.items.back();
    slice.next_cursor =
        cursors_.encode(owner, question, {last.birthday->key(), text_of(today), last.id});
  }
  co_return slice;
}

}  // namespace kith::contacts
