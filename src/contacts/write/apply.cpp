#include <algorithm>
#include <exception>
#include <iterator>
#include <memory>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

#include "base/limits.hpp"
#include "base/turns.hpp"
#include "contacts/rows/contact_rows.hpp"
#include "contacts/write/contacts.hpp"
#include "contacts/write/purge.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

namespace asio = boost::asio;

using store::Query;
using store::values;

namespace {

const Query select_with_trash{
    "contacts.get_with_trash",
    "select " + contact_columns() + ", deleted_at from contacts where account_id = $1 and id = $2"};

const Query select_change_group{
    "contacts.change_group",
    "select change_group from contact_changes where account_id = $1 and rev = $2"};

std::unexpected<Error> id_is_taken() {
  return refuse(Errc::conflict, "A contact with this id already exists, perhaps in the trash.");
}

std::unexpected<Error> outrun() {
  return refuse(Errc::conflict, "Other requests keep changing this contact. Try again.");
}

/// Returns the creation that `operation` asks for.
Result<Write> creation_of(const Operation& operation, const ContactRules& rules, Time now) {
  auto card = operation.change(nullptr);
  if (!card) return std::unexpected(std::move(card.error()));
  Contact contact;
  static_cast<ContactFields&>(contact) = simple_form(*std::move(card), now);
  contact.favorite = decide_favorite(contact, nullptr, rules.favorite_words);
  contact.id = operation.id;
  contact.created_at = now;
  return Write::creation(std::move(contact), operation.has_new_id);
}

std::unexpected<Error> no_room(const ContactRules& rules) {
  return std::unexpected(Error{.code = Errc::forbidden,
                               .detail = "An account can have at most " +
                                         std::to_string(rules.contacts_max) +
                                         " contacts, including those in the trash.",
                               .slug = "too-many-contacts"});
}

const Query select_account{"contacts.account", "select rev from account_rev where account_id = $1"};

}  // namespace

WriteContext Contacts::context_of(AccountId owner, const Origin& origin) const {
  return {owner, origin, rules_.keeps_history, rules_.contacts_max};
}

Task<std::unexpected<Error>> Contacts::refusal(AccountId owner) {
  const auto rows = co_await store_.read(select_account, values(owner));
  if (!rows) co_return std::unexpected(rows.error());
  co_return rows->empty() ? account_is_gone() : no_room(rules_);
}

Task<void> Contacts::bound_history(AccountId owner, std::span<const Write> writes) {
  if (!rules_.keeps_history || rules_.history_bytes_max == 0) co_return;
  std::int64_t bytes = 0;
  for (const Write& write : writes) bytes += history_bytes_of(write);
  if (!history_.add(owner, bytes)) co_return;
  // The contacts are written: a failure here must not look like a failed write.
  try {
    const auto trimmed = co_await trim_history(store_, owner, rules_.history_bytes_max);
    if (!trimmed) spdlog::warn("history: trimming failed: {}", trimmed.error().detail);
  } catch (const store::DatabaseError& broken) {
    spdlog::warn("history: trimming failed: {}", broken.what());
  }
}

/// Runs operations through one transaction, or through several when other writers interfere.
class Contacts::Run {
 public:
  /// REQUIRES: runs at the same time share `turns`.
  Run(Contacts& contacts, WriteContext context, std::span<const Operation> operations, Turns& turns)
      : contacts_(contacts),
        context_(context),
        operations_(operations),
        turns_(turns),
        results_(operations.size()),
        pending_(operations.size()) {
    for (std::size_t i = 0; i < pending_.size(); ++i) pending_[i] = i;
  }

  Task<std::vector<Result<Contact>>> finish() {
    for (int attempt = 0; attempt < limits::write_attempts_max && !pending_.empty(); ++attempt) {
      if (const auto error = co_await try_pending()) {
        for (const std::size_t i : pending_) results_[i] = std::unexpected(*error);
        break;
      }
    }
    std::vector<Result<Contact>> all;
    all.reserve(results_.size());
    for (auto& result : results_) all.push_back(result ? *std::move(result) : outrun());
    co_return all;
  }

 private:
  /// Writes all pending operations that it can; those that lost a race stay pending. An error
  /// applies to all pending operations.
  Task<std::optional<Error>> try_pending() {
    std::vector<Write> writes;
    writes.reserve(pending_.size());
    std::vector<std::size_t> written;
    for (const std::size_t i : pending_) {
      if (turns_.is_over()) co_await turns_.next();
      Result<std::optional<Write>> write = co_await prepare(i);
      if (!write) results_[i] = std::unexpected(std::move(write.error()));
      if (!write || !*write) continue;
      writes.push_back(**std::move(write));
      written.push_back(i);
    }
    pending_ = written;
    if (writes.empty()) co_return std::nullopt;
    const auto committed = co_await commit(contacts_.store_, writes, context_);
    if (!committed && committed.error().code == Errc::conflict && !is_short_of_room_) {
      is_short_of_room_ = true;  // or the account was deleted, which the next attempt detects
      co_return std::nullopt;
    }
    if (!committed) co_return committed.error();
    co_await contacts_.bound_history(context_.owner, writes);
    pending_.clear();
    for (std::size_t k = 0; k < writes.size(); ++k) co_await finish(written[k], writes[k]);
    co_return std::nullopt;
  }

  /// Sets the result of the operation at index `i` from the outcome of `write`.
  Task<void> finish(std::size_t i, Write& write) {
    if (write.contact.revision != 0) {
      results_[i] = std::move(write.contact);
    } else if (write.kind != ChangeKind::created) {
      pending_.push_back(i);
    } else {
      results_[i] = co_await refusal_of(operations_[i], write);
    }
  }

  /// Returns the write of the operation at index `i`; nullopt when its result is already known.
  Task<Result<std::optional<Write>>> prepare(std::size_t i) {
    const Operation& operation = operations_[i];
    if (operation.kind == ChangeKind::created) co_return creation_of(operation);
    const auto rows =
        co_await contacts_.store_.read(select_with_trash, values(context_.owner, operation.id));
    if (!rows) co_return std::unexpected(rows.error());
    if (rows->empty()) co_return no_such_contact();
    const Contact current = read_contact(*rows, 0);
    const auto done = co_await was_done(operation, current);
    if (!done) co_return std::unexpected(done.error());
    if (*done) {
      results_[i] = current;
      co_return std::nullopt;
    }
    const bool in_trash = store::read_column<std::optional<Time>>(*rows, "deleted_at").has_value();
    const bool wants_trash = operation.kind == ChangeKind::restored;
    if (in_trash && !wants_trash) co_return no_such_contact();
    if (auto error = failed_condition(operation, current)) {
      co_return std::unexpected(*std::move(error));
    }
    if (operation.kind == ChangeKind::changed) co_return change(i, current);
    if (in_trash == wants_trash) co_return Write::move(current, operation.kind);
    results_[i] = current;  // already restored
    co_return std::nullopt;
  }

  /// Returns whether an earlier attempt of this request has done `operation`: the contact's newest
  /// change is in its change group.
  Task<Result<bool>> was_done(const Operation& operation, const Contact& current) {
    const Origin& origin = context_.origin;
    if (!origin.repeated_since || origin.change_group == 0) co_return false;
    const bool is_seen =
        std::ranges::find(operation.seen, current.revision) != operation.seen.end();
    if (is_seen) co_return false;
    const auto rows = co_await contacts_.store_.read(select_change_group,
                                                     values(context_.owner, current.revision));
    if (!rows) co_return std::unexpected(rows.error());
    co_return !rows->empty() &&
        store::read_column<std::int64_t>(*rows, "change_group") == origin.change_group;
  }

  Result<std::optional<Write>> creation_of(const Operation& operation) const {
    auto write = contacts::creation_of(operation, contacts_.rules_, context_.origin.at);
    if (!write) return std::unexpected(std::move(write.error()));
    if (is_short_of_room_) {
      write->has_new_id = false;
      write->is_refused_alone = true;
    }
    return *std::move(write);
  }

  Result<std::optional<Write>> change(std::size_t i, const Contact& current) {
    auto card = operations_[i].change(&current);
    if (!card) return std::unexpected(std::move(card.error()));
    ContactFields fields = simple_form(*std::move(card), context_.origin.at);
    if (!operations_[i].exact) {
      fields.favorite = decide_favorite(fields, &current, contacts_.rules_.favorite_words);
    }
    if (fields != current) return Write::change(current, std::move(fields));
    results_[i] = current;
    return std::nullopt;
  }

  /// Returns the result of a creation that was not written.
  Task<Result<Contact>> refusal_of(const Operation& operation, const Write& write) {
    if (!write.is_over_quota) co_return co_await taken(operation);
    const auto there =
        co_await contacts_.store_.read(select_with_trash, values(context_.owner, operation.id));
    if (!there) co_return std::unexpected(there.error());
    if (there->empty()) co_return no_room(contacts_.rules_);
    co_return co_await taken(operation);
  }

  /// Returns the result of a creation whose id exists. If the client chose the id, it may have been
  /// taken before the request was first sent: then an earlier attempt was refused too.
  Task<Result<Contact>> taken(const Operation& operation) {
    const auto& since = context_.origin.repeated_since;
    if (!operation.repeated && !since) co_return id_is_taken();
    auto made_before = co_await contacts_.get(context_.owner, operation.id);
    if (!made_before && made_before.error().code == Errc::not_found) co_return id_is_taken();
    const bool is_ours =
        operation.repeated || !made_before || made_before->created_at >= since.value_or(Time{});
    if (!is_ours) co_return id_is_taken();
    co_return made_before;
  }

  Contacts& contacts_;
  WriteContext context_;
  std::span<const Operation> operations_;
  Turns& turns_;
  bool is_short_of_room_ = false;
  std::vector<std::optional<Result<Contact>>> results_;  // nullopt while pending
  std::vector<std::size_t> pending_;
};

Task<Result<Contact>> Contacts::apply(AccountId owner, Operation operation, Origin origin) {
  const WriteContext context = context_of(owner, origin);
  if (!operation.has_new_id) {
    Turns turns;
    auto results = co_await Run(*this, context, {&operation, 1}, turns).finish();
    co_return std::move(results.front());
  }
  // A new contact needs no read, and no other writer can change it first.
  auto write = creation_of(operation, rules_, origin.at);
  if (!write) co_return std::unexpected(std::move(write.error()));
  const auto written = co_await commit(store_, {&*write, 1}, context);
  if (!written && written.error().code == Errc::conflict) co_return co_await refusal(owner);
  if (!written) co_return std::unexpected(written.error());
  co_await bound_history(owner, {&*write, 1});
  co_return std::move(write->contact);
}

Task<std::vector<Result<Contact>>> Contacts::apply_all(AccountId owner,
                                                       std::span<const Operation> operations,
                                                       Origin origin) {
  const auto loop = co_await asio::this_coro::executor;
  const WriteContext context = context_of(owner, origin);
  Turns turns;
  std::vector<std::unique_ptr<Run>> runs;
  while (!operations.empty()) {
    const auto count = std::min(operations.size(), limits::writes_per_transaction);
    runs.push_back(std::make_unique<Run>(*this, context, operations.first(count), turns));
    operations = operations.subspan(count);
  }
  // All run at once: the next are prepared while the first are written, and one disk sync serves
  // several.
  std::vector<decltype(asio::co_spawn(loop, runs.front()->finish(), asio::deferred))> tasks;
  tasks.reserve(runs.size());
  for (const auto& run : runs) tasks.push_back(asio::co_spawn(loop, run->finish(), asio::deferred));
  std::vector<Result<Contact>> all;
  if (tasks.empty()) co_return all;
  auto [order, failures, results] =
      co_await asio::experimental::make_parallel_group(std::move(tasks))
          .async_wait(asio::experimental::wait_for_all(), asio::use_awaitable);
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
  for (auto& part : results) std::ranges::move(part, std::back_inserter(all));
  co_return all;
}

}  // namespace kith::contacts
