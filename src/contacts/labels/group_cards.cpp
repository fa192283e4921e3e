#include "contacts/labels/group_cards.hpp"

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "contacts/labels/label_members.hpp"
#include "contacts/model/group_card.hpp"
#include "contacts/model/uid.hpp"
#include "contacts/write/taken_names.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

using store::Query;
using store::values;

namespace {

constexpr std::string_view generated_prefix = "label-";
constexpr std::string_view extension = ".vcf";

/// Returns the id in a generated URL segment.
std::optional<LabelId> label_in(std::string_view resource) {
  if (!resource.starts_with(generated_prefix) || !resource.ends_with(extension)) {
    return std::nullopt;
  }
  resource.remove_prefix(generated_prefix.size());
  resource.remove_suffix(extension.size());
  const auto id = LabelId::parse(resource);
  return id ? std::optional(*id) : std::nullopt;
}

const Query select_group_cards{"labels.group_cards",
                               "select id, resource, uid from labels where account_id = $1 "
                               "and book = $2 and content is not null"};

}  // namespace

std::string generated_resource(const LabelId& label) {
  return std::string(generated_prefix) + label.to_string() + std::string(extension);
}

/// One put, until no other writer interferes.
class GroupCards::Put {
 public:
  /// REQUIRES: all outlive this.
  Put(GroupCards& cards, const GroupCardPut& put, const Origin& origin)
      : store_(cards.store_),
        contacts_(cards.contacts_),
        put_(put),
        origin_(origin),
        group_(read_group(put.card)) {
    if (group_.name.empty()) group_.name = "Group";
  }

  Task<Result<StoredGroupCard>> finish() {
    for (int attempt = 0; attempt < limits::write_attempts_max; ++attempt) {
      const auto done = co_await try_once();
      if (!done) co_return std::unexpected(done.error());
      if (*done) co_return **done;
    }
    co_return refuse(Errc::conflict, "Other requests keep changing this label. Try again.");
  }

 private:
  /// Returns nullopt if another change came first.
  Task<Result<std::optional<StoredGroupCard>>> try_once() {
    const auto before = co_await find_before();
    if (!before) co_return std::unexpected(before.error());
    const bool is_new = !*before || !(*before)->content;
    if (auto refused = failed_condition(*before, is_new)) {
      co_return std::unexpected(*std::move(refused));
    }
    const auto after = co_await state_after(*before);
    if (!after) co_return std::unexpected(after.error());
    const bool is_same = *before && (*before)->content == after->content &&
                         static_cast<const LabelColumns&>(**before) == *after;
    if (is_same) co_return StoredGroupCard{after->id, (*before)->revision, false};
    const LabelUpdate update{put_.owner, origin_, *before ? &**before : nullptr, &*after,
                             contacts_.keeps_history()};
    const auto written = co_await write_label(store_, update);
    const bool is_outrun = written ? *written == 0 : written.error().code == Errc::conflict;
    if (is_outrun) co_return std::nullopt;
    if (!written) co_return std::unexpected(written.error());
    const auto carried = co_await carry_over(*before, *after);
    if (!carried) co_return std::unexpected(carried.error());
    co_return StoredGroupCard{after->id, *written, is_new};
  }

  /// Returns the label that the put changes; nullopt if it makes a new one. Refuses a UID or a URL
  /// that another card has.
  Task<Result<std::optional<StoredLabel>>> find_before() {
    const auto& [owner, book, resource, card, seen, must_be_new] = put_;
    const auto rows = co_await store_.read(select_group_cards, values(owner, book));
    if (!rows) co_return std::unexpected(rows.error());
    std::optional<LabelId> at_url;
    for (std::size_t row = 0; row < rows->size(); ++row) {
      using Text = std::optional<std::string>;
      const auto id = store::read_column<LabelId>(*rows, "id", row);
      const auto url = store::read_column<Text>(*rows, "resource", row);
      const auto uid = store::read_column<Text>(*rows, "uid", row);
      const bool has_url = url.value_or(generated_resource(id)) == resource;
      if (has_url) at_url = id;
      const bool has_uid = uid && !group_.uid.empty() && uid_key(*uid) == uid_key(group_.uid);
      if (has_uid && !has_url) co_return std::unexpected(uid_taken({id.uuid}));
    }
    if (!at_url) at_url = label_in(resource);
    if (at_url) {
      auto label = co_await read_label(store_, owner, *at_url);
      if (!label || (*label && (*label)->book == book)) co_return label;
    }
    auto free = co_await check_contacts();
    if (!free) co_return std::unexpected(std::move(free.error()));
    auto named = co_await read_label_named(store_, owner, book, label_key(group_.name));
    if (named && *named && (*named)->content) co_return std::optional<StoredLabel>();
    co_return named;
  }

  /// Refuses a UID or a URL that a contact has.
  Task<Result<void>> check_contacts() {
    CardColumns columns;
    columns.book = put_.book;
    columns.resource = put_.resource;
    if (!group_.uid.empty()) columns.uid_key = uid_key(group_.uid);
    const auto uid = co_await find_uid_holder(store_, {put_.owner, {}, columns});
    if (!uid) co_return std::unexpected(uid.error());
    if (*uid) co_return std::unexpected(uid_taken(**uid));
    const auto resource = co_await find_resource_holder(store_, {put_.owner, {}, columns});
    if (!resource) co_return std::unexpected(resource.error());
    if (*resource) co_return std::unexpected(resource_taken(**resource));
    co_return Result<void>();
  }

  std::optional<Error> failed_condition(const std::optional<StoredLabel>& before,
                                        bool is_new) const {
    const bool is_unseen =
        !put_.seen.empty() &&
        (is_new || std::ranges::find(put_.seen, before->revision) == put_.seen.end());
    if (!is_unseen && (is_new || !put_.must_be_new)) return std::nullopt;
    return refuse(Errc::precondition_failed,
                  "The group card is not the one that the request is for. Reload it and try again.")
        .error();
  }

  /// Returns the label that results from the put.
  Task<Result<StoredLabel>> state_after(const std::optional<StoredLabel>& before) {
    StoredLabel after;
    after.id = LabelId::make(origin_.at);
    after.book = put_.book;
    if (before) after = *before;
    after.content = put_.card.bytes();
    after.uid.reset();
    if (!group_.uid.empty()) after.uid = group_.uid;
    after.resource.reset();
    if (put_.resource != generated_resource(after.id)) after.resource = put_.resource;
    if (before && former_name(*before) == group_.name) co_return after;
    const bool is_same = before && label_key(before->name) == label_key(group_.name);
    if (is_same && !before->content) co_return after;
    auto name = co_await free_name(after);
    if (!name) co_return std::unexpected(name.error());
    after.name = *std::move(name);
    if (before && before->name != after.name) after.renamed_from = before->name;
    co_return after;
  }

  /// Returns the name that the group card of a label had: that of the label may have a number.
  static std::string former_name(const StoredLabel& label) {
    if (!label.content) return label.name;
    const auto card = Card::parse(*label.content);
    return card ? read_group(*card).name : label.name;
  }

  /// Returns the name of the group, with a number if another label has it.
  Task<Result<std::string>> free_name(const StoredLabel& label) {
    for (std::size_t number = 1; number <= labels_max + 1; ++number) {
      std::string name = group_.name;
      if (number > 1) {
        const std::string suffix = " (" + std::to_string(number) + ")";
        while (count_chars(name) + suffix.size() > label_name_chars_max) {
          name = cut(name, name.size() - 1);
        }
        name += suffix;
      }
      if (is_reserved_label(name)) continue;
      const auto other = co_await read_label_named(store_, put_.owner, put_.book, label_key(name));
      if (!other) co_return std::unexpected(other.error());
      if (!*other || (*other)->id == label.id) co_return name;
    }
    co_return std::unexpected(too_many_labels());
  }

  /// Carries what the put has changed over to the contacts. Each is edited once, so that an undo of
  /// the change group finds the revision that it takes back: members that come or go get the new
  /// name with the same edit.
  Task<Result<void>> carry_over(const std::optional<StoredLabel>& before,
                                const StoredLabel& after) {
    std::vector<std::string> old_members;
    if (before && before->content) {
      if (const auto card = Card::parse(*before->content)) old_members = read_group(*card).members;
    }
    std::vector<std::string> gained;
    std::vector<std::string> lost;
    std::ranges::set_difference(group_.members, old_members, std::back_inserter(gained));
    std::ranges::set_difference(old_members, group_.members, std::back_inserter(lost));
    LabelEdit addition{.added = {after.name}};
    LabelEdit removal{.removed = {after.name}};
    if (after.renamed_from) {
      addition.renamed = {*after.renamed_from, after.name};
      removal.removed.push_back(*after.renamed_from);
    }
    auto added = co_await relabel(gained, addition);
    if (!added) co_return added;
    auto removed = co_await relabel(lost, removal);
    if (!removed) co_return removed;
    auto renamed =
        co_await finish_renaming({store_, contacts_, put_.owner, after.id}, after, origin_);
    // A contact that cannot be edited is left as it is, as in `relabel`.
    const bool is_left = !renamed && concerns_one_contact(renamed.error().code);
    co_return is_left ? Result<void>() : renamed;
  }

  /// Edits the labels of the contacts with these keys of UIDs. A contact that cannot be edited is
  /// left as it is: the group card has been stored.
  Task<Result<void>> relabel(const std::vector<std::string>& keys, const LabelEdit& edit) {
    constexpr auto piece = static_cast<std::size_t>(limits::change_piece_contacts);
    std::vector<Operation> operations;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      CardColumns columns;
      columns.book = put_.book;
      columns.uid_key = keys[i];
      const auto contact = co_await find_uid_holder(store_, {put_.owner, {}, columns});
      if (!contact) co_return std::unexpected(contact.error());
      if (*contact) {
        operations.push_back({.id = **contact, .labels = edit, .follows_group_card = true});
      }
      if (operations.size() < piece && i + 1 < keys.size()) continue;
      for (auto& each : co_await contacts_.apply_all(put_.owner, operations, origin_)) {
        if (each || concerns_one_contact(each.error().code)) continue;
        co_return std::unexpected(std::move(each.error()));
      }
      operations.clear();
    }
    co_return Result<void>();
  }

  store::Store& store_;
  Contacts& contacts_;
  const GroupCardPut& put_;
  const Origin& origin_;
  GroupCard group_;
};

Task<Result<StoredGroupCard>> GroupCards::put(const GroupCardPut& put, Origin origin) {
  co_return co_await Put(*this, put, origin).finish();
}

Task<Result<std::optional<LabelId>>> GroupCards::find(AccountId owner, std::int64_t book,
                                                      std::string_view resource) {
  const auto rows = co_await store_.read(select_group_cards, values(owner, book));
  if (!rows) co_return std::unexpected(rows.error());
  for (std::size_t row = 0; row < rows->size(); ++row) {
    const auto id = store::read_column<LabelId>(*rows, "id", row);
    const auto url = store::read_column<std::optional<std::string>>(*rows, "resource", row);
    if (url.value_or(generated_resource(id)) == resource) co_return id;
  }
  co_return std::nullopt;
}

}  // namespace kith::contacts
