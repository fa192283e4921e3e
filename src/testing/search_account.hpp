#pragma once

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/text.hpp"
#include "contacts/model/card.hpp"
#include "contacts/model/contact.hpp"
#include "contacts/model/projection.hpp"
#include "contacts/search/index.hpp"
#include "contacts/write/derived_columns.hpp"

/// An in-memory account for search tests, and a reference search to compare with.
namespace kith::contacts {

/// Returns a contact with only a first name.
inline ContactFields named(std::string first_name) {
  ContactFields fields;
  fields.first_name = std::move(first_name);
  return fields;
}

/// Returns a contact with a first name and an e-mail address.
inline ContactFields with_email(std::string first_name, const char* email) {
  ContactFields fields = named(std::move(first_name));
  fields.email.emplace().text = email;
  return fields;
}

/// Returns a contact with a first name and a phone number.
inline ContactFields with_phone(std::string first_name, std::string phone) {
  ContactFields fields = named(std::move(first_name));
  fields.phone = std::move(phone);
  return fields;
}

/// A contact's fields, its derived columns, and the texts for the reference search.
struct Stored {
  ContactFields fields;
  SearchRow row;
  std::vector<std::string> texts;
  std::vector<std::string> joined;     ///< found from the beginnings of their words only
  std::vector<std::string> secondary;  ///< of secondary fields
};

/// Searches a single contact directly in its fields.
class PlainSearch {
 public:
  /// Returns all forms of the texts of a contact, without those of secondary fields.
  static std::vector<std::string> texts_of(const SearchedContact& contact) {
    const ContactFields& fields = contact.fields;
    std::vector<std::string> texts;
    add(texts, display_name(fields), true);
    if (!contact.texts && fields.email) add(texts, fields.email->text, true);
    if (!contact.texts && fields.phone) add(texts, *fields.phone, false);
    for (const CardText& text : texts_in(contact)) {
      if (!is_secondary(text.kind)) add(texts, text.text, text.kind != TextKind::phone);
    }
    return texts;
  }

  /// Returns the same of secondary fields.
  static std::vector<std::string> secondary_of(const SearchedContact& contact) {
    std::vector<std::string> texts;
    for (const CardText& text : texts_in(contact)) {
      if (is_secondary(text.kind)) add(texts, text.text, true);
    }
    return texts;
  }

  /// Returns the forms of the names in which words are written together.
  static std::vector<std::string> joined_of(const SearchedContact& contact) {
    std::vector<std::string> joined = joined_of(display_name(contact.fields));
    for (const CardText& text : texts_in(contact)) {
      if (text.kind != TextKind::name) continue;
      for (std::string& each : joined_of(text.text)) joined.push_back(std::move(each));
    }
    return joined;
  }

  static std::vector<std::string> joined_of(const std::string& name) {
    const Folded folded = fold_both(name);
    std::vector<std::string> joined;
    for (std::string each : {folded.plain, folded.alternate}) {
      each = with_single_blanks(each);
      const bool has_dots = std::erase(each, '.') > 0;
      std::vector<std::string> words;
      std::istringstream in(each);
      for (std::string word; in >> word;) words.push_back(word);
      if (words.size() < 2 && !has_dots) continue;
      for (std::size_t first = 0; first < words.size(); ++first) {
        std::string& text = joined.emplace_back();
        for (std::size_t i = 0; i < std::min<std::size_t>(words.size(), 4); ++i) {
          text += words[(first + i) % words.size()];
        }
      }
    }
    return joined;
  }

  /// Returns the rank of a match; lower is better. Null if not found.
  static std::optional<int> rank(const Stored& contact, const SearchTerms& terms) {
    if (const auto phrase = best(contact, terms.phrase)) return *phrase;
    int rank = 4;
    for (const SearchTerm& word : terms.words) {
      const auto found = best(contact, word);
      if (!found) return std::nullopt;
      rank = std::max(rank, 4 + *found);
    }
    return rank;
  }

 private:
  static bool is_secondary(TextKind kind) {
    return kind != TextKind::name && kind != TextKind::nickname && kind != TextKind::email &&
           kind != TextKind::phone;
  }

  static std::vector<CardText> texts_in(const SearchedContact& contact) {
    return contact.texts ? *contact.texts : std::vector<CardText>();
  }

  static void add(std::vector<std::string>& texts, const std::string& text, bool hyphens_drop) {
    const Folded folded = fold_both(text);
    for (std::string each : {folded.plain, folded.alternate}) {
      texts.push_back(with_single_blanks(each));
      if (!hyphens_drop) continue;
      std::erase(each, '-');
      texts.push_back(with_single_blanks(each));
    }
  }

  static std::string with_single_blanks(const std::string& text) {
    std::string out;
    for (const char c : text) {
      const bool is_blank = c == ' ' || c == '-' || c == ',';
      if (!is_blank) out.push_back(c);
      if (is_blank && !out.ends_with(' ')) out.push_back(' ');
    }
    return out;
  }

  static bool begins_word(const std::string& text, std::size_t at) {
    if (at == 0) return true;
    const auto before = static_cast<unsigned char>(text[at - 1]);
    return before < 0x80 && std::isdigit(before) == 0 && std::islower(before) == 0;
  }

  /// Returns 0 if a word begins with `term`, 1 if it occurs elsewhere, null if not found.
  static std::optional<int> best(const Stored& contact, const SearchTerm& term) {
    std::optional<int> rank;
    const auto look = [&](const std::string& text, const std::string& needle, bool begins_alone) {
      for (auto at = text.find(needle); at != std::string::npos; at = text.find(needle, at + 1)) {
        const bool begins = begins_word(text, at);
        if (begins || !begins_alone) rank = std::min(rank.value_or(1), begins ? 0 : 1);
      }
    };
    for (const std::string& text : contact.texts) {
      for (const std::string& each : term.texts) look(text, each, false);
      for (const std::string& each : term.beginnings) look(text, each, true);
    }
    for (const std::string& text : contact.secondary) {
      const auto has = [&](const std::string& each) { return text.contains(each); };
      const auto begins = [&](const std::string& needle) {
        for (auto at = text.find(needle); at != std::string::npos; at = text.find(needle, at + 1)) {
          if (begins_word(text, at)) return true;
        }
        return false;
      };
      const bool is_found =
          std::ranges::any_of(term.texts, has) || std::ranges::any_of(term.beginnings, begins);
      if (is_found) rank = std::min(rank.value_or(1), 1);
    }
    for (const std::string& text : contact.joined) {
      for (const std::string& each : term.texts) look(text, each, true);
      for (const std::string& each : term.beginnings) look(text, each, true);
    }
    for (const std::string& each : term.numbers) look(contact.row.phone_digits, each, false);
    return rank;
  }
};

/// The contacts of an account, in place of the database.
class Account {
 public:
  ContactId add(ContactFields fields) {
    const ContactId id = ContactId::make({++clock_ * 1000});
    put(id, fields);
    return id;
  }

  ContactId add(std::string first_name, bool favorite = false) {
    ContactFields fields = named(std::move(first_name));
    fields.favorite = favorite;
    return add(std::move(fields));
  }

  /// Adds a contact with a stored card.
  ContactId add_card(const std::string& bytes, bool favorite = false) {
    Projection projection = project(Card::parse(bytes).value(), {.now = {1'800'000'000'000'000}});
    projection.fields.favorite = favorite;
    const ContactId id = ContactId::make({++clock_ * 1000});
    put(id, {projection.fields, projection.texts, projection.lacks_texts});
    return id;
  }

  void put(const ContactId& id, const SearchedContact& contact) {
    const DerivedColumns derived(contact);
    // Creation times mostly follow the ids; some are older, as for imported contacts.
    const std::int64_t created_at = (clock_ % 7 == 0) ? 1 : clock_ * 1000;
    SearchRow row{.id = id,
                  .not_favorite = derived.not_favorite,
                  .created_at = {created_at},
                  .rev = ++revision_,
                  .sort_key = derived.sort_key.bytes,
                  .search_text = derived.search_text,
                  .phone_digits = derived.phone_digits};
    all_[id] = {contact.fields, row, PlainSearch::texts_of(contact),
                PlainSearch::joined_of(contact), PlainSearch::secondary_of(contact)};
    changes_[id] = {id, std::move(row)};
  }

  /// Moves a contact to another address book.
  void move(const ContactId& id, std::int64_t book) {
    SearchRow& row = all_.at(id).row;
    row.book = book;
    row.rev = ++revision_;
    changes_[id] = {id, row};
  }

  /// Takes `id` by value, because the caller may pass a reference into the removed entry.
  void remove(ContactId id) {
    ++revision_;
    all_.erase(id);
    changes_[id] = {id, std::nullopt};
  }

  /// Returns an index as it would be read from the database.
  SearchIndexPtr index() const {
    std::vector<const SearchRow*> rows;
    for (const auto& [id, each] : all_) rows.push_back(&each.row);
    std::ranges::sort(rows, {}, [](const SearchRow* row) {
      return std::tie(row->not_favorite, row->sort_key, row->id);
    });
    SearchBlock::Builder builder;
    for (const SearchRow* row : rows) builder.append(*row);
    return std::make_shared<const SearchIndex>(std::move(builder).finish(), revision_);
  }

  /// Returns `index` updated with the changes since the last call.
  SearchIndexPtr update(const SearchIndexPtr& index) {
    std::vector<SearchChange> changes;
    for (auto& [id, change] : changes_) changes.push_back(std::move(change));
    changes_.clear();
    return index->changed(std::move(changes), revision_);
  }

  std::int64_t revision() const { return revision_; }
  const std::map<ContactId, Stored>& all() const { return all_; }

  /// Returns all expected results of a question in order, computed from the fields.
  std::vector<ContactId> expected(const SearchQuestion& question) const {
    std::vector<std::tuple<std::int64_t, std::string, ContactId>> keys;
    for (const auto& [id, each] : all_) {
      if (question.favorite && *question.favorite != (each.row.not_favorite == 0)) continue;
      if (question.book && *question.book != each.row.book) continue;
      const auto rank = PlainSearch::rank(each, question.terms);
      if (rank) keys.push_back({number_of(each.row, question, *rank), key_of(each, question), id});
    }
    std::ranges::sort(keys);
    const bool descending = question.sort == Sort::created || question.sort == Sort::updated;
    if (descending) std::ranges::reverse(keys);
    std::vector<ContactId> ids;
    for (const auto& [number, key, id] : keys) ids.push_back(id);
    return ids;
  }

 private:
  static std::int64_t number_of(const SearchRow& row, const SearchQuestion& question, int rank) {
    // Phrases before scattered words, favourites before others, beginnings of words before others.
    if (!question.sort) return rank / 4 * 4 + 2 * row.not_favorite + rank % 4;
    switch (*question.sort) {
      case Sort::favorites: return row.not_favorite;
      case Sort::name: return 0;
      case Sort::created: return row.created_at.micros;
      case Sort::updated: return row.rev;
    }
    return 0;
  }

  static std::string key_of(const Stored& each, const SearchQuestion& question) {
    const bool by_time = question.sort == Sort::created || question.sort == Sort::updated;
    return by_time ? std::string() : each.row.sort_key;
  }

  std::int64_t clock_ = 0;
  std::int64_t revision_ = 0;
  std::map<ContactId, Stored> all_;
  std::map<ContactId, SearchChange> changes_;
};

/// Returns the ids of a result in order.
inline std::vector<ContactId> ids_of(const FoundContacts& found) {
  std::vector<ContactId> ids;
  for (const FoundEntry& each : found.items) ids.push_back(each.id);
  return ids;
}

/// Returns all pages of a result, concatenated.
inline std::vector<ContactId> read_pages(const SearchIndex& index, SearchQuestion question,
                                         std::size_t limit) {
  std::vector<ContactId> all;
  for (;;) {
    const FoundContacts page = index.find(question, limit);
    EXPECT_LE(page.items.size(), limit);
    for (const ContactId& id : ids_of(page)) all.push_back(id);
    if (!page.has_more) return all;
    question.after = page.items.back().position();
  }
}

/// Returns a question that orders by relevance.
inline SearchQuestion best(std::string_view query) { return {SearchTerms(query), {}, {}, {}}; }

/// Returns the contacts found by a query, best matches first.
inline std::vector<ContactId> found(const Account& account, std::string_view query) {
  return ids_of(account.index()->find(best(query), 100));
}

}  // namespace kith::contacts
