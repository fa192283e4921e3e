#include "contacts/model/label_edit.hpp"

#include <cstddef>
#include <map>
#include <set>
#include <string_view>

#include "contacts/model/card_lines.hpp"
#include "contacts/model/label.hpp"
#include "vcard/editor.hpp"
#include "vcard/line_text.hpp"
#include "vcard/values/value.hpp"

namespace kith::contacts {

namespace {

using vcard::Escapes;
using vcard::Line;

/// A CATEGORIES of a card: its values as they are spelled, and how they are separated.
struct Categories {
  std::size_t index = 0;
  char separator = ',';
  Escapes escapes = Escapes::backslash;
  std::vector<std::string> values = {};  ///< raw
  bool is_changed = false;

  static Categories read(const Line& line) {
    Categories out{.index = line.index,
                   .separator = vcard::list_separator(line.version),
                   .escapes = vcard::escapes_of(line)};
    const std::string raw = vcard::utf8_value(line, vcard::meaning_of(line.params()));
    for (const auto piece : vcard::split_raw(raw, out.separator, out.escapes)) {
      out.values.emplace_back(piece);
    }
    return out;
  }

  std::string raw(std::string_view name) const { return vcard::encode_text(name, escapes); }

  std::string joined() const {
    std::string out;
    for (const std::string& value : values) {
      if (!out.empty()) out += separator;
      out += value;
    }
    return out;
  }
};

/// The labels that an edit leaves in a card, by key.
class WantedLabels {
 public:
  explicit WantedLabels(const LabelEdit& edit) : edit_(edit) {
    if (edit.renamed) renamed_key_ = label_key(edit.renamed->first);
    for (const std::string& name : edit.removed) removed_.insert(label_key(name));
    if (edit.exactly) {
      for (const std::string& name : *edit.exactly) exactly_.insert(label_key(name));
    }
    for (const std::string& name : edit.added) removed_.erase(label_key(name));
  }

  /// Applies the edit to the values of a line.
  void apply(Categories& line) {
    std::vector<std::string> kept;
    for (std::string& raw : line.values) {
      std::string name = label_name(vcard::decode_text(raw, line.escapes));
      if (name.empty() || is_reserved_label(name)) {
        kept.push_back(std::move(raw));
        continue;
      }
      if (edit_.renamed && label_key(name) == renamed_key_ && name != edit_.renamed->second) {
        name = edit_.renamed->second;
        raw = line.raw(name);
        line.is_changed = true;
      }
      if (keeps(label_key(name))) {
        kept.push_back(std::move(raw));
      } else {
        line.is_changed = true;
      }
    }
    line.values = std::move(kept);
  }

  /// Returns the names that no line has yet. REQUIRES: called once, after all lines.
  std::vector<std::string> missing() {
    std::vector<std::string> names;
    const auto add = [&](const std::vector<std::string>& wanted) {
      for (const std::string& name : wanted) {
        if (there_.insert(label_key(name)).second) names.push_back(name);
      }
    };
    if (edit_.exactly) add(*edit_.exactly);
    add(edit_.added);
    std::erase_if(names, [&](const auto& name) { return removed_.contains(label_key(name)); });
    return names;
  }

 private:
  /// Keeps the first of equal values. A value that was repeated before stays, unless it was renamed
  /// to the name of another.
  bool keeps(const std::string& key) {
    if (removed_.contains(key) || (edit_.exactly && !exactly_.contains(key))) return false;
    const bool is_first = there_.insert(key).second;
    return is_first || !edit_.renamed || key != label_key(edit_.renamed->second);
  }

  const LabelEdit& edit_;
  std::string renamed_key_;
  std::set<std::string> removed_;
  std::set<std::string> exactly_;
  std::set<std::string> there_;
};

vcard::NewLine new_categories(const std::vector<std::string>& names, vcard::Version version) {
  return with_encoding({.name = "CATEGORIES"},
                       vcard::write_list(names, vcard::list_separator(version)), version);
}

/// Returns whether a line has no value with text.
bool is_empty(const Categories& line) {
  for (const std::string& value : line.values) {
    if (!label_name(vcard::decode_text(value, line.escapes)).empty()) return false;
  }
  return true;
}

Result<Card> edit_categories(Card card, const LabelEdit& edit, Time now) {
  const CardLines lines(card.document());
  WantedLabels wanted(edit);
  std::vector<Categories> all;
  for (const std::size_t index : lines.of(LineRole::category)) {
    all.push_back(Categories::read(lines.line(index)));
    wanted.apply(all.back());
  }
  std::vector<std::string> missing = wanted.missing();
  const bool has_room = !all.empty() && (all.back().is_changed || !is_empty(all.back()));
  if (!missing.empty() && has_room) {
    Categories& last = all.back();
    for (const std::string& name : missing) last.values.push_back(last.raw(name));
    last.is_changed = true;
    missing.clear();
  }
  vcard::Editor editor(card.document());
  for (const Categories& line : all) {
    if (!line.is_changed) continue;
    if (is_empty(line)) {
      editor.remove(line.index);
    } else {
      editor.replace(line.index, with_value(lines.line(line.index), line.joined()));
    }
  }
  if (!missing.empty()) editor.add(new_categories(missing, card.document().version()));
  if (!editor.is_edited()) return card;
  return Card::parse(editor.finish(now), card.favorite());
}

}  // namespace

Result<Card> edit_labels(Card card, const LabelEdit& edit, const ContactId& id, Time now) {
  if (card.is_explicit()) return edit_categories(std::move(card), edit, now);
  const bool gets_labels = !WantedLabels(edit).missing().empty();
  if (!gets_labels) return card;
  auto generated = Card::parse(generate(card.fields(), id.to_string()), card.favorite());
  if (!generated) return generated;
  return edit_categories(*std::move(generated), edit, now);
}

}  // namespace kith::contacts
