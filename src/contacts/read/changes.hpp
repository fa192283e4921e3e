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
#include "store/store.hpp"

namespace kith::contacts {

/// That a contact has changed (or is new, or restored), or is deleted.
struct ChangedContact {
  ContactId id;
  std::int64_t revision = 0;
  bool deleted = false;

  static std::string schema_name() { return "ChangedContact"; }
  static constexpr auto fields() {
    return kith::fields(
        field("id", &ChangedContact::id),
        field("revision", &ChangedContact::revision, {.doc = "The number in the ETag."}),
        field("deleted", &ChangedContact::deleted, {.doc = "In the trash, or gone for ever."}));
  }
};

/// Some changes in the order of their revisions.
struct ChangePage {
  std::vector<ChangedContact> items;
  std::string next_token;
  bool has_more = false;

  static std::string schema_name() { return "Changes"; }
  static constexpr auto fields() {
    return kith::fields(
        field("items", &ChangePage::items, {.doc = "Each contact once, at its newest revision."}),
        field("next_token", &ChangePage::next_token,
              {.doc = "What has been told so far; keep it and pass it as `since`."}),
        field("has_more", &ChangePage::has_more, {.doc = "Ask again at once."}));
  }
};

/// What a client that syncs asks for.
struct ChangesRequest {
  std::optional<std::string> since;  ///< the token of the last page; none: everything there is
  int limit = 0;
};

/// Tells clients that sync what has changed since they last asked. A client that keeps asking ends
/// equal to the server, whatever is written meanwhile: changes come in the order in which the
/// account was changed, and the token and the rows are of one snapshot.
class Changes {
 public:
  /// REQUIRES: both outlive this.
  Changes(store::Store& store, const CursorCodec& tokens) : store_(store), tokens_(tokens) {}

  /// Errors: `gone` for a token that was not made for this account, is damaged, or is so old that
  /// deletions since then have been forgotten; `unauthenticated` when the account is gone;
  /// `unavailable` from the store.
  Task<Result<ChangePage>> since(AccountId owner, ChangesRequest request);

 private:
  store::Store& store_;
  const CursorCodec& tokens_;
};

}  // namespace kith::contacts
