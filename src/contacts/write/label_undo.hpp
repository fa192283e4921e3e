#pragma once

#include <cstdint>
#include <vector>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "contacts/model/label.hpp"
#include "contacts/write/label_writes.hpp"
#include "store/store.hpp"

namespace kith::contacts {

/// The changes that an undo takes back.
struct UndoneChanges {
  std::int64_t change_group = 0;
  std::int64_t above = 0;  ///< those after this revision
  std::int64_t below = 0;  ///< and before this one
};

struct LabelChain;

/// Takes back the changes of labels in a change group. Labels come before the contacts, whose cards
/// then find them by name; labels that were created go afterwards, when no contact has them.
class LabelUndo {
 public:
  /// REQUIRES: `store` outlives this.
  LabelUndo(store::Store& store, AccountId owner, LabelOrigin origin)
      : store_(store), owner_(owner), origin_(origin) {}

  /// Gives the labels back their earlier name, colour and group card, and creates those again that
  /// were deleted. A label that was changed again since, or whose name is taken, stays as it is.
  /// Errors: those of the store.
  Task<Result<void>> restore(UndoneChanges changes);

  /// Deletes the labels that were created, unless they were changed since or a contact has them.
  /// REQUIRES: `restore` has run. Errors: those of the store.
  Task<Result<void>> delete_created();

  /// The number of labels that were taken back so far.
  int undone() const { return undone_; }

 private:
  /// A label that the change group has created.
  struct Created {
    LabelId id;
    std::int64_t revision = 0;  ///< of its last change in the change group
  };

  Task<Result<void>> restore_label(const LabelChain& chain);

  store::Store& store_;
  AccountId owner_;
  LabelOrigin origin_;
  std::vector<Created> created_;
  int undone_ = 0;
};

}  // namespace kith::contacts
