#include "contacts/write/group_carry.hpp"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "base/limits.hpp"
#include "contacts/model/group_card.hpp"
#include "contacts/write/stored_label.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

using store::Query;
using store::values;

namespace {

const Query select_group_labels{"labels.with_group_cards",
                                "select id, book, name_key from labels "
                                "where account_id = $1 and content is not null"};

/// The members that a group card gets and loses.
struct MemberChange {
  LabelId label;
  std::vector<std::string> added = {};
  std::vector<std::string> removed = {};
};

/// Returns what changes in the group card of the label in row `row`.
MemberChange change_of(const store::Rows& rows, std::size_t row,
                       const std::vector<RelabelledContact>& contacts) {
  MemberChange change{.label = store::read_column<LabelId>(rows, "id", row)};
  const auto book = store::read_column<std::int64_t>(rows, "book", row);
  const auto key = store::read_column<std::string>(rows, "name_key", row);
  const auto has_key = [&](const std::vector<std::string>& keys) {
    return std::ranges::find(keys, key) != keys.end();
  };
  for (const RelabelledContact& each : contacts) {
    if (each.book != book) continue;
    if (has_key(each.gained)) change.added.push_back(each.uid);
    if (has_key(each.lost)) change.removed.push_back(each.uid);
  }
  return change;
}

/// Edits a group card until no other writer interferes.
Task<Result<void>> edit_group_card(store::Store& store, AccountId owner, const MemberChange& change,
                                   const LabelOrigin& origin) {
  for (int attempt = 0; attempt < limits::write_attempts_max; ++attempt) {
    const auto label = co_await read_label(store, owner, change.label);
    if (!label) co_return std::unexpected(label.error());
    if (!*label || !(*label)->content) co_return Result<void>();
    const auto card = Card::parse(*(*label)->content);
    if (!card) throw store::DatabaseError("a stored card cannot be read: " + card.error().detail);
    auto edited = edit_members(*card, change.added, change.removed, origin.origin.at);
    if (!edited) {
      spdlog::warn("labels: group card {} was left unchanged: {}", change.label.to_string(),
                   edited.error().detail);
      co_return Result<void>();
    }
    if (edited->bytes() == card->bytes()) co_return Result<void>();
    StoredLabel after = **label;
    after.content = edited->bytes();
    const LabelUpdate update{owner, origin.origin, &**label, &after, origin.keeps_history};
    const auto written = co_await write_label(store, update);
    if (!written) co_return std::unexpected(written.error());
    if (*written != 0) co_return Result<void>();
  }
  co_return refuse(Errc::unavailable, "Other requests keep changing this label. Try again.");
}

}  // namespace

Task<Result<void>> carry_to_group_cards(store::Store& store, AccountId owner,
                                        std::vector<RelabelledContact> contacts,
                                        LabelOrigin origin) {
  const auto rows = co_await store.read(select_group_labels, values(owner));
  if (!rows) co_return std::unexpected(rows.error());
  for (std::size_t row = 0; row < rows->size(); ++row) {
    const MemberChange change = change_of(*rows, row, contacts);
    if (change.added.empty() && change.removed.empty()) continue;
    auto carried = co_await edit_group_card(store, owner, change, origin);
    if (!carried) co_return carried;
  }
  co_return Result<void>();
}

}  // namespace kith::contacts
