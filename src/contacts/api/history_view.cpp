#include "contacts/api/history_view.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/json/serialize.hpp>

#include "base/large_work.hpp"
#include "base/limits.hpp"
#include "contacts/api/card_view.hpp"
#include "contacts/model/card.hpp"
#include "json/read.hpp"

namespace kith::contacts {

namespace {

using boost::json::object;

/// Returns the simple form on the other side of a change: `fields` with the values that `side` of
/// each difference has.
Result<ContactFields> other_side(const ContactFields& fields, const HistoryEntry& entry,
                                 json::Raw FieldDifference::* side) {
  std::string patch;
  for (const FieldDifference& each : entry.differences) {
    patch.append(patch.empty() ? "{\"" : ",\"").append(each.field).append("\":");
    patch += (each.*side).text;
  }
  return json::merge<ContactFields>(fields, patch.empty() ? "{}" : patch + "}", entry.at);
}

Result<Card> read_card(const CardChange& change, const HistoryEntry& entry, bool is_before) {
  const std::optional<std::string>& own = is_before ? change.before : change.after;
  if (own) return Card::parse(*own);
  const auto other = Card::parse(is_before ? *change.after : *change.before);
  if (!other) return std::unexpected(other.error());
  auto fields = other_side(simple_form(*other, entry.at), entry,
                           is_before ? &FieldDifference::before : &FieldDifference::after);
  if (!fields) return std::unexpected(std::move(fields.error()));
  return Card(*std::move(fields));
}

/// Returns the card as JSContact; nullopt for one that is too large to be shown here.
std::optional<object> members_of(const Card& card, ContactId id) {
  const Card whole = with_bytes(card, id);
  const vcard::Document& document = whole.document();
  if (document.size() > limits::card_json_lines_max) return std::nullopt;
  object members =
      vcard::jscontact::view_of(document, view_options(document, id, MediaData::linked)).card;
  members.erase("updated");
  return members;
}

json::Raw raw(const boost::json::value* value) {
  return {value ? boost::json::serialize(*value) : "null"};
}

void add_differences(HistoryEntry& entry, const object& before, const object& after) {
  const auto add = [&](std::string_view name) {
    const boost::json::value* const old = before.if_contains(name);
    const boost::json::value* const now = after.if_contains(name);
    if (old && now && *old == *now) return;
    entry.differences.push_back({"card/" + std::string(name), raw(old), raw(now)});
  };
  for (const auto& member : before) add(member.key());
  for (const auto& member : after) {
    if (!before.contains(member.key())) add(member.key());
  }
}

/// Adds what a change did. Returns false for a card that cannot be read, which doctor reports, or
/// is too large.
bool add_change(HistoryEntry& entry, const CardChange& change, ContactId id) {
  if (!change.before && !change.after) return false;
  const auto before = read_card(change, entry, true);
  const auto after = read_card(change, entry, false);
  if (!before || !after) return false;
  const auto old = members_of(*before, id);
  const auto now = members_of(*after, id);
  if (!old || !now) return false;
  add_differences(entry, *old, *now);
  return true;
}

std::size_t bytes_of(const CardChange& change) {
  const auto size = [](const auto& bytes) { return bytes ? bytes->size() : 0; };
  return size(change.before) + size(change.after);
}

}  // namespace

Task<Result<void>> add_card_differences(History& history, AccountId owner, ContactId id,
                                        std::vector<HistoryEntry>& entries) {
  if (entries.empty()) co_return Result<void>();
  const auto changes = co_await history.card_changes(
      owner, id, {.newest = entries.front().revision, .oldest = entries.back().revision});
  if (!changes) co_return std::unexpected(changes.error());
  for (const CardChange& change : *changes) {
    const auto entry = std::ranges::find(entries, change.revision, &HistoryEntry::revision);
    if (entry == entries.end() || entry->kind != ChangeKind::changed) continue;
    const auto done =
        co_await run_large(bytes_of(change), [&] { return add_change(*entry, change, id); });
    if (!done) co_return std::unexpected(done.error());
  }
  co_return Result<void>();
}

}  // namespace kith::contacts
