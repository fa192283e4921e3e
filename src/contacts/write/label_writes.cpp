#include "contacts/write/label_writes.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "contacts/model/label.hpp"
#include "contacts/model/uid.hpp"

namespace kith::contacts {

using store::Query;

namespace {

// The revision that guards a statement: $3, or that of the account.
const std::string contact_has_revision =
    "rev = coalesce($3, (select rev from account_rev where account_id = $1))";
const std::string contact_is_unchanged =
    " and exists (select 1 from contacts where account_id = $1 and id = $2 and " +
    contact_has_revision + ")";
const std::string of_contact = " where account_id = $1 and contact_id = $2 and ";

const Query clear_names{"labels.clear_names", "update contact_labels set sources = sources - 1" +
                                                  of_contact + "sources in (1, 3)" +
                                                  contact_is_unchanged};
const Query clear_links{"labels.clear_links", "update contact_labels set sources = sources - 2" +
                                                  of_contact + "sources >= 2" +
                                                  contact_is_unchanged};
const Query delete_cleared{"labels.delete_cleared", "delete from contact_labels" + of_contact +
                                                        "sources = 0" + contact_is_unchanged};

const Query make_label{
    "labels.make",
    "insert into labels (account_id, id, book, name, name_key, rev) "
    "select r.account_id, $4, cast($5 as bigint), $6, $7, r.rev from account_rev r "
    "where r.account_id = $1 and (select count(*) from labels where account_id = $1) < $8" +
        contact_is_unchanged + " on conflict (account_id, book, name_key) do nothing"};
const Query record_made{
    "labels.record_made",
    "insert into label_changes (account_id, rev, label_id, changed_at, change_group, kind) "
    "select account_id, rev, id, cast($3 as bigint), cast($4 as bigint), 'created' from labels "
    "where account_id = $1 and id = $2"};

// The clear above took the bit of CATEGORIES out of every row of the contact.
const Query put_name{"labels.put_name",
                     "insert into contact_labels (account_id, contact_id, label_id, sources) "
                     "select l.account_id, c.id, l.id, 1 from labels l join contacts c "
                     "on c.account_id = l.account_id and c.id = $2 and c." +
                         contact_has_revision +
                         " where l.account_id = $1 and l.book = $4 and l.name_key = $5 "
                         "on conflict (account_id, contact_id, label_id) do update set "
                         "sources = contact_labels.sources + 1"};
const Query put_links{
    "labels.put_links",
    "insert into contact_labels (account_id, contact_id, label_id, sources) "
    "select m.account_id, c.id, m.label_id, 2 from label_members m "
    "join labels l on l.account_id = m.account_id and l.id = m.label_id and l.book = $4 "
    "join contacts c on c.account_id = m.account_id and c.id = $2 and c." +
        contact_has_revision +
        " where m.account_id = $1 and m.uid_key = $5 "
        "on conflict (account_id, contact_id, label_id) do update set "
        "sources = contact_labels.sources + 2"};

std::vector<std::string> keys_of(const std::vector<std::string>& names) {
  std::vector<std::string> keys;
  keys.reserve(names.size());
  for (const std::string& name : names) keys.push_back(label_key(name));
  std::ranges::sort(keys);
  return keys;
}

/// Names of the card before a change that may be no labels, because there was no room for them.
constexpr std::size_t remembered_names_max = 10 * labels_derived_max;

std::string uid_of(const CardColumns& columns, const ContactId& id) {
  return columns.uid ? *columns.uid : id.to_string();
}

/// Sets the labels of `next`. `before`: those of the card before.
void set_names(LabelWrite& write, const Card& next, const std::vector<std::string>& before) {
  write.names = labels_of(next);
  const auto old_keys = keys_of(before);
  const auto new_keys = keys_of(write.names);
  std::ranges::set_difference(new_keys, old_keys, std::back_inserter(write.gained));
  std::ranges::set_difference(old_keys, new_keys, std::back_inserter(write.lost));
}

}  // namespace

LabelWrite LabelWrite::creation(const ContactId& id, const ContactState& next) {
  LabelWrite write{.book = next.columns.book};
  if (!next.explicit_card) return write;
  set_names(write, *next.explicit_card, {});
  write.sets_names = !write.names.empty();
  write.sets_links = true;  // a group card may have listed it before it came
  write.uid = uid_of(next.columns, id);
  return write;
}

LabelWrite LabelWrite::change(const StoredContact& current, const ContactState& next) {
  LabelWrite write{.book = next.columns.book, .uid = uid_of(next.columns, current.id)};
  const bool has_moved = current.columns.book != next.columns.book;
  const bool is_simple = !current.explicit_card && !next.explicit_card;
  if (!is_simple) {
    const Card before = current.card();
    const Card after = next.card();
    write.sets_names = has_moved || !have_same_categories(before, after);
    if (write.sets_names) set_names(write, after, labels_of(before));
    if (write.sets_names && !has_moved)
      write.had = keys_of(labels_of(before, remembered_names_max));
  }
  write.sets_links = has_moved || current.columns.uid_key != next.columns.uid_key;
  return write;
}

LabelWrite LabelWrite::restoration(const StoredContact& current, const CardColumns& columns) {
  return {.book = columns.book,
          .sets_names = true,
          .names = labels_of(current.card()),
          .sets_links = true,
          .uid = uid_of(columns, current.id)};
}

void add_label_statements(store::Batch& batch, const CardTarget& target, const LabelWrite& write,
                          const LabelOrigin& origin) {
  if (!write.sets_names && !write.sets_links) return;
  const auto& [owner, id, revision] = target;
  const bool is_new = !revision;
  if (write.sets_names && !is_new) batch.add(clear_names, owner, id, revision);
  if (write.sets_links && !is_new) batch.add(clear_links, owner, id, revision);
  if (write.sets_names) {
    for (const std::string& name : write.names) {
      const LabelId label = LabelId::make(origin.origin.at);
      batch.add(make_label, owner, id, revision, label, write.book, name, label_key(name),
                static_cast<std::int64_t>(labels_max));
      if (origin.keeps_history) {
        batch.add(record_made, owner, label, origin.origin.at, origin.origin.change_group);
      }
      batch.add(put_name, owner, id, revision, write.book, label_key(name));
    }
  }
  if (write.sets_links) batch.add(put_links, owner, id, revision, write.book, uid_key(write.uid));
  if (!is_new) batch.add(delete_cleared, owner, id, revision);
}

}  // namespace kith::contacts
