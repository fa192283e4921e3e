#include "contacts/write/phone_key_pass.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <spdlog/spdlog.h>

#include "base/limits.hpp"
#include "base/pause.hpp"
#include "contacts/model/dial_plans.hpp"
#include "contacts/write/card_writes.hpp"
#include "contacts/write/contact_state.hpp"
#include "contacts/write/stored_contact.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

using store::Lane;
using store::Query;
using store::values;

namespace {

// `region_pass` is the last contact that was looked at; null: no contact is left.
const Query select_account{
    "contacts.region_pass",
    "select id, default_region, region_pass from accounts "
    "where region_pass is not null and updated_at < $1 and id >= $2 order by id limit 1"};

const Query select_contacts{"contacts.region_contacts",
                            "select " + stored_contact_columns() +
                                " from contacts where account_id = $1 and id > $2 "
                                "order by id limit $3"};

const Query update_country{"contacts.update_country",
                           "update contacts set country_code = $4 "
                           "where account_id = $1 and id = $2 and rev = $3 returning id"};

// A region that was changed meanwhile has begun another pass.
const Query move_pass{"contacts.move_region_pass",
                      "update accounts set region_pass = $2 where id = $1 and region_pass = $3 and "
                      "coalesce(default_region, '') = coalesce($4, '')"};

/// An account whose region was changed.
struct Pass {
  AccountId account;
  std::optional<Region> region;
  ContactId after;  ///< contacts up to this one are done
};

/// The work on a piece of a pass.
class PassPiece {
 public:
  explicit PassPiece(const Pass& pass)
      : pass_(pass), country_code_(calling_code_of(pass.region)), end_(pass.after) {}

  /// Reads the next contacts and adds the keys that change.
  Task<Result<void>> prepare(store::Store& store) {
    const auto rows = co_await store.read(
        select_contacts, values(pass_.account, pass_.after, limits::derived_rows_max), Lane::scan);
    if (!rows) co_return std::unexpected(rows.error());
    is_last_ = rows->size() < std::size_t{limits::derived_rows_max};
    for (std::size_t row = 0; row < rows->size(); ++row) {
      end_ = store::read_column<ContactId>(*rows, "id", row);
      const auto added = co_await add(store, *rows, row);
      if (!added) co_return added;
    }
    co_return Result<void>();
  }

  /// Writes the keys and the position. Returns the number of changed contacts.
  Task<Result<int>> write(store::Store& store) {
    batch_.add(move_pass, pass_.account, is_last_ ? std::nullopt : std::optional(end_), pass_.after,
               pass_.region);
    const auto written = co_await store.write(pass_.account, std::move(batch_));
    if (!written) co_return std::unexpected(written.error());
    co_return static_cast<int>(std::ranges::count_if(
        updated_, [&](store::Batch::Handle each) { return !(*written)[each].empty(); }));
  }

 private:
  /// Adds the contact in row `row` if its keys change.
  Task<Result<void>> add(store::Store& store, const store::Rows& rows, std::size_t row) {
    try {
      StoredContact contact = read_stored_contact(rows, row);
      const bool may_change = contact.country_code != country_code_ &&
                              (contact.phone.has_value() || contact.columns.has_card);
      if (!may_change) co_return Result<void>();
      if (contact.columns.has_card) {
        auto read = co_await read_contact(store, pass_.account, contact.id, Reads::with_card);
        if (!read) co_return std::unexpected(std::move(read.error()));
        if (!*read || (*read)->revision != contact.revision) co_return Result<void>();
        contact = **std::move(read);
      }
      add_difference(contact);
    } catch (const store::DatabaseError& damaged) {
      spdlog::warn("phone keys: contact {} was skipped: {}", end_.to_string(), damaged.what());
    }
    co_return Result<void>();
  }

  void add_difference(const StoredContact& contact) {
    const Card card = contact.card();
    const auto before = keys_of(card, contact.country_code);
    const auto after = keys_of(card, country_code_);
    if (before == after) return;
    std::vector<ContactKey> lost;
    std::vector<ContactKey> added;
    std::ranges::set_difference(before, after, std::back_inserter(lost));
    std::ranges::set_difference(after, before, std::back_inserter(added));
    const CardTarget target{pass_.account, contact.id, contact.revision};
    remove_keys(batch_, target, std::move(lost));
    add_keys(batch_, target, std::move(added));
    updated_.push_back(
        batch_.add(update_country, pass_.account, contact.id, contact.revision, country_code_));
  }

  const Pass& pass_;
  int country_code_;
  ContactId end_;
  bool is_last_ = false;
  store::Batch batch_;
  std::vector<store::Batch::Handle> updated_;
};

/// Returns the first account with a pass, from `least` on.
Task<Result<std::optional<Pass>>> next_pass(store::Store& store, Time before, AccountId least) {
  const auto rows = co_await store.read(select_account, values(before, least), Lane::scan);
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty()) co_return std::nullopt;
  co_return Pass{store::read_column<AccountId>(*rows, "id"),
                 store::read_column<std::optional<Region>>(*rows, "default_region"),
                 store::read_column<ContactId>(*rows, "region_pass")};
}

}  // namespace

Task<Result<int>> renew_phone_keys(store::Store& store, Time now) {
  const Time before = now - 2 * std::chrono::microseconds(limits::principal_recheck_interval);
  int changed = 0;
  AccountId least;
  for (;;) {
    const auto begin = std::chrono::steady_clock::now();
    const auto pass = co_await next_pass(store, before, least);
    if (!pass) co_return std::unexpected(pass.error());
    if (!*pass) co_return changed;
    PassPiece piece(**pass);
    const auto prepared = co_await piece.prepare(store);
    if (!prepared) co_return std::unexpected(prepared.error());
    const auto written = co_await piece.write(store);
    if (!written) co_return written;
    changed += *written;
    least = (*pass)->account;
    const auto end = std::chrono::steady_clock::now();
    co_await pause_until(end + (end - begin));
  }
}

}  // namespace kith::contacts
