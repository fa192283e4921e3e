#include "contacts/search/search.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/limits.hpp"
#include "contacts/rows/contact_rows.hpp"
#include "contacts/search/rows.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

using store::Lane;
using store::Query;
using store::values;

namespace {

std::string question_of(const SearchRequest& request) {
  std::string question = "search ";
  question += request.sort ? name_of(*request.sort) : "best";
  question += request.favorite ? (*request.favorite ? " true " : " false ") : " any ";
  if (request.label) question += "label " + request.label->to_string() + " ";
  if (request.book) question += "book " + std::to_string(*request.book) + ' ';
  return question + request.query.text;
}

const Query select_labelled{
    "contacts.search_label",
    "select contact_id from contact_labels where account_id = $1 and label_id = $2 "
    "order by contact_id"};

/// Reads the ids of the contacts with a label, in order.
Task<Result<std::vector<ContactId>>> read_labelled(store::Store& store, AccountId owner,
                                                   LabelId label) {
  const auto rows = co_await store.read(select_labelled, values(owner, label), Lane::scan);
  if (!rows) co_return std::unexpected(rows.error());
  std::vector<ContactId> ids;
  ids.reserve(rows->size());
  for (std::size_t row = 0; row < rows->size(); ++row) {
    ids.push_back(store::read_column<ContactId>(*rows, "contact_id", row));
  }
  co_return ids;
}

/// The columns of a SearchRow.
const std::string row_columns = store::column_list(SearchRow::fields());

const Query select_revision{"contacts.search_revision",
                            "select rev, contact_count, derived_epoch from account_rev "
                            "where account_id = $1"};

const Query select_rows{"contacts.search_rows",
                        "select " + row_columns +
                            " from contacts where account_id = $1 and deleted_at is null and "
                            "(not_favorite, sort_key, id) > ($2, $3, $4) "
                            "order by not_favorite, sort_key, id limit $5"};

std::vector<SearchRow*> pointers_to(std::vector<SearchRow>& rows) {
  std::vector<SearchRow*> pointers;
  pointers.reserve(rows.size());
  for (SearchRow& each : rows) pointers.push_back(&each);
  return pointers;
}

/// Reads all contacts of an account in parts. A contact that changes meanwhile may be in two parts
/// or in none: its revision is later than the revision at the start.
Task<Result<SearchBlock::Builder>> read_rows(store::Store& store, AccountId owner,
                                             std::int64_t count) {
  SearchBlock::Builder builder;
  builder.reserve(static_cast<std::size_t>(count));
  const bool is_small = count <= limits::search_point_rows;
  const int limit = is_small ? limits::search_point_rows : limits::search_load_rows;
  int not_favorite = -1;
  std::string sort_key;
  ContactId id;
  for (;;) {
    auto rows = co_await store.read(select_rows,
                                    values(owner, not_favorite, store::Bytes{sort_key}, id, limit),
                                    is_small ? Lane::point : Lane::scan);
    if (!rows) co_return std::unexpected(std::move(rows.error()));
    auto piece = store::read_rows<SearchRow>(*rows);
    const auto renewed = co_await renew_rows(store, owner, pointers_to(piece));
    if (!renewed) co_return std::unexpected(renewed.error());
    for (const SearchRow& row : piece) builder.append(row);
    if (piece.size() < static_cast<std::size_t>(limit)) break;
    not_favorite = piece.back().not_favorite;
    sort_key = piece.back().sort_key;
    id = piece.back().id;
  }
  co_return builder;
}

}  // namespace

Task<Result<SearchIndexPtr>> Search::load(AccountId owner) {
  const auto account = co_await store_.read(select_revision, values(owner));
  if (!account) co_return std::unexpected(account.error());
  if (account->empty()) co_return refuse(Errc::not_found, "The account does not exist.");
  const auto revision = store::read_column<std::int64_t>(*account, "rev");
  const auto count = store::read_column<std::int64_t>(*account, "contact_count");
  const auto epoch = store::read_column<std::int64_t>(*account, "derived_epoch");
  auto builder = co_await read_rows(store_, owner, count);
  if (!builder) co_return std::unexpected(std::move(builder.error()));
  const auto finish = [&] { return std::move(*builder).finish(); };
  auto block = builder->bytes() <= limits::search_change_bytes_max
                   ? Result<SearchBlock>(finish())
                   : co_await indexes_.threads().run<SearchBlock>(finish);
  if (!block) co_return std::unexpected(std::move(block.error()));
  auto index = std::make_shared<const SearchIndex>(*std::move(block), revision, epoch);
  indexes_.keep(owner, index);
  co_return index;
}

/// Returns the index in memory, or loads it; of concurrent requests, only one loads.
Task<Result<SearchIndexPtr>> Search::index_of(AccountId owner) {
  for (int attempt = 0; attempt < limits::search_attempts_max; ++attempt) {
    if (auto index = indexes_.find(owner)) co_return index;
    const auto loading = co_await indexes_.begin_loading(owner);
    if (!loading) co_return std::unexpected(loading.error());
    if (auto index = indexes_.find(owner)) co_return index;
    if (*loading) co_return co_await load(owner);
  }
  co_return refuse(Errc::unavailable,
                   "The contacts cannot be read at the moment. Try again shortly.");
}

namespace {

// $2: the revision of the index; $3: the limit. Living contacts, the trash and tombstones each have
// an index by revision; the query merges them.
const Query select_changes{
    "contacts.search_changes",
    "select r.rev as account_rev, r.forgotten_rev, r.derived_epoch, x.id, x.rev, x.deleted, "
    "x.not_favorite, "
    "x.created_at, x.sort_key, x.search_text, x.phone_digits, x.book "
    "from account_rev r left join (select " +
        row_columns +
        ", 0 as deleted from contacts where account_id = $1 and rev > $2 and deleted_at is null "
        "union all select " +
        row_columns +
        ", 1 as deleted from contacts where account_id = $1 and rev > $2 "
        "and deleted_at is not null "
        "union all select contact_id as id, 1, 0, rev, null, '', '', 1, 1 as deleted "
        "from contact_tombstones where account_id = $1 and rev > $2 "
        "order by rev limit $3) x on 1 = 1 where r.account_id = $1 order by x.rev"};

/// The changes since a revision.
struct News {
  std::int64_t revision = 0;   ///< the last revision covered
  std::int64_t newest = 0;     ///< the account's newest revision
  std::int64_t forgotten = 0;  ///< the revision up to which deletions are no longer known
  std::int64_t derived_epoch = 0;
  std::vector<SearchChange> changes = {};

  std::vector<SearchRow*> rows() {
    std::vector<SearchRow*> rows;
    for (SearchChange& each : changes) {
      if (each.now) rows.push_back(&*each.now);
    }
    return rows;
  }
};

News read_news(const store::Rows& rows) {
  News news{.newest = store::read_column<std::int64_t>(rows, "account_rev"),
            .forgotten = store::read_column<std::int64_t>(rows, "forgotten_rev"),
            .derived_epoch = store::read_column<std::int64_t>(rows, "derived_epoch")};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto id = store::read_column<std::optional<ContactId>>(rows, "id", i);
    if (!id) break;  // the account's row only: no changes
    SearchChange change{*id, std::nullopt};
    if (!store::read_column<bool>(rows, "deleted", i))
      change.now = store::read_row<SearchRow>(rows, i);
    // A contact that was purged and created again has two.
    std::erase_if(news.changes, [&](const SearchChange& each) { return each.id == *id; });
    news.changes.push_back(std::move(change));
    news.revision = store::read_column<std::int64_t>(rows, "rev", i);
  }
  if (rows.size() < static_cast<std::size_t>(limits::search_point_rows))
    news.revision = news.newest;
  return news;
}

}  // namespace

Task<Result<SearchIndexPtr>> Search::bring_up_to_date(AccountId owner, SearchIndexPtr index,
                                                      std::int64_t revision) {
  // Concurrent searches want the same index: another may have loaded some or all of it.
  bool is_of_others = false;
  const auto take_newer = [&] {
    const auto kept = indexes_.find(owner);
    if (!kept || !kept->is_newer_than(*index)) return false;
    index = kept;
    return is_of_others = true;
  };
  for (;;) {
    const bool is_large = index->bytes() > limits::search_change_bytes_max;
    auto duty = is_large ? co_await indexes_.begin_loading(owner)
                         : Result<std::optional<SearchIndexes::Loading>>();
    if (!duty) co_return std::unexpected(duty.error());
    take_newer();
    if (is_of_others && index->revision() >= revision) co_return index;
    const auto rows = co_await store_.read(
        select_changes, values(owner, index->revision(), limits::search_point_rows));
    if (!rows) co_return std::unexpected(rows.error());
    if (rows->empty()) co_return refuse(Errc::not_found, "The account does not exist.");
    if (take_newer()) continue;
    News news = read_news(*rows);
    const auto renewed = co_await renew_rows(store_, owner, news.rows());
    if (!renewed) co_return std::unexpected(renewed.error());
    if (news.forgotten > index->revision() || news.newest < index->revision() ||
        news.derived_epoch != index->derived_epoch()) {
      indexes_.drop(owner, index);
      duty->reset();
      co_return co_await index_of(owner);
    }
    if (news.newest == index->revision()) co_return index;
    if (is_large && !*duty) continue;
    const auto change = [&] { return index->changed(std::move(news.changes), news.revision); };
    auto changed = is_large ? co_await indexes_.threads().run<SearchIndexPtr>(change)
                            : Result<SearchIndexPtr>(change());
    if (!changed) co_return changed;
    index = *std::move(changed);
    indexes_.keep(owner, index);
    if (news.revision == news.newest) co_return index;
  }
}

Task<Result<FoundContacts>> Search::ask(SearchIndexPtr index, const SearchQuestion& question,
                                        int limit) {
  const auto find = [&] { return index->find(question, static_cast<std::size_t>(limit)); };
  const std::size_t more_words = question.terms.words.size() - 1;
  const std::size_t bytes_max = limits::search_find_bytes_max * limits::search_words_per_cost /
                                (limits::search_words_per_cost + more_words);
  if (index->bytes() <= bytes_max) co_return find();
  co_return co_await indexes_.threads().run<FoundContacts>(find);
}

namespace {

/// Returns the bytes of a contact's texts, which make up nearly all of its size in an answer.
std::size_t text_bytes(const Contact& contact) {
  std::size_t bytes = contact.email ? contact.email->text.size() : 0;
  for (const auto* text :
       {&contact.first_name, &contact.last_name, &contact.phone, &contact.notes}) {
    bytes += *text ? (*text)->size() : 0;
  }
  return bytes;
}

}  // namespace

Task<Result<Search::Fetched>> Search::fetch(AccountId owner, std::span<const FoundEntry> found) {
  std::vector<ContactId> ids;
  ids.reserve(found.size());
  for (const FoundEntry& each : found) ids.push_back(each.id);
  const auto rows = co_await read_by_id(store_, owner, ids);
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty()) co_return refuse(Errc::not_found, "The account does not exist.");
  Fetched fetched{.revision = store::read_column<std::int64_t>(*rows, "account_rev"),
                  .derived_epoch = store::read_column<std::int64_t>(*rows, "derived_epoch")};
  fetched.contacts.resize(found.size());
  for (std::size_t i = 0; i < rows->size(); ++i) {
    const auto id = store::read_column<std::optional<ContactId>>(*rows, "id", i);
    if (!id) continue;  // deleted
    // They arrive in id order, although SQL does not guarantee it.
    const bool in_order = i < found.size() && found[i].id == *id;
    const auto place = in_order ? found.begin() + static_cast<std::ptrdiff_t>(i)
                                : std::ranges::find(found, *id, &FoundEntry::id);
    if (place == found.end()) throw store::DatabaseError("a contact was found under another id");
    Contact contact = read_contact(*rows, i);
    fetched.bytes += text_bytes(contact);
    fetched.contacts[static_cast<std::size_t>(place - found.begin())] = std::move(contact);
  }
  co_return fetched;
}

/// Fetches a few contacts first, then as many at once as should fit by their size.
Task<Result<Search::Fetched>> Search::fetch_page(AccountId owner,
                                                 std::span<const FoundEntry> found) {
  constexpr std::size_t first_contacts = 64;
  auto page = co_await fetch(owner, found.first(std::min(found.size(), first_contacts)));
  while (page && page->contacts.size() < found.size() &&
         page->bytes < limits::search_page_bytes_max) {
    const std::size_t mean_bytes = page->bytes / page->contacts.size() + 1;
    const std::size_t fitting = (limits::search_page_bytes_max - page->bytes) / mean_bytes + 1;
    const auto rest = found.subspan(page->contacts.size());
    auto more = co_await fetch(owner, rest.first(std::min(rest.size(), fitting)));
    if (!more) co_return more;
    page->revision = std::max(page->revision, more->revision);
    page->derived_epoch = std::max(page->derived_epoch, more->derived_epoch);
    page->bytes += more->bytes;
    std::ranges::move(more->contacts, std::back_inserter(page->contacts));
  }
  co_return page;
}

namespace {

/// Returns whether all contacts exist and are unchanged since `revision`.
bool are_of(const std::vector<std::optional<Contact>>& contacts, std::int64_t revision) {
  return std::ranges::all_of(contacts,
                             [&](const auto& each) { return each && each->revision <= revision; });
}

/// Returns the number of contacts that fit into a page, at least one. `more` has the bytes of each
/// besides its texts; empty: none.
std::size_t fitting(const std::vector<std::optional<Contact>>& contacts,
                    std::span<const std::size_t> more) {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < contacts.size(); ++i) {
    bytes += (contacts[i] ? text_bytes(*contacts[i]) : 0) + (more.empty() ? 0 : more[i]);
    if (bytes > limits::search_page_bytes_max) return std::max<std::size_t>(i, 1);
  }
  return contacts.size();
}

Task<Result<std::vector<std::size_t>>> weigh_found(const Weigh& weigh,
                                                   std::span<const FoundEntry> found) {
  if (!weigh) co_return std::vector<std::size_t>();
  std::vector<ContactId> ids;
  ids.reserve(found.size());
  for (const FoundEntry& each : found) ids.push_back(each.id);
  co_return co_await weigh(std::move(ids));
}

Slice<FoundContact> slice_of(std::span<const FoundEntry> found,
                             std::vector<std::optional<Contact>> contacts) {
  Slice<FoundContact> slice;
  slice.items.reserve(found.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (!contacts[i]) continue;
    slice.items.push_back({*std::move(contacts[i]), found[i].field});
  }
  return slice;
}

}  // namespace

Task<Result<Slice<FoundContact>>> Search::find(AccountId owner, const SearchRequest& request) {
  const std::string cursor_question = question_of(request);
  SearchQuestion question{.terms = request.query.terms,
                          .sort = request.sort,
                          .favorite = request.favorite,
                          .book = request.book};
  if (request.label) {
    auto ids = co_await read_labelled(store_, owner, *request.label);
    if (!ids) co_return std::unexpected(std::move(ids.error()));
    question.only = std::make_shared<const std::vector<ContactId>>(*std::move(ids));
  }
  if (request.cursor) {
    auto after = cursors_.decode(owner, cursor_question, *request.cursor);
    if (!after) co_return std::unexpected(std::move(after.error()));
    question.after = *std::move(after);
  }
  auto index = co_await index_of(owner);
  for (int attempt = 1; index; ++attempt) {
    const auto found = co_await ask(*index, question, request.limit);
    if (!found) co_return std::unexpected(found.error());
    auto fetched = co_await fetch_page(owner, found->items);
    if (!fetched) co_return std::unexpected(std::move(fetched.error()));
    const std::int64_t revision = (*index)->revision();
    // An index updated for this request contains everything that preceded the request.
    const bool is_known =
        fetched->derived_epoch == (*index)->derived_epoch() &&
        (fetched->revision == revision || (attempt > 1 && are_of(fetched->contacts, revision)));
    // If contacts change constantly, the answer has those that still exist.
    if (is_known || attempt == limits::search_attempts_max) {
      const auto fetched_part = std::span(found->items).first(fetched->contacts.size());
      const auto more = co_await weigh_found(request.weigh, fetched_part);
      if (!more) co_return std::unexpected(more.error());
      const auto page = fetched_part.first(fitting(fetched->contacts, *more));
      auto slice = slice_of(page, std::move(fetched->contacts));
      if (page.size() < found->items.size() || found->has_more) {
        slice.next_cursor = cursors_.encode(owner, cursor_question, page.back().position());
      }
      co_return slice;
    }
    index = co_await bring_up_to_date(owner, *std::move(index), fetched->revision);
  }
  co_return std::unexpected(std::move(index.error()));
}

}  // namespace kith::contacts
