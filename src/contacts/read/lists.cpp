#include "contacts/read/lists.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <memory>
#include <utility>

#include "base/limits.hpp"
#include "contacts/model/book.hpp"
#include "contacts/rows/contact_rows.hpp"
#include "store/page_rows.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

using store::Lane;
using store::Query;
using store::Values;

namespace {

/// The key columns of an order: an optional number, optional bytes, and the id.
struct Order {
  std::string_view number;  ///< a column, or none
  std::string_view bytes;   ///< a column, or none
  bool descending = false;
};

/// Indexed by `Sort`.
constexpr std::array<Order, 4> orders{{{"not_favorite", "sort_key", false},
                                       {"", "sort_key", false},
                                       {"created_at", "", true},
                                       {"rev", "", true}}};

const Order& order_of(Sort sort) { return orders[static_cast<std::size_t>(sort)]; }

/// Returns `not_favorite, sort_key, id`, each followed by `suffix`.
std::string key_columns(const Order& order, std::string_view suffix = {}) {
  std::string out;
  for (const std::string_view column : {order.number, order.bytes, std::string_view("id")}) {
    if (column.empty()) continue;
    out.append(out.empty() ? "" : ", ").append(column).append(suffix);
  }
  return out;
}

/// The address books of a list, which determine its index: the indexes by book have no contacts of
/// the default book, so that these cost less to write. Its lists skip the contacts of other books.
enum class BookRange : std::uint8_t { all, default_book, other };

BookRange range_of(const std::optional<std::int64_t>& book) {
  if (!book) return BookRange::all;
  return *book == default_book ? BookRange::default_book : BookRange::other;
}

/// Returns the condition on the book; the number of another book than the default one is $2. The
/// plus and the inequality keep both databases from reading an index of books and sorting its rows.
std::string book_filter(BookRange books) {
  switch (books) {
    case BookRange::all: return "";
    case BookRange::default_book: return " and +book <= 1";
    case BookRange::other: return " and book = $2 and book <> 1";
  }
  std::unreachable();
}

/// Returns `(sort_key, id) > ($2, $3)`; `next` is the number of the next free parameter.
std::string behind_position(const Order& order, int& next) {
  std::string parameters;
  for (const bool used : {!order.number.empty(), !order.bytes.empty(), true}) {
    if (used) parameters.append(parameters.empty() ? "$" : ", $") += std::to_string(next++);
  }
  return "(" + key_columns(order) + (order.descending ? ") < (" : ") > (") + parameters + ")";
}

/// Returns a `between` clause for the bounds of `not_favorite`.
std::string favorite_bounds(int& next) {
  const int first = next;
  next += 2;
  return " between $" + std::to_string(first) + " and $" + std::to_string(first + 1);
}

/// Returns the filter on favourites: an index bound if the order has the column, otherwise a plain
/// condition.
std::string favorite_filter(int& next) {
  const int first = next;
  next += 2;
  // SQLite uses one lower bound of an index. The plus keeps it from using this one, so it uses the
  // position and starts at the page instead of the beginning of the list.
  return " and +not_favorite >= $" + std::to_string(first) + " and not_favorite <= $" +
         std::to_string(first + 1);
}

std::string order_by(const Order& order) {
  return " order by " + key_columns(order, order.descending ? " desc" : "");
}

std::string limit(int& next) { return " limit $" + std::to_string(next++); }

/// An order, and the books of its list.
struct Listing {
  const Order& order;
  BookRange books;
};

std::string page_text(const Listing& listing, int& next) {
  next = listing.books == BookRange::other ? 3 : 2;
  return "select " + contact_columns() + ", not_favorite, sort_key from contacts" +
         " where account_id = $1 and deleted_at is null" + book_filter(listing.books) + " and " +
         behind_position(listing.order, next);
}

/// Returns the text of a query that reads a page through the order's index.
std::string list_text(const Listing& listing) {
  int next = 0;
  const std::string text = page_text(listing, next) + favorite_filter(next);
  return text + order_by(listing.order) + limit(next);
}

/// Merges favourites and others by name; the filter skips one half without reading it.
std::string list_by_name_text(const Listing& listing) {
  int next = 0;
  const std::string page = page_text(listing, next);
  const std::string bounds = favorite_bounds(next);
  return page + " and not_favorite = 0 and 0" + bounds + " union all " + page +
         " and not_favorite = 1 and 1" + bounds + order_by(listing.order) + limit(next);
}

/// Does the same for PostgreSQL, which merges only subqueries with an order and a limit.
std::string list_by_name_in_halves(const Listing& listing) {
  int next = 0;
  const std::string page = page_text(listing, next);
  const std::string bounds = favorite_bounds(next);
  const std::string end = order_by(listing.order) + limit(next);
  const auto half = [&](const std::string& number) {
    return "select * from (" + page + " and not_favorite = " + number + " and " + number + bounds +
           end + ") half_" + number;
  };
  return half("0") + " union all " + half("1") + end;
}

/// The queries of some books, one for each order.
struct ListQueries {
  ListQueries(BookRange books, const std::array<std::string_view, 4>& names)
      : by_sort{{names[0], list_text({orders[0], books})},
                {names[1], list_by_name_text({orders[1], books}),
                 list_by_name_in_halves({orders[1], books})},
                {names[2], list_text({orders[2], books})},
                {names[3], list_text({orders[3], books})}} {}

  const Query by_sort[4];
};

/// Indexed by `BookRange`.
const ListQueries list_queries[] = {
    {BookRange::all,
     {"contacts.list_favorites", "contacts.list_name", "contacts.list_created",
      "contacts.list_updated"}},
    {BookRange::default_book,
     {"contacts.list_favorites_default", "contacts.list_name_default",
      "contacts.list_created_default", "contacts.list_updated_default"}},
    {BookRange::other,
     {"contacts.list_favorites_book", "contacts.list_name_book", "contacts.list_created_book",
      "contacts.list_updated_book"}}};

/// Returns the text of a query that reads a page of the contacts with a label, of one address book
/// unless it is null: the last parameters before the limit. Its cost grows with the label, not with
/// the account: there is no index of the contacts of a label in each order. `cross join` keeps
/// SQLite from another order.
std::string labelled_text(const Order& order) {
  int next = 2;
  const std::string position = behind_position(order, next);
  const std::string favorite = favorite_filter(next);
  const std::string label = "$" + std::to_string(next++);
  const std::string book = "$" + std::to_string(next++);
  return "select " + contact_columns() +
         ", not_favorite, sort_key from contact_labels x cross join contacts c "
         "where x.account_id = $1 and x.label_id = " +
         label +
         " and c.account_id = x.account_id and c.id = x.contact_id "
         "and coalesce(deleted_at, 0) = 0 and c.book = coalesce(" +
         book + ", c.book) and " + position + favorite + order_by(order) + limit(next);
}

const Query labelled_queries[] = {{"contacts.list_label_favorites", labelled_text(orders[0])},
                                  {"contacts.list_label_name", labelled_text(orders[1])},
                                  {"contacts.list_label_created", labelled_text(orders[2])},
                                  {"contacts.list_label_updated", labelled_text(orders[3])}};

const Query& query_of(const ListRequest& request) {
  const auto sort = static_cast<std::size_t>(request.sort);
  if (request.label) return labelled_queries[sort];
  return list_queries[static_cast<std::size_t>(range_of(request.book))].by_sort[sort];
}

/// Returns the position before all selected contacts. Without the favourites it is the end of the
/// favourites.
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

/// Returns the part of a cursor's question that names the book.
std::string book_question(const std::optional<std::int64_t>& book) {
  return book ? " book " + std::to_string(*book) : "";
}

/// Returns everything except the position that selects the contacts of a list.
std::string question_of(const ListRequest& request) {
  std::string question = "list ";
  question.append(name_of(request.sort)).append(" ");
  question += request.favorite ? (*request.favorite ? "true" : "false") : "any";
  if (request.label) question += " label " + request.label->to_string();
  return question + book_question(request.book);
}

/// Returns whether the order's index bounds the rows read; otherwise a page may scan the whole
/// account.
bool is_bounded(const ListRequest& request) {
  return !request.label && request.book != default_book &&
         (!request.favorite || request.sort == Sort::favorites);
}

/// Returns the account, and the book if the query has it as a parameter.
Values first_values(AccountId owner, const std::optional<std::int64_t>& book) {
  Values values = store::values(owner);
  if (range_of(book) == BookRange::other) values.push_back(store::to_value(*book));
  return values;
}

}  // namespace

Task<Result<Slice<Contact>>> ContactLists::list(AccountId owner, const ListRequest& request) {
  const Order& order = order_of(request.sort);
  const std::string question = question_of(request);
  Result<Position> after = begin_of(order, request.favorite);
  if (request.cursor) after = cursors_.decode(owner, question, *request.cursor);
  if (!after) co_return std::unexpected(std::move(after.error()));
  const Query& query = query_of(request);
  Slice<Contact> slice;
  PageReads page(request.limit);
  while (const int count = page.next_read()) {
    Values values = first_values(owner, request.label ? std::nullopt : request.book);
    append_position(values, order, *after);
    append_favorite_filter(values, request.favorite);
    if (request.label) {
      values.push_back(store::to_value(*request.label));
      values.push_back(store::to_value(request.book));
    }
    values.push_back(store::to_value(count));
    auto rows = co_await store_.read(query, std::move(values),
                                     is_bounded(request) ? Lane::point : Lane::scan);
    if (!rows) co_return std::unexpected(std::move(rows.error()));
    const auto more = co_await weigh_rows(request.weigh, *rows);
    if (!more) co_return std::unexpected(more.error());
    const bool has_ended = store::take_rows(page, *rows, *more);
    std::ranges::move(read_contacts(*rows), std::back_inserter(slice.items));
    if (!rows->empty()) after = end_of(*rows, order);
    if (has_ended) break;
  }
  if (page.has_more()) slice.next_cursor = cursors_.encode(owner, question, *after);
  co_return slice;
}

namespace {

std::string birthdays_text(BookRange books) {
  // For another book, SQLite would use `is not null` as a bound of the index of all birthdays.
  const bool is_other = books == BookRange::other;
  int next = is_other ? 3 : 2;
  const std::string position = behind_position({"birth_key", "", false}, next);
  const std::string last = std::to_string(next++);
  return "select " + contact_columns() +
         ", birth_key from contacts where account_id = $1 and deleted_at is null" +
         (is_other ? "" : " and birth_key is not null") + book_filter(books) + " and " + position +
         " and birth_key <= $" + last + " order by birth_key, id" + limit(next);
}

/// Indexed by `BookRange`.
const Query birthday_queries[] = {
    {"contacts.birthdays", birthdays_text(BookRange::all)},
    {"contacts.birthdays_default", birthdays_text(BookRange::default_book)},
    {"contacts.birthdays_book", birthdays_text(BookRange::other)}};

/// Returns a date as the key of a position. Cursors carry the day of the first page, so that a list
/// that is read past midnight stays consistent.
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
  return question.append(name_of(request.leap_day)) + book_question(request.book);
}

bool contains(const KeyRange& range, const Position& position) {
  return position.number >= range.first && position.number <= range.last;
}

/// Returns the ranges after the position `after`, each with the position to continue from.
std::vector<std::pair<KeyRange, Position>> parts_behind(const std::array<KeyRange, 2>& ranges,
                                                        const std::optional<Position>& after) {
  std::vector<std::pair<KeyRange, Position>> parts;
  for (const KeyRange& range : ranges) {
    // No id is all zeros, so this position is before all contacts with the first key.
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
  const BookRange books = range_of(request.book);
  const Query& query = birthday_queries[static_cast<std::size_t>(books)];
  const Lane lane = books == BookRange::default_book ? Lane::scan : Lane::point;
  for (auto [range, begin] : parts_behind(ranges, after)) {
    while (const int count = page.next_read()) {
      Values values = first_values(owner, request.book);
      values.push_back(store::to_value(begin.number));
      values.push_back(store::to_value(begin.id));
      values.push_back(store::to_value(range.last));
      values.push_back(store::to_value(count));
      auto rows = co_await store_.read(query, std::move(values), lane);
      if (!rows) co_return std::unexpected(std::move(rows.error()));
      const auto more = co_await weigh_rows(request.weigh, *rows);
      if (!more) co_return std::unexpected(more.error());
      const bool has_ended = store::take_rows(page, *rows, *more);
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
