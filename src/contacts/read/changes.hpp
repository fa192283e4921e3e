#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/fields.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "contacts/rows/cursor.hpp"
#include "contacts/rows/weigh.hpp"
#include "store/store.hpp"

namespace kith::contacts {

/// A contact that was created, changed, restored or deleted.
struct ChangedContact {
  ContactId id;
  std::int64_t revision = 0;
  bool deleted = false;

  static std::string schema_name() { return "ChangedContact"; }
  static constexpr auto fields() {
    return kith::fields(
        field("id", &ChangedContact::id),
        field("revision", &ChangedContact::revision, {.doc = "The revision in the ETag."}),
        field("deleted", &ChangedContact::deleted,
              {.doc = "In the trash or permanently deleted."}));
  }
};

/// A page of changes in the order of their revisions.
struct ChangePage {
  std::vector<ChangedContact> items;
  std::string next_token;
  bool has_more = false;

  static std::string schema_name() { return "Changes"; }
  static constexpr auto fields() {
    return kith::fields(
        field("items", &ChangePage::items, {.doc = "Each contact once, at its latest revision."}),
        field("next_token", &ChangePage::next_token,
              {.doc = "The sync token; store it and pass it as `since` in the next request."}),
        field("has_more", &ChangePage::has_more,
              {.doc = "Whether more changes can be requested at once."}));
  }
};

/// Selects a page of changes.
struct ChangesRequest {
  std::optional<std::string> since;  ///< the last sync token; none: all contacts
  int limit = 0;
  Weigh weigh = {};  ///< null: changes are answered without their contacts
};

/// Lists the changes since a sync token. A client that keeps requesting pages converges to the
/// server's state despite concurrent writes, because changes come in the order of their revisions,
/// and the token and the rows come from one snapshot.
class Changes {
 public:
  /// REQUIRES: both arguments outlive this.
  Changes(store::Store& store, const CursorCodec& tokens) : store_(store), tokens_(tokens) {}

  /// Returns the next page of changes. Errors: `gone` for a token of another account, a damaged
  /// token, or a token older than the retained deletions; `unauthenticated` when the account is
  /// gone; `unavailable` from the store.
  Task<Result<ChangePage>> since(AccountId owner, ChangesRequest request);

 private:
  store::Store& store_;
  const CursorCodec& tokens_;
};

}  // namespace kith::contacts
