#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "contacts/model/contact.hpp"
#include "contacts/model/label.hpp"
#include "contacts/rows/slice.hpp"
#include "contacts/rows/weigh.hpp"
#include "contacts/search/indexes.hpp"
#include "contacts/search/terms.hpp"
#include "store/store.hpp"

namespace kith::contacts {

/// A search request.
struct SearchRequest {
  SearchQuery query;                        ///< REQUIRES: its terms are not empty
  std::optional<Sort> sort = std::nullopt;  ///< null: the best first
  std::optional<bool> favorite = std::nullopt;
  std::optional<LabelId> label = std::nullopt;      ///< only contacts with this label
  std::optional<std::int64_t> book = std::nullopt;  ///< null: all address books
  std::optional<std::string> cursor = std::nullopt;
  int limit = limits::page_size_default;
  Weigh weigh = {};  ///< null: contacts are answered as their rows
};

/// A contact found by a search.
struct FoundContact : Contact {
  MatchedField matched = name_field;

  static std::string schema_name() { return "FoundContact"; }
  static constexpr auto fields() {
    return Contact::fields() +
           kith::fields(
               field("matched", &FoundContact::matched,
                     {.doc = "The field that matches the query. For several words: `name` "
                             "if the name contains all of them, otherwise the first "
                             "other field that contains one. Fields after `phone` are those "
                             "of cards; their matches rank last.",
                      .stored = false}));
  }
};

/// Searches an account's contacts, on one loop. The index selects the contacts, and the database
/// supplies them. That read also checks that the index has the account's newest revision, so an
/// answer never lacks the client's latest writes.
class Search {
 public:
  /// REQUIRES: all outlive this.
  Search(store::Store& store, const CursorCodec& cursors, SearchIndexes& indexes)
      : store_(store), cursors_(cursors), indexes_(indexes) {}

  /// Returns a page of results, without gaps or repeats as in all lists. The page is shorter than
  /// requested when its contacts exceed `limits::search_page_bytes_max`. Errors: `malformed` for a
  /// cursor that is not of this search; `unavailable` from the store, or when too many requests
  /// wait.
  Task<Result<Slice<FoundContact>>> find(AccountId owner, const SearchRequest& request);

 private:
  /// The contacts of one page as read from the database.
  struct Fetched {
    std::int64_t revision = 0;                          ///< the newest that was read
    std::int64_t derived_epoch = 0;                     ///< SearchIndex::derived_epoch
    std::vector<std::optional<Contact>> contacts = {};  ///< null: deleted since
    std::size_t bytes = 0;                              ///< of their texts
  };

  Task<Result<SearchIndexPtr>> index_of(AccountId owner);
  Task<Result<SearchIndexPtr>> load(AccountId owner);
  Task<Result<SearchIndexPtr>> bring_up_to_date(AccountId owner, SearchIndexPtr index,
                                                std::int64_t revision);
  Task<Result<FoundContacts>> ask(SearchIndexPtr index, const SearchQuestion& question, int limit);
  Task<Result<Fetched>> fetch(AccountId owner, std::span<const FoundEntry> found);
  Task<Result<Fetched>> fetch_page(AccountId owner, std::span<const FoundEntry> found);

  store::Store& store_;
  const CursorCodec& cursors_;
  SearchIndexes& indexes_;
};

}  // namespace kith::contacts
