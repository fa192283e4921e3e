#include "contacts/labels/labels.hpp"

#include <algorithm>
#include <utility>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "contacts/labels/label_members.hpp"
#include "contacts/model/group_card.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

using store::Lane;
using store::Query;
using store::values;

std::unexpected<Error> no_such_label() {
  return refuse(Errc::not_found, "The label does not exist.");
}

Error label_name_taken(const LabelId& holder) {
  return {.code = Errc::conflict,
          .detail = "Another label of the address book has this name.",
          .slug = "name-taken",
          .members = "\"id\":\"" + holder.to_string() + "\""};
}

namespace {

std::unexpected<Error> outrun() {
  return refuse(Errc::conflict, "Other requests keep changing this label. Try again.");
}

// Counts the contacts of each label through their index. Labels of deleted books are not shown.
const std::string select_text =
    "select l.id, l.name, l.color, l.book, l.rev, (select count(*) from contact_labels x "
    "join contacts c on c.account_id = x.account_id and c.id = x.contact_id "
    "and coalesce(c.deleted_at, 0) = 0 "
    "where x.account_id = l.account_id and x.label_id = l.id) as contacts "
    "from labels l where l.account_id = $1 and (l.book = 1 or exists (select 1 from books b "
    "where b.account_id = l.account_id and b.number = l.book and b.deleted_at is null))";
static_assert(default_book == 1, "the statement above says so");

const Query select_labels{"labels.list", select_text};
const Query select_labels_of_book{"labels.list_of_book", select_text + " and l.book = $2"};
const Query select_shown_label{"labels.show", select_text + " and l.id = $2"};

Label read_shown(const store::Rows& rows, std::size_t row) {
  Label label = store::read_row<Label>(rows, row);
  label.revision = store::read_column<std::int64_t>(rows, "rev", row);
  return label;
}

template <class T>
void sort_by_name(std::vector<T>& labels) {
  std::vector<std::pair<std::string, T>> keyed;
  keyed.reserve(labels.size());
  for (T& label : labels) {
    std::string key = sort_key(label.name).bytes;
    keyed.emplace_back(std::move(key), std::move(label));
  }
  std::ranges::sort(keyed, {}, [](const auto& each) {
    return std::pair(std::string_view(each.first), each.second.id);
  });
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = std::move(keyed[i].second);
}

}  // namespace

Task<Result<std::vector<Label>>> Labels::list(AccountId owner, std::optional<std::int64_t> book) {
  const auto rows =
      book ? co_await store_.read(select_labels_of_book, values(owner, *book), Lane::scan)
           : co_await store_.read(select_labels, values(owner), Lane::scan);
  if (!rows) co_return std::unexpected(rows.error());
  std::vector<Label> labels;
  for (std::size_t row = 0; row < rows->size(); ++row) labels.push_back(read_shown(*rows, row));
  sort_by_name(labels);
  co_return labels;
}

Task<Result<Label>> Labels::get(AccountId owner, LabelId id) {
  const auto rows = co_await store_.read(select_shown_label, values(owner, id), Lane::scan);
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty()) co_return no_such_label();
  co_return read_shown(*rows, 0);
}

namespace {

const Query select_book{"labels.book",
                        "select number from books where account_id = $1 and number = $2 "
                        "and deleted_at is null"};
const Query select_account{"labels.account", "select rev from account_rev where account_id = $1"};

}  // namespace

Task<Result<void>> Labels::check_book(AccountId owner, std::int64_t book) {
  if (book == default_book) co_return Result<void>();
  const auto rows = co_await store_.read(select_book, values(owner, book));
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty()) co_return std::unexpected(invalid_field("book", "is not an address book"));
  co_return Result<void>();
}

/// Refuses the name of `label` if another label of the book has it.
Task<Result<void>> Labels::check_name(AccountId owner, const StoredLabel& label) {
  const auto other = co_await read_label_named(store_, owner, label.book, label_key(label.name));
  if (!other) co_return std::unexpected(other.error());
  if (!*other || (*other)->id == label.id) co_return Result<void>();
  co_return std::unexpected(label_name_taken((*other)->id));
}

Task<Result<Label>> Labels::create(const LabelTarget& target, NewLabel label, Origin origin) {
  const auto& [owner, id, seen] = target;
  const auto book = co_await check_book(owner, label.book);
  if (!book) co_return std::unexpected(book.error());
  StoredLabel created;
  created.id = id;
  created.book = label.book;
  created.name = std::move(label.name);
  created.color = std::move(label.color);
  // An earlier attempt may have created it; then a new name is not its own.
  auto there = co_await get(owner, id);
  if (there || there.error().code != Errc::not_found) co_return there;
  const auto named = co_await check_name(owner, created);
  if (!named) co_return std::unexpected(named.error());
  const LabelUpdate update{owner, origin, nullptr, &created, contacts_.keeps_history()};
  const auto written = co_await write_label(store_, update);
  if (written) co_return co_await get(owner, id);
  const auto account = co_await store_.read(select_account, values(owner));
  if (!account) co_return std::unexpected(account.error());
  if (account->empty()) co_return account_is_gone();
  if (written.error().code == Errc::conflict) {
    const auto again = co_await check_name(owner, created);
    if (!again) co_return std::unexpected(again.error());
  }
  co_return std::unexpected(written.error());
}

/// Returns a label if its revision is one that the client has seen.
Task<Result<std::optional<StoredLabel>>> Labels::read_seen(const LabelTarget& target) {
  auto label = co_await read_label(store_, target.owner, target.id);
  if (!label) co_return label;
  if (!*label) co_return no_such_label();
  const auto& seen = target.seen;
  const bool is_seen = seen.empty() || std::ranges::find(seen, (*label)->revision) != seen.end();
  if (is_seen) co_return label;
  co_return refuse(Errc::precondition_failed,
                   "The label has changed since you read it. Reload it and try again.");
}

/// Writes the new fields of a label. Returns false if another change came first.
Task<Result<bool>> Labels::write_change(const StoredLabel& before, const LabelFields& fields,
                                        AccountId owner, Origin origin) {
  StoredLabel after = before;
  after.name = fields.name;
  after.color = fields.color;
  if (after.name != before.name) {
    const auto named = co_await check_name(owner, after);
    if (!named) co_return std::unexpected(named.error());
    after.renamed_from = before.name;
    if (before.content) {
      const auto card = Card::parse(*before.content);
      if (!card) throw store::DatabaseError("a stored card cannot be read");
      const auto renamed = rename_group(*card, after.name, origin.at);
      if (!renamed) co_return std::unexpected(renamed.error());
      after.content = renamed->bytes();
    }
  }
  const LabelUpdate update{owner, origin, &before, &after, contacts_.keeps_history()};
  const auto written = co_await write_label(store_, update);
  if (!written && written.error().code == Errc::conflict) co_return false;
  if (!written) co_return std::unexpected(written.error());
  co_return *written != 0;
}

Task<Result<Label>> Labels::change(const LabelTarget& target, const LabelChange& change,
                                   Origin origin) {
  const LabelMembers members{store_, contacts_, target.owner, target.id};
  LabelTarget current = target;
  for (int attempt = 0; attempt < limits::write_attempts_max; ++attempt) {
    const auto label = co_await read_seen(current);
    if (!label) co_return std::unexpected(label.error());
    // A request that was interrupted may have left cards with the former name.
    const auto finished = co_await finish_renaming(members, **label, origin);
    if (!finished) co_return std::unexpected(finished.error());
    const auto fields = change({(*label)->name, (*label)->color});
    if (!fields) co_return std::unexpected(fields.error());
    if (fields->name == (*label)->name && fields->color == (*label)->color) {
      co_return co_await get(target.owner, target.id);
    }
    const auto written = co_await write_change(**label, *fields, target.owner, origin);
    if (!written) co_return std::unexpected(written.error());
    if (!*written) continue;
    const auto renamed = co_await read_label(store_, target.owner, target.id);
    if (!renamed) co_return std::unexpected(renamed.error());
    if (!*renamed) co_return no_such_label();
    const auto carried = co_await finish_renaming(members, **renamed, origin);
    if (!carried) co_return std::unexpected(carried.error());
    co_return co_await get(target.owner, target.id);
  }
  co_return outrun();
}

Task<Result<void>> Labels::remove(const LabelTarget& target, Origin origin) {
  const auto& owner = target.owner;
  const auto first = co_await read_seen(target);
  if (!first) co_return std::unexpected(first.error());
  LabelEdit edit{.removed = {(*first)->name}};
  if ((*first)->renamed_from) edit.removed.push_back(*(*first)->renamed_from);
  for (int attempt = 0; attempt < limits::write_attempts_max; ++attempt) {
    auto edited = co_await relabel_members({store_, contacts_, owner, target.id}, edit, origin);
    if (!edited) co_return edited;
    const auto label = co_await read_label(store_, owner, target.id);
    if (!label) co_return std::unexpected(label.error());
    if (!*label) co_return Result<void>();
    const LabelUpdate update{owner, origin, &**label, nullptr, contacts_.keeps_history()};
    const auto written = co_await write_label(store_, update);
    const bool is_taken = !written && written.error().code == Errc::conflict;
    if (!written && !is_taken) co_return std::unexpected(written.error());
    if (written && *written != 0) co_return Result<void>();
  }
  co_return outrun();
}

Task<Result<Contact>> Labels::put_on(AccountId owner, LabelId id, Operation operation,
                                     Origin origin) {
  const auto label = co_await read_label(store_, owner, id);
  if (!label) co_return std::unexpected(label.error());
  if (!*label) co_return no_such_label();
  operation.labels.added = {(*label)->name};
  operation.labels_book = (*label)->book;
  co_return co_await contacts_.apply(owner, std::move(operation), origin);
}

Task<Result<Contact>> Labels::take_off(AccountId owner, LabelId id, Operation operation,
                                       Origin origin) {
  const auto label = co_await read_label(store_, owner, id);
  if (!label) co_return std::unexpected(label.error());
  if (!*label) co_return no_such_label();
  operation.labels.removed = {(*label)->name};
  if ((*label)->renamed_from) operation.labels.removed.push_back(*(*label)->renamed_from);
  operation.labels_book = (*label)->book;
  co_return co_await contacts_.apply(owner, std::move(operation), origin);
}

namespace {

// $2: the concatenated ids of contacts (as contacts.search_fetch).
const std::string of_contacts_text =
    "select x.contact_id, l.id, l.name, l.color from n join contact_labels x "
    "on x.account_id = $1 and x.contact_id = ";
const std::string labels_text =
    " join labels l on l.account_id = x.account_id and l.id = x.label_id";
const Query select_of_contacts{
    "labels.of_contacts",
    "with recursive n (at) as (select 1 union all select at + 16 from n "
    "where at + 16 <= length($2)) " +
        of_contacts_text + "substr($2, n.at, 16)" + labels_text,
    "with n (at) as (select * from generate_series(1, greatest(1, length($2::bytea)), 16)) " +
        of_contacts_text + "substr($2::bytea, n.at, 16)" + labels_text};

}  // namespace

Task<Result<std::vector<std::vector<ContactLabel>>>> Labels::of_contacts(
    AccountId owner, std::span<const ContactId> contacts) {
  std::vector<std::vector<ContactLabel>> labels(contacts.size());
  if (contacts.empty()) co_return labels;
  std::string ids;
  for (const ContactId& each : contacts) ids += each.uuid.bytes();
  const auto rows = co_await store_.read(select_of_contacts, values(owner, store::Bytes{ids}));
  if (!rows) co_return std::unexpected(rows.error());
  for (std::size_t row = 0; row < rows->size(); ++row) {
    const auto id = store::read_column<ContactId>(*rows, "contact_id", row);
    const auto place = std::ranges::find(contacts, id);
    if (place == contacts.end()) continue;
    labels[static_cast<std::size_t>(place - contacts.begin())].push_back(
        store::read_row<ContactLabel>(*rows, row));
  }
  for (auto& each : labels) sort_by_name(each);
  co_return labels;
}

}  // namespace kith::contacts
