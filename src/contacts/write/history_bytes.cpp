#include "contacts/write/history_bytes.hpp"

#include <cstdint>
#include <utility>
#include <vector>

#include "base/limits.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

using store::Lane;
using store::Query;
using store::values;

const std::string& counted_bytes() {
  static const std::string expression =
      std::to_string(limits::history_row_bytes) +
      " + coalesce(octet_length(old_values), 0) + coalesce(octet_length(old_card), 0)";
  return expression;
}

std::string uncount_text(const std::string& condition) {
  return "update account_rev set history_bytes = history_bytes - (select coalesce(sum(" +
         counted_bytes() + "), 0) from contact_changes where account_id = $1 and " + condition +
         ") where account_id = $1";
}

namespace {

// Reads one account at a time: a history may be large.
const Query count_next_history{
    "contacts.count_next_history",
    "select account_id, rev, history_bytes, card_bytes, (select coalesce(sum(" + counted_bytes() +
        "), 0) from contact_changes h where h.account_id = r.account_id) as counted_history, "
        "(select cast(coalesce(sum(bytes), 0) as bigint) from cards k "
        "where k.account_id = r.account_id) as counted_cards from account_rev r where account_id > "
        "$1 order by account_id limit 1"};

// Applies only if nothing has changed since it was counted: each addition increments the revision,
// and each deletion lowers a counter.
const Query correct_bytes{"contacts.correct_bytes",
                          "update account_rev set history_bytes = $5, card_bytes = $6 "
                          "where account_id = $1 and rev = $2 and history_bytes = $3 "
                          "and card_bytes = $4 returning account_id"};

}  // namespace

Task<Result<int>> recount_histories(store::Store& store) {
  int corrected = 0;
  for (AccountId account{};;) {
    const auto rows = co_await store.read(count_next_history, values(account), Lane::scan);
    if (!rows) co_return std::unexpected(rows.error());
    if (rows->empty()) co_return corrected;
    account = store::read_column<AccountId>(*rows, "account_id");
    const auto column = [&](std::string_view name) {
      return store::read_column<std::int64_t>(*rows, name);
    };
    const auto history = column("counted_history");
    const auto cards = column("counted_cards");
    if (column("history_bytes") == history && column("card_bytes") == cards) continue;
    const auto written =
        co_await store.write_one(account, correct_bytes,
                                 values(account, column("rev"), column("history_bytes"),
                                        column("card_bytes"), history, cards));
    if (!written) co_return std::unexpected(written.error());
    corrected += written->empty() ? 0 : 1;
  }
}

}  // namespace kith::contacts
