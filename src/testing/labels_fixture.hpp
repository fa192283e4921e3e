#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "contacts/labels/group_cards.hpp"
#include "contacts/labels/labels.hpp"
#include "contacts/model/group_card.hpp"
#include "contacts/model/uid.hpp"
#include "testing/cards_fixture.hpp"

/// The fixture for tests of labels.
namespace kith::contacts {

/// Selects the labels of all contacts of the account $1.
inline const store::Query all_contact_labels(
    "test.all_contact_labels",
    "select x.contact_id, l.name, x.sources from contact_labels x join labels l "
    "on l.account_id = x.account_id and l.id = x.label_id "
    "join contacts c on c.account_id = x.account_id and c.id = x.contact_id "
    "where x.account_id = $1 and c.deleted_at is null order by x.contact_id, l.name");
/// Selects the contacts of the account $1.
inline const store::Query all_contact_ids("test.all_contact_ids",
                                          "select id from contacts where account_id = $1 "
                                          "and deleted_at is null order by id");
/// Selects the labels of the account $1.
inline const store::Query all_label_ids("test.all_label_ids",
                                        "select id from labels where account_id = $1 order by id");

/// Rows of `contact_labels`: contact, name of the label, sources.
using LabelRows = std::set<std::tuple<ContactId, std::string, int>>;

/// Writes and reads the labels of one account.
class LabelsFixture : public Cards {
 protected:
  LabelTarget target(LabelId id) { return {owner_, id}; }
  Origin group() { return as_change_group(origin(owner_)); }

  LabelId make(const std::string& name) {
    const LabelTarget created = target(LabelId::make(now()));
    NewLabel label;
    label.name = name;
    EXPECT_TRUE(run(labels_.create(created, label, group())));
    return created.id;
  }

  std::optional<LabelId> find(const std::string& name) {
    const auto label =
        run(read_label_named(*store_, owner_, default_book, label_key(name))).value();
    return label ? std::optional(label->id) : std::nullopt;
  }

  Result<Contact> put_on(const std::string& label, ContactId id) {
    return run(labels_.put_on(owner_, find(label).value(), {.id = id}, origin(owner_)));
  }
  Result<Contact> take_off(const std::string& label, ContactId id) {
    return run(labels_.take_off(owner_, find(label).value(), {.id = id}, origin(owner_)));
  }

  Result<Label> rename_label(LabelId id, const std::string& name) {
    const auto change = [&](LabelFields fields) {
      fields.name = name;
      return Result<LabelFields>(fields);
    };
    return run(labels_.change(target(id), change, group()));
  }

  Result<StoredGroupCard> put_group(const std::string& bytes, const std::string& url = "g.vcf") {
    return run(groups_.put({.owner = owner_, .resource = url, .card = Card::parse(bytes).value()},
                           group()));
  }

  std::string group_bytes(LabelId id) {
    const auto label = run(read_label(*store_, owner_, id)).value();
    return label && label->content ? *label->content : "none";
  }

  std::vector<std::string> names(ContactId id) {
    std::vector<std::string> names;
    for (const auto& label : run(labels_.of_contacts(owner_, {{id}})).value().front()) {
      names.push_back(label.name);
    }
    return names;
  }

  Undone undo() {
    wait();
    return run(history_.undo(owner_, {}, group())).value();
  }

  LabelRows stored_rows() {
    const auto rows = run(store_->read(all_contact_labels, values(owner_))).value();
    LabelRows out;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      out.emplace(store::read_column<ContactId>(rows, "contact_id", row),
                  store::read_column<std::string>(rows, "name", row),
                  store::read_column<int>(rows, "sources", row));
    }
    return out;
  }

  /// The stored rows must be those that derive from the cards.
  void check_labels() {
    std::map<std::string, StoredLabel> by_key;
    const auto ids = run(store_->read(all_label_ids, values(owner_))).value();
    for (std::size_t row = 0; row < ids.size(); ++row) {
      const auto label =
          run(read_label(*store_, owner_, store::read_column<LabelId>(ids, "id", row))).value();
      by_key.emplace(label_key(label->name), *label);
    }
    LabelRows expected;
    const auto contacts = run(store_->read(all_contact_ids, values(owner_))).value();
    for (std::size_t row = 0; row < contacts.size(); ++row) {
      add_expected(expected, by_key, store::read_column<ContactId>(contacts, "id", row));
    }
    EXPECT_EQ(stored_rows(), expected);
  }

  Labels labels_{*store_, contacts_};
  GroupCards groups_{*store_, contacts_};

 private:
  void add_expected(LabelRows& out, const std::map<std::string, StoredLabel>& by_key,
                    ContactId id) {
    const auto contact = run(contacts_.get_card(owner_, id)).value();
    const std::string uid = contact.columns.uid_key ? *contact.columns.uid_key : id.to_string();
    std::set<std::string> named;
    for (const std::string& name : labels_of(contact.card())) named.insert(label_key(name));
    for (const std::string& key : named) EXPECT_TRUE(by_key.contains(key)) << key;
    for (const auto& [key, label] : by_key) {
      int sources = named.contains(key) ? 1 : 0;
      if (label.content) {
        const auto members = read_group(Card::parse(*label.content).value()).members;
        if (std::ranges::find(members, uid) != members.end()) sources += 2;
      }
      if (sources > 0) out.emplace(id, label.name, sources);
    }
  }
};

}  // namespace kith::contacts
