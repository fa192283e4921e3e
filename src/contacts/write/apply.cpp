#include <algorithm>
#include <exception>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

#include "base/large_work.hpp"
#include "base/limits.hpp"
#include "base/turns.hpp"
#include "contacts/model/edit.hpp"
#include "contacts/model/group_card.hpp"
#include "contacts/model/label_edit.hpp"
#include "contacts/rows/contact_rows.hpp"
#include "contacts/write/account_size.hpp"
#include "contacts/write/claimed_names.hpp"
#include "contacts/write/contacts.hpp"
#include "contacts/write/group_carry.hpp"
#include "contacts/write/known_labels.hpp"
#include "contacts/write/label_plan.hpp"
#include "contacts/write/place.hpp"
#include "contacts/write/purge.hpp"
#include "contacts/write/taken_names.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

namespace asio = boost::asio;

using store::Query;
using store::values;

namespace {

const Query select_change_group{
    "contacts.change_group",
    "select change_group from contact_changes where account_id = $1 and rev = $2"};

std::unexpected<Error> id_is_taken() {
  return refuse(Errc::conflict, "A contact with this id already exists, perhaps in the trash.");
}

std::unexpected<Error> outrun() {
  return refuse(Errc::conflict, "Other requests keep changing this contact. Try again.");
}

/// Returns the card of an operation with other labels.
Result<Card> labelled(Result<Card> card, const Operation& operation, const LabelEdit& labels,
                      Time now) {
  if (!card || operation.exact) return card;
  if (is_group(*card)) return std::unexpected(group_card_refused());
  if (labels.empty()) return card;
  return edit_labels(*std::move(card), labels, operation.id, now);
}

/// Returns the creation that `operation` asks for.
Result<Write> creation_of(const Operation& operation, const LabelEdit& labels,
                          const ContactRules& rules, Time now) {
  auto card = labelled(operation.change(nullptr), operation, labels, now);
  if (!card) return std::unexpected(std::move(card.error()));
  ContactState state = derive_state(*std::move(card), operation, nullptr, now);
  state.fields.favorite = decide_favorite(state.fields, nullptr, rules.favorite_words);
  Contact contact;
  contact.id = operation.id;
  contact.created_at = now;
  return Write::creation(std::move(contact), std::move(state), operation.has_new_id);
}

/// Returns the card that `operation` gives a contact, before its labels are changed.
Result<Card> unlabelled_card_of(const Operation& operation, const StoredContact& current,
                                Time now) {
  if (!operation.change) return current.card();
  auto card = operation.change(&current);
  if (!card || operation.exact) return card;
  if (!card->is_explicit() && current.explicit_card) {
    return edit(*current.explicit_card, card->fields(), {.now = now, .shown = &current});
  }
  const bool is_generated = card->is_explicit() && !current.explicit_card &&
                            card->bytes() == generate(current, current.id.to_string());
  if (!is_generated) return card;
  // A client sent back what it got, which changes nothing.
  ContactFields fields = current;
  fields.favorite = card->favorite();
  return fields;
}

/// Returns the card that `operation` gives a contact.
Result<Card> new_card_of(const Operation& operation, const StoredContact& current,
                         const LabelEdit& labels, Time now) {
  return labelled(unlabelled_card_of(operation, current, now), operation, labels, now);
}

/// Returns the bytes that a change of a contact handles.
std::size_t bytes_of(const Operation& operation, const StoredContact& current) {
  const std::size_t before = current.explicit_card ? current.explicit_card->bytes().size() : 0;
  return std::max(operation.bytes, before);
}

/// Returns whether a change to `next` changes nothing.
bool is_same(const StoredContact& current, const ContactState& next) {
  return current.favorite == next.fields.favorite && has_same_card(current, next) &&
         has_same_place(current, next);
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
    std::vector<std::size_t> waiting;
    ClaimedNames claimed;
    KnownLabels labels(contacts_.store_, context_.owner);
    AccountSize size(contacts_.store_, context_.owner, contacts_.rules_.account_bytes_max);
    for (const std::size_t i : pending_) {
      if (turns_.is_over()) co_await turns_.next();
      Result<std::optional<Write>> write = co_await prepare(i);
      if (auto error = write && *write ? claimed.claim(**write) : std::nullopt) {
        if (ClaimedNames::can_wait(*error, operations_[i])) {
          waiting.push_back(i);
          continue;
        }
        write = std::unexpected(*std::move(error));
      }
      if (write && *write && !operations_[i].exact && !operations_[i].ignores_labels_max) {
        if (auto room = co_await labels.add((*write)->labels); !room) {
          write = std::unexpected(std::move(room.error()));
        }
      }
      if (write && *write) write = co_await count_bytes(size, i, *std::move(write));
      if (!write) results_[i] = std::unexpected(std::move(write.error()));
      if (!write || !*write) continue;
      writes.push_back(**std::move(write));
      written.push_back(i);
    }
    pending_ = written;
    std::ranges::copy(waiting, std::back_inserter(pending_));
    if (writes.empty()) co_return std::nullopt;
    join_change_group(writes);
    const auto committed = co_await commit(contacts_.store_, writes, context_);
    if (!committed && committed.error().code == Errc::conflict && !is_short_of_room_) {
      is_short_of_room_ = true;  // or the account was deleted, which the next attempt detects
      co_return std::nullopt;
    }
    if (!committed) co_return committed.error();
    co_await contacts_.bound_history(context_.owner, writes);
    if (auto error = co_await carry(writes)) co_return error;
    pending_ = std::move(waiting);
    for (std::size_t k = 0; k < writes.size(); ++k) co_await finish(written[k], writes[k]);
    co_return std::nullopt;
  }

  /// Changes that are carried over to group cards are undone with the change of the contact.
  void join_change_group(std::span<const Write> writes) {
    if (context_.origin.change_group != 0) return;
    const bool is_carried = std::ranges::any_of(writes, [](const Write& each) {
      return !each.labels.gained.empty() || !each.labels.lost.empty();
    });
    if (is_carried) context_.origin = as_change_group(context_.origin);
  }

  /// Carries the labels that contacts have gained and lost over to group cards. Returns an error
  /// that is the answer to the whole request.
  Task<std::optional<Error>> carry(std::span<const Write> writes) {
    std::vector<RelabelledContact> contacts;
    for (const Write& each : writes) {
      const LabelWrite& labels = each.labels;
      if (each.contact.revision == 0 || (labels.gained.empty() && labels.lost.empty())) continue;
      contacts.push_back({labels.book, labels.uid, labels.gained, labels.lost});
    }
    if (contacts.empty()) co_return std::nullopt;
    const LabelOrigin origin{context_.origin, context_.keeps_history};
    auto carried = co_await carry_to_group_cards(contacts_.store_, context_.owner,
                                                 std::move(contacts), origin);
    if (!carried) co_return std::move(carried.error());
    co_return std::nullopt;
  }

  /// Counts the bytes of `write`, the write of the operation at index `i`. Returns the write, or
  /// its refusal; nullopt if an earlier attempt of the request has created the contact.
  Task<Result<std::optional<Write>>> count_bytes(AccountSize& size, std::size_t i,
                                                 std::optional<Write> write) {
    const auto counted = co_await size.add(*write);
    if (counted) co_return write;
    const Operation& operation = operations_[i];
    const bool may_be_done = operation.repeated || context_.origin.repeated_since;
    if (operation.kind == ChangeKind::created && may_be_done) {
      auto made_before = co_await taken(operation);
      if (made_before) {
        results_[i] = std::move(made_before);
        co_return std::nullopt;
      }
    }
    co_return std::unexpected(counted.error());
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
    if (operation.kind == ChangeKind::created) co_return co_await creation_of(operation);
    const bool is_change = operation.kind == ChangeKind::changed;
    const bool is_deletion = operation.kind == ChangeKind::deleted;
    const auto found = co_await read_contact(contacts_.store_, context_.owner, operation.id,
                                             is_deletion ? Reads::without_card : Reads::with_card);
    if (!found) co_return std::unexpected(found.error());
    if (!*found) co_return no_such_contact();
    const StoredContact& current = **found;
    const auto done = co_await was_done(operation, current);
    if (!done) co_return std::unexpected(done.error());
    if (*done) {
      results_[i] = Contact(current);
      co_return std::nullopt;
    }
    const bool in_trash = current.deleted_at.has_value();
    const bool wants_trash = operation.kind == ChangeKind::restored;
    if (in_trash && !wants_trash) co_return no_such_contact();
    if (auto error = failed_condition(operation, current)) {
      co_return std::unexpected(*std::move(error));
    }
    if (is_change) co_return co_await change(i, current);
    if (is_deletion) co_return Write::move(current, operation.kind);
    if (in_trash) co_return co_await restoration_of(operation, current);
    results_[i] = Contact(current);  // already restored
    co_return std::nullopt;
  }

  /// Returns the restoration of a contact in the trash.
  Task<Result<std::optional<Write>>> restoration_of(const Operation& operation,
                                                    const StoredContact& current) {
    CardColumns columns = current.columns;
    const auto placed = co_await check_restored_place(
        contacts_.store_, {context_.owner, operation, &current}, columns);
    if (!placed) co_return std::unexpected(placed.error());
    Write write = Write::move(current, ChangeKind::restored);
    if (columns.has_card) write.labels = LabelWrite::restoration(current, columns);
    if (columns.book != default_book) write.card.entered_book = columns.book;
    const bool is_placed = columns.uid_key || columns.resource || write.card.entered_book;
    if (is_placed || columns != current.columns) write.card.columns = std::move(columns);
    co_return write;
  }

  /// Returns whether an earlier attempt of this request has done `operation`: the contact's newest
  /// change is in its change group.
  Task<Result<bool>> was_done(const Operation& operation, const StoredContact& current) {
    const Origin& origin = context_.origin;
    if (!origin.repeated_since || origin.change_group == 0) co_return false;
    if (has_one_of(current, operation.seen)) co_return false;
    const auto rows = co_await contacts_.store_.read(select_change_group,
                                                     values(context_.owner, current.revision));
    if (!rows) co_return std::unexpected(rows.error());
    co_return !rows->empty() &&
        store::read_column<std::int64_t>(*rows, "change_group") == origin.change_group;
  }

  Task<Result<std::optional<Write>>> creation_of(const Operation& operation) {
    const auto labels = co_await plan_labels(contacts_.store_, context_.owner, operation, nullptr);
    if (!labels) co_return std::unexpected(labels.error());
    auto made = co_await run_large(operation.bytes, [&] {
      return contacts::creation_of(operation, labels->edit, contacts_.rules_, context_.origin.at);
    });
    if (!made) co_return std::unexpected(std::move(made.error()));
    Result<Write>& write = *made;
    if (!write) co_return std::unexpected(std::move(write.error()));
    if (write->card.columns) {
      const auto placed = co_await check_place(
          contacts_.store_, {context_.owner, operation, nullptr}, *write->card.columns);
      if (!placed) co_return std::unexpected(placed.error());
    }
    if (is_short_of_room_) {
      write->has_new_id = false;
      write->is_refused_alone = true;
    }
    co_return *std::move(write);
  }

  Task<Result<std::optional<Write>>> change(std::size_t i, const StoredContact& current) {
    const Operation& operation = operations_[i];
    const auto labels = co_await plan_labels(contacts_.store_, context_.owner, operation, &current);
    if (!labels) co_return std::unexpected(labels.error());
    const std::size_t bytes = bytes_of(operation, current);
    auto derived =
        co_await run_large(bytes, [&] { return next_state(operation, current, labels->edit); });
    if (!derived) co_return std::unexpected(std::move(derived.error()));
    if (!*derived) co_return std::unexpected(std::move(derived->error()));
    ContactState& next = **derived;
    if (current.columns != next.columns) {
      const auto placed = co_await check_place(contacts_.store_,
                                               {context_.owner, operation, &current}, next.columns);
      if (!placed) co_return std::unexpected(placed.error());
    }
    if (is_same(current, next) && labels->unlinked.empty()) {
      results_[i] = Contact(current);
      co_return std::nullopt;
    }
    auto write = co_await run_large(bytes, [&] { return Write::change(current, std::move(next)); });
    if (!write) co_return std::unexpected(std::move(write.error()));
    std::ranges::copy(labels->unlinked, std::back_inserter(write->labels.lost));
    co_return *std::move(write);
  }

  /// Returns the state that `operation` gives a contact.
  Result<ContactState> next_state(const Operation& operation, const StoredContact& current,
                                  const LabelEdit& labels) const {
    auto card = new_card_of(operation, current, labels, context_.origin.at);
    if (!card) return std::unexpected(std::move(card.error()));
    ContactState next = derive_state(*std::move(card), operation, &current, context_.origin.at);
    if (!operation.exact) {
      next.fields.favorite =
          decide_favorite(next.fields, &current, contacts_.rules_.favorite_words);
    }
    return next;
  }

  /// Returns the result of a creation that was not written.
  Task<Result<Contact>> refusal_of(const Operation& operation, const Write& write) {
    if (!write.is_over_quota) co_return co_await taken(operation);
    const auto there =
        co_await read_contact(contacts_.store_, context_.owner, operation.id, Reads::without_card);
    if (!there) co_return std::unexpected(there.error());
    if (!*there) co_return no_room(contacts_.rules_);
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
  std::optional<Result<Write>> creation;
  const bool is_large = operation.bytes >= limits::large_work_bytes;
  if (operation.has_new_id && !operation.all_labels && !is_large) {
    creation = creation_of(operation, operation.labels, rules_, origin.at);
  }
  if (creation && !*creation) co_return std::unexpected(std::move(creation->error()));
  const bool needs_read = !creation || (*creation)->card.columns;
  if (needs_read) {
    Turns turns;
    auto results = co_await Run(*this, context, {&operation, 1}, turns).finish();
    co_return std::move(results.front());
  }
  // A new simple contact needs no read, and no other writer can change it first.
  Result<Write>& write = *creation;
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
