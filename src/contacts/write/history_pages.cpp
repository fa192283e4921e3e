#include <charconv>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/assign.hpp"
#include "base/limits.hpp"
#include "contacts/write/earlier_state.hpp"
#include "contacts/write/history.hpp"
#include "contacts/write/stored_change.hpp"
#include "json/slices.hpp"
#include "store/page_rows.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

using store::Lane;
using store::Query;
using store::values;

namespace {

constexpr std::size_t field_count = ContactFields::fields().size;

/// Returns `$2, $3, ...`, one parameter for each field of a contact.
std::string revision_parameters() {
  std::string out;
  for (std::size_t i = 0; i < field_count; ++i) {
    out.append(out.empty() ? "$" : ", $") += std::to_string(i + 2);
  }
  return out;
}

const Query select_old_values{
    "contacts.history_values",
    "select rev, old_values from contact_changes where account_id = $1 and rev in (" +
        revision_parameters() + ")"};

/// A contact's field -> its value as JSON.
using FieldValues = std::map<std::string, std::string, std::less<>>;

/// A contact's field -> the revision of a change.
using FieldRevisions = std::map<std::string, std::int64_t, std::less<>>;

/// The position where a page of a history ended. A page begins with the values after its newest
/// change. Each value is either held by the later change that replaced it, or is the contact's own
/// at revision `top`. So a page costs the same anywhere in the history.
struct Trail {
  std::int64_t top = 0;         ///< the contact's revision when the first page was read
  std::int64_t next = 0;        ///< the revision of the next change to show
  std::int64_t shown = 0;       ///< number of changes shown before
  FieldRevisions value_holder;  ///< the change that holds a value; absent: the contact does
};

constexpr std::size_t numbers_beside_fields = 2;

Position position_of(const Trail& trail) {
  std::string numbers = std::to_string(trail.top) + ' ' + std::to_string(trail.shown);
  ContactFields::fields().for_each([&](const auto& field) {
    const auto holder = trail.value_holder.find(field.name);
    const std::int64_t revision = holder == trail.value_holder.end() ? 0 : holder->second;
    numbers.append(" ").append(std::to_string(revision));
  });
  return {.number = trail.next, .key = std::move(numbers)};
}

/// Returns the numbers of a text like `12 0 7`.
std::vector<std::int64_t> numbers_of(std::string_view text) {
  std::vector<std::int64_t> numbers;
  while (!text.empty()) {
    std::int64_t number = 0;
    const char* const end = text.data() + text.size();
    const char* const behind = std::from_chars(text.data(), end, number).ptr;
    numbers.push_back(number);
    text.remove_prefix(std::min(text.size(), static_cast<std::size_t>(behind - text.data()) + 1));
  }
  return numbers;
}

/// Parses a position. REQUIRES: `position` comes from `position_of`, which its cursor's signature
/// proves.
Trail trail_of(const Position& position) {
  const std::vector<std::int64_t> numbers = numbers_of(position.key);
  if (numbers.size() != numbers_beside_fields + field_count) {
    throw store::DatabaseError("a cursor of a history has another form");
  }
  Trail trail{.top = numbers[0], .next = position.number, .shown = numbers[1], .value_holder = {}};
  auto number = numbers.begin() + numbers_beside_fields;
  ContactFields::fields().for_each([&](const auto& field) {
    if (*number != 0) trail.value_holder.emplace(field.name, *number);
    ++number;
  });
  return trail;
}

/// Returns the identity of the list and of the fields that its cursors' numbers refer to.
std::string question_of(ContactId id) {
  return "history " + id.to_string() + " " + store::column_list(ContactFields::fields());
}

FieldValues values_of(const ContactFields& contact) {
  FieldValues out;
  ContactFields::fields().for_each(
      [&](const auto& field) { out.emplace(field.name, json::to_json(contact.*field.member)); });
  return out;
}

/// Calls `visit(name, value)` for each value of a field that a change replaced.
template <class Visit>
void for_each_old_value(const std::optional<std::string>& old_values, const Visit& visit) {
  if (!old_values) return;
  json::for_each_member(*old_values, [&](std::string_view name, std::string_view value) {
    if (!is_card_column(name)) visit(name, value);
  });
}

/// Takes the value of a field after a change; fields that a later version has dropped are null.
std::string take_value(FieldValues& now, std::string_view name) {
  const auto found = now.find(name);
  return found == now.end() ? "null" : std::move(found->second);
}

/// Estimates the bytes of a change's entry as JSON; not far below the real size.
std::size_t entry_bytes(const StoredChange& change, const FieldValues& now) {
  constexpr std::size_t beside_differences = 256;
  constexpr std::size_t beside_values = 64;
  std::size_t bytes = beside_differences;
  for_each_old_value(change.old_values, [&](std::string_view name, std::string_view old_value) {
    const auto found = now.find(name);
    bytes += beside_values + old_value.size() + (found == now.end() ? 0 : found->second.size());
  });
  return bytes;
}

/// Returns the entry of a change. Moves `now` from the values after the change to those before it,
/// and `trail` one change back.
HistoryEntry entry_of(const StoredChange& change, FieldValues& now, Trail& trail) {
  HistoryEntry entry{.revision = change.rev,
                     .at = change.changed_at,
                     .kind = change.kind,
                     .source = change.source,
                     .actor = change.actor,
                     .differences = {}};
  for_each_old_value(change.old_values, [&](std::string_view name, std::string_view old_value) {
    entry.differences.push_back(
        {std::string(name), {std::string(old_value)}, {take_value(now, name)}});
    now.insert_or_assign(std::string(name), std::string(old_value));
    trail.value_holder.insert_or_assign(std::string(name), change.rev);
  });
  trail.next = change.previous_rev;
  ++trail.shown;
  return entry;
}

/// Reads a contact's values at a position in its history.
class ValuesAt {
 public:
  /// REQUIRES: all outlive this.
  ValuesAt(store::Store& store, const AccountId& owner, const Trail& trail)
      : store_(store), owner_(owner), trail_(trail) {}

  /// Returns the values at the position of `trail`; nullopt if the changes that hold them were
  /// deleted, as the older changes then were too. Errors: `unavailable` from the store.
  Task<Result<std::optional<FieldValues>>> read(const Contact& contact) {
    FieldValues now = values_of(contact);
    const auto is_known = co_await go_back_to_top(now, contact.revision);
    if (!is_known) co_return std::unexpected(is_known.error());
    if (!*is_known) co_return std::optional<FieldValues>();
    auto rows = co_await read_holders();
    if (!rows) co_return std::unexpected(std::move(rows.error()));
    std::size_t found = 0;
    for (std::size_t row = 0; row < rows->size(); ++row) found += take_held(now, *rows, row);
    if (found != trail_.value_holder.size()) co_return std::optional<FieldValues>();
    co_return std::move(now);
  }

 private:
  /// Takes back the changes made after the first page was read.
  Task<Result<bool>> go_back_to_top(FieldValues& now, std::int64_t revision) {
    for (int changes = 0; revision > trail_.top; changes += limits::page_read_rows) {
      if (changes >= limits::history_changes_max) co_return false;
      const auto rows = co_await store_.read(
          select_changes_back, values(owner_, revision, limits::page_read_rows), Lane::scan);
      if (!rows) co_return std::unexpected(rows.error());
      if (rows->empty()) co_return false;
      for (const StoredChange& change : store::read_rows<StoredChange>(*rows)) {
        if (change.rev <= trail_.top) break;
        for_each_old_value(change.old_values, [&](std::string_view name, std::string_view value) {
          now.insert_or_assign(std::string(name), std::string(value));
        });
        revision = change.previous_rev;
      }
    }
    co_return revision == trail_.top;
  }

  Task<Result<store::Rows>> read_holders() {
    if (trail_.value_holder.empty()) co_return store::Rows();
    store::Values bound = values(owner_);
    for (const auto& [name, revision] : trail_.value_holder) {
      bound.push_back(store::to_value(revision));
    }
    bound.resize(1 + field_count, store::to_value(0));  // no change has revision 0
    co_return co_await store_.read(select_old_values, std::move(bound));
  }

  /// Takes the values that the change in `row` holds for the trail. Returns their number.
  std::size_t take_held(FieldValues& now, const store::Rows& rows, std::size_t row) const {
    std::size_t found = 0;
    const auto revision = store::read_column<std::int64_t>(rows, "rev", row);
    for_each_old_value(store::read_column<std::optional<std::string>>(rows, "old_values", row),
                       [&](std::string_view name, std::string_view value) {
                         const auto holder = trail_.value_holder.find(name);
                         const bool is_holder = holder != trail_.value_holder.end();
                         if (!is_holder || holder->second != revision) return;
                         now.insert_or_assign(std::string(name), std::string(value));
                         ++found;
                       });
    return found;
  }

  store::Store& store_;
  const AccountId& owner_;
  const Trail& trail_;
};

}  // namespace

Task<Result<Slice<HistoryEntry>>> History::list(AccountId owner, ContactId id,
                                                SliceRequest request) {
  const std::string question = question_of(id);
  Trail trail;
  if (request.cursor) {
    const auto position = cursors_.decode(owner, question, *request.cursor);
    if (!position) co_return std::unexpected(position.error());
    trail = trail_of(*position);
  }
  const auto contact = co_await contacts_.get(owner, id);
  if (!contact) co_return std::unexpected(contact.error());
  if (!request.cursor) trail.top = trail.next = contact->revision;
  auto now = co_await ValuesAt(store_, owner, trail).read(*contact);
  if (!now) co_return std::unexpected(std::move(now.error()));
  Slice<HistoryEntry> slice;
  if (!*now) co_return slice;
  const int known = limits::history_changes_max - static_cast<int>(trail.shown);
  PageReads page(std::min(request.limit, known));
  while (const int count = page.next_read()) {
    const auto rows =
        co_await store_.read(select_changes_back, values(owner, trail.next, count), Lane::scan);
    if (!rows) co_return std::unexpected(rows.error());
    for (const StoredChange& change : store::read_rows<StoredChange>(*rows)) {
      if (!page.take(entry_bytes(change, **now))) break;
      slice.items.push_back(entry_of(change, **now, trail));
    }
    if (rows->size() < page.asked()) break;
  }
  if (page.has_more() && trail.shown < limits::history_changes_max) {
    slice.next_cursor = cursors_.encode(owner, question, position_of(trail));
  }
  co_return slice;
}

}  // namespace kith::contacts
