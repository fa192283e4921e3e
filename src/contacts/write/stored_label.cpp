#include "contacts/write/stored_label.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "contacts/model/group_card.hpp"
#include "contacts/write/card_patch.hpp"
#include "json/write.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

using store::Query;
using store::values;

namespace {

const std::string label_columns =
    "id, " + store::column_list(LabelColumns::fields()) + ", rev, content, renamed_from";

const Query select_label{
    "labels.get", "select " + label_columns + " from labels where account_id = $1 and id = $2"};
const Query select_label_named{
    "labels.get_named", "select " + label_columns +
                            " from labels where account_id = $1 and book = $2 and name_key = $3"};

std::optional<StoredLabel> label_in(const store::Rows& rows) {
  using Text = std::optional<std::string>;
  if (rows.empty()) return std::nullopt;
  StoredLabel label;
  static_cast<LabelColumns&>(label) = store::read_row<LabelColumns>(rows, 0);
  label.id = store::read_column<LabelId>(rows, "id");
  label.revision = store::read_column<std::int64_t>(rows, "rev");
  label.content = store::read_column<Text>(rows, "content");
  label.renamed_from = store::read_column<Text>(rows, "renamed_from");
  return label;
}

}  // namespace

Task<Result<std::optional<StoredLabel>>> read_label(store::Store& store, AccountId owner,
                                                    LabelId id) {
  const auto rows = co_await store.read(select_label, values(owner, id));
  if (!rows) co_return std::unexpected(rows.error());
  co_return label_in(*rows);
}

Task<Result<std::optional<StoredLabel>>> read_label_named(store::Store& store, AccountId owner,
                                                          std::int64_t book, std::string_view key) {
  const auto rows = co_await store.read(select_label_named, values(owner, book, key));
  if (!rows) co_return std::unexpected(rows.error());
  co_return label_in(*rows);
}

Error too_many_labels() {
  return {.code = Errc::forbidden,
          .detail = "An account can have at most " + std::to_string(labels_max) +
                    " labels. Delete one first.",
          .slug = "too-many-labels"};
}

namespace {

// The revision that guards a statement: $3, or that of the account for a label that was created
// just now.
const std::string label_has_revision =
    "rev = coalesce($3, (select rev from account_rev where account_id = $1))";
const std::string label_is_unchanged =
    " and exists (select 1 from labels where account_id = $1 and id = $2 and " +
    label_has_revision + ")";

const Query label_revision{"labels.next_revision",
                           "update account_rev set rev = rev + 1 where account_id = $1 and exists "
                           "(select 1 from labels where account_id = $1 and id = $2 and rev = $3) "
                           "returning rev"};
// A label that cards outside the trash name is not deleted: the database then refuses the whole
// transaction.
const Query label_revision_of_deleted{
    "labels.next_revision_of_deleted",
    "update account_rev set rev = case when not exists (select 1 from contact_labels x "
    "join contacts c on c.account_id = x.account_id and c.id = x.contact_id "
    "and coalesce(c.deleted_at, 0) = 0 "
    "where x.account_id = $1 and x.label_id = $2 and x.sources in (1, 3)) then rev + 1 end "
    "where account_id = $1 and exists "
    "(select 1 from labels where account_id = $1 and id = $2 and rev = $3) returning rev"};
const Query label_revision_of_new{
    "labels.next_revision_of_new",
    "update account_rev set rev = rev + 1 where account_id = $1 and "
    "(select count(*) from labels where account_id = $1) < $2 returning rev"};

const Query insert_label{
    "labels.insert",
    "insert into labels (account_id, id, rev, content, renamed_from, name_key, " +
        store::column_list(LabelColumns::fields()) +
        ") select account_id, $2, rev, $4, $5, $6, cast($7 as bigint), $8, $9, $10, $11 "
        "from account_rev where account_id = $1 and "
        "(select count(*) from labels where account_id = $1) < $3 returning rev"};
const Query update_label{"labels.update",
                         "update labels set content = $4, renamed_from = $5, name_key = $6, " +
                             store::assignment_list(LabelColumns::fields(), 7) +
                             ", rev = (select rev from account_rev where account_id = $1) "
                             "where account_id = $1 and id = $2 and rev = $3 returning rev"};
const Query delete_label{"labels.delete",
                         "delete from labels where account_id = $1 and id = $2 and rev = $3 "
                         "returning (select rev from account_rev where account_id = $1) as rev"};

const Query insert_member{
    "labels.insert_member",
    "insert into label_members (account_id, label_id, uid_key, contact_id) "
    "select account_id, id, $4, $5 from labels where account_id = $1 and id = $2 and " +
        label_has_revision + " on conflict do nothing"};
const Query delete_member{
    "labels.delete_member",
    "delete from label_members where account_id = $1 and label_id = $2 and uid_key = $4" +
        label_is_unchanged};

// The contacts of a group card are found again after each change of its members.
const std::string of_label = " where account_id = $1 and label_id = $2 and ";
const Query unlink_members{"labels.unlink_members",
                           "update contact_labels set sources = sources - 2" + of_label +
                               "sources >= 2" + label_is_unchanged};
const Query delete_unlinked{"labels.delete_unlinked", "delete from contact_labels" + of_label +
                                                          "sources = 0" + label_is_unchanged};

/// Returns the insertion of the links to the contacts that fulfil `is_member`.
std::string link_text(const std::string& is_member) {
  return "insert into contact_labels (account_id, contact_id, label_id, sources) "
         "select m.account_id, c.id, m.label_id, 2 from label_members m "
         "join labels l on l.account_id = m.account_id and l.id = m.label_id and l." +
         label_has_revision +
         " join contacts c on c.account_id = m.account_id and c.book = l.book and " + is_member +
         " where m.account_id = $1 and m.label_id = $2 "
         "on conflict (account_id, contact_id, label_id) do update set "
         "sources = contact_labels.sources + 2";
}

const Query link_by_uid{"labels.link_by_uid",
                        link_text("c.uid_key = m.uid_key and c.deleted_at is null")};
const Query link_by_id{"labels.link_by_id", link_text("c.id = m.contact_id and c.uid_key is null")};

const Query record_change{
    "labels.record_change",
    "insert into label_changes (account_id, rev, label_id, changed_at, change_group, kind, "
    "old_values, old_content) "
    "select l.account_id, r.rev, l.id, cast($4 as bigint), cast($5 as bigint), $6, $7, $8 "
    "from labels l join account_rev r on r.account_id = l.account_id "
    "where l.account_id = $1 and l.id = $2 and l.rev = coalesce($3, r.rev) on conflict do nothing"};

/// The statements of one change of a label.
class LabelBatch {
 public:
  explicit LabelBatch(const LabelUpdate& update)
      : update_(update), id_(update.before ? update.before->id : update.after->id) {
    if (update.before) revision_ = update.before->revision;
  }

  /// Returns the handle whose row has the new revision.
  store::Batch::Handle add_all(store::Batch& batch) {
    const auto& [owner, origin, before, after, keeps_history] = update_;
    if (!before) {
      batch.add(label_revision_of_new, owner, static_cast<std::int64_t>(labels_max));
      const auto inserted = add_row(batch, insert_label, static_cast<std::int64_t>(labels_max));
      add_rest(batch);
      return inserted;
    }
    batch.add(after ? label_revision : label_revision_of_deleted, owner, id_, before->revision);
    add_rest(batch);
    if (after) return add_row(batch, update_label, before->revision);
    return batch.add(delete_label, owner, id_, before->revision);
  }

 private:
  store::Batch::Handle add_row(store::Batch& batch, const Query& query, std::int64_t third) {
    const StoredLabel& after = *update_.after;
    store::Values parameters =
        values(update_.owner, id_, third,
               after.content ? std::optional(store::Bytes{*after.content}) : std::nullopt,
               after.renamed_from, label_key(after.name));
    store::append_values(parameters, LabelColumns::fields(), after);
    return batch.add_values(query, std::move(parameters));
  }

  void add_rest(store::Batch& batch) {
    if (update_.after) add_members(batch);
    if (update_.keeps_history) add_history(batch);
  }

  static std::vector<std::string> members_of(const StoredLabel* label) {
    if (!label || !label->content) return {};
    const auto card = Card::parse(*label->content);
    if (!card || !is_group(*card)) return {};
    return read_group(*card).members;
  }

  void add_members(store::Batch& batch) {
    const auto before = members_of(update_.before);
    const auto after = members_of(update_.after);
    if (before == after) return;
    std::vector<std::string> gone;
    std::vector<std::string> added;
    std::ranges::set_difference(before, after, std::back_inserter(gone));
    std::ranges::set_difference(after, before, std::back_inserter(added));
    const AccountId& owner = update_.owner;
    for (std::string& key : gone) batch.add(delete_member, owner, id_, revision_, std::move(key));
    for (std::string& key : added) {
      const auto contact = ContactId::parse(key);
      batch.add(insert_member, owner, id_, revision_, std::move(key),
                contact ? std::optional(*contact) : std::nullopt);
    }
    batch.add(unlink_members, owner, id_, revision_);
    batch.add(link_by_uid, owner, id_, revision_);
    batch.add(link_by_id, owner, id_, revision_);
    batch.add(delete_unlinked, owner, id_, revision_);
  }

  void add_history(store::Batch& batch) {
    const auto& [owner, origin, before, after, keeps_history] = update_;
    ChangeKind kind = ChangeKind::changed;
    std::optional<std::string> old_values;
    if (!before) kind = ChangeKind::created;
    if (!after) kind = ChangeKind::deleted;
    if (before) old_values = json::to_json(static_cast<const LabelColumns&>(*before));
    batch.add(record_change, owner, id_, revision_, origin.at, origin.change_group, kind,
              std::move(old_values), old_content());
  }

  std::optional<store::OwnedBytes> old_content() const {
    if (!update_.before) return std::nullopt;
    const auto& before = update_.before->content;
    const std::optional<std::string> none;
    const auto& after = update_.after ? update_.after->content : none;
    if (before == after) return std::nullopt;
    return store::OwnedBytes{before ? card_patch(*before, after.value_or("")) : std::string()};
  }

  const LabelUpdate& update_;
  LabelId id_;
  std::optional<std::int64_t> revision_;
};

}  // namespace

Task<Result<std::int64_t>> write_label(store::Store& store, const LabelUpdate& update) {
  store::Batch batch;
  const auto row = LabelBatch(update).add_all(batch);
  const auto written = co_await store.write(update.owner, std::move(batch));
  if (!written) co_return std::unexpected(written.error());
  const store::Rows& rows = (*written)[row];
  if (!rows.empty()) co_return store::read_column<std::int64_t>(rows, "rev");
  if (!update.before) co_return std::unexpected(too_many_labels());
  co_return std::int64_t{0};
}

}  // namespace kith::contacts
