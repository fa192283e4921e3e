#include "contacts/search/hits.hpp"

#include <algorithm>
#include <bit>
#include <iterator>
#include <tuple>
#include <utility>

#include "contacts/search/find.hpp"

namespace kith::contacts {

namespace {

constexpr std::size_t npos = std::string_view::npos;

/// Returns whether every byte of `text` can occur in the digits of phone numbers.
bool may_be_digits(std::string_view text) {
  return std::ranges::none_of(
      text, [](char c) { return static_cast<unsigned char>(c) >= 0x80 || (c >= 'a' && c <= 'z'); });
}

/// Returns the first group at or after `group` that is in the set, or not in it if `wanted` is
/// false.
std::size_t next_group(const SearchFilter::Groups& groups, std::size_t group, bool wanted) {
  constexpr std::size_t word_bits = 64;
  for (std::size_t word = group / word_bits; word < groups.size(); ++word) {
    const std::uint64_t bits = wanted ? groups[word] : ~groups[word];
    const std::size_t skipped = word == group / word_bits ? group % word_bits : 0;
    if (const std::uint64_t rest = bits >> skipped; rest != 0) {
      return word * word_bits + skipped + static_cast<std::size_t>(std::countr_zero(rest));
    }
  }
  return groups.size() * word_bits;
}

}  // namespace

Hits::Needles Hits::needles_of(const SearchTerm& term) {
  Needles needles;
  const auto add = [&](const std::string& text, bool begins_word) {
    needles.push_back({text, false, may_be_digits(text), begins_word});
  };
  for (const std::string& each : term.texts) add(each, false);
  for (const std::string& each : term.beginnings) add(each, true);
  for (const std::string& each : term.numbers) needles.push_back({each, true, true, false});
  return needles;
}

/// Returns the groups that may hold the term. REQUIRES: the block has a filter.
SearchFilter::Groups Hits::groups_of(const SearchTerm& term) const {
  SearchFilter::Groups groups;
  for (const Needle& each : needles_of(term)) {
    auto found = block_.filter().groups_of(each.text);
    if (groups.empty()) {
      groups = std::move(found);
    } else {
      add_all(groups, found);
    }
  }
  return groups;
}

Hits::Hits(const SearchBlock& block, SearchBlock::Range range, const SearchTerms& terms,
           Options options)
    : block_(block), range_(range), options_(options) {
  const bool is_one_word = terms.is_one_word();
  const bool has_none = is_one_word && options.kind == HitKind::scattered;
  if (range.begin == range.end || terms.empty() || has_none) return;
  texts_ = block.texts().substr(0, block.text_end(range.end - 1));
  const bool by_words = !is_one_word && options.kind != HitKind::phrase;
  if (by_words) add_driver(terms);
  if (options.kind == HitKind::scattered) {
    excluded_ = needles_of(terms.phrase);
  } else {
    for (const Needle& each : needles_of(terms.phrase)) {
      // Every hit of the phrase is also a hit of all words.
      if (!by_words || each.in_digits) add_stream(each, nullptr);
    }
  }
  for (Stream& each : streams_) move(each, block.text_begin(range.begin));
}

/// Adds a stream for `needle`, limited to the groups `within` if given.
void Hits::add_stream(const Needle& needle, const SearchFilter::Groups* within) {
  Stream stream{.needle = needle, .is_driver = within != nullptr};
  stream.next_group = range_.begin / SearchFilter::group_contacts;
  if (!block_.filter().empty()) {
    stream.groups = block_.filter().groups_of(needle.text);
    if (within) keep_common(stream.groups, *within);
  }
  streams_.push_back(std::move(stream));
}

/// Adds a stream for the word in the fewest groups, limited to the groups that may have all words.
void Hits::add_driver(const SearchTerms& terms) {
  struct Rated {
    const SearchTerm* word;
    std::size_t groups;
  };
  std::vector<Rated> rated;
  SearchFilter::Groups common;
  for (const SearchTerm& word : terms.words) {
    rated.push_back({&word, 0});
    if (block_.filter().empty()) continue;
    const auto groups = groups_of(word);
    rated.back().groups = count_groups(groups);
    if (common.empty()) common = groups;
    keep_common(common, groups);
  }
  std::ranges::sort(rated, [](const Rated& a, const Rated& b) {
    const auto key = [](const Rated& each) {
      return std::tuple(each.groups, -std::ssize(each.word->texts.front()), each.word);
    };
    return key(a) < key(b);
  });
  for (const Needle& each : needles_of(*rated.front().word)) add_stream(each, &common);
  for (const Rated& each : rated) {
    if (each.word != rated.front().word) others_.push_back(needles_of(*each.word));
  }
}

/// Returns the first accepted position of `needle` at or after `from` and before `end`.
std::size_t Hits::find_place(const Needle& needle, std::size_t from, std::size_t end,
                             bool words_alone) const {
  const std::string_view text = texts_.substr(0, end);
  while (from < end) {
    const std::size_t at = find_bytes(text, needle.text, from);
    if (at == npos) return npos;
    from = at + 1;
    const bool begins = begins_word(text, at);
    if ((words_alone || needle.begins_word) && !begins) {
      while (from < end && !begins_word(text, from)) ++from;
      continue;
    }
    if (needle.may_be_digits && place_in(text, at).is_digits != needle.in_digits) {
      // Skips to the next digits, or past them: a name may have hundreds of matches.
      from = std::min(text.find(needle.in_digits ? digits_tag : name_tag, at), end);
    } else if (!begins && !needle.in_digits && is_in_joined_form(text, at)) {
      while (from < end && !begins_word(text, from)) ++from;
    } else if (words_alone && is_secondary(place_in(text, at).field)) {
      from = std::min(value_end(text, at), end);
    } else {
      return at;
    }
  }
  return npos;
}

/// Opens the next window: the next run of wanted groups. Returns false if none is left.
bool Hits::open_window(Stream& stream) const {
  constexpr auto group_contacts = SearchFilter::group_contacts;
  std::size_t end = range_.end;
  std::size_t begin = stream.next_group * group_contacts;
  if (begin >= end) return false;
  if (!stream.groups.empty()) {
    const std::size_t group = next_group(stream.groups, stream.next_group, true);
    begin = group * group_contacts;
    if (begin >= end) return false;
    stream.next_group = next_group(stream.groups, group, false);
    end = std::min(end, stream.next_group * group_contacts);
  } else {
    stream.next_group = (end + group_contacts - 1) / group_contacts;
  }
  stream.window_begin = block_.text_begin(static_cast<SearchBlock::Entry>(begin));
  stream.window_end = block_.text_end(static_cast<SearchBlock::Entry>(end - 1));
  return true;
}

void Hits::move(Stream& stream, std::size_t from) const {
  for (;;) {
    from = std::max(from, stream.window_begin);
    stream.at = find_place(stream.needle, from, stream.window_end, words_alone_);
    if (stream.at != npos || !open_window(stream)) return;
  }
}

/// Returns the entry whose text has the byte `at`; the range begins with it from now on. Hits are
/// usually close to each other, so the search widens in growing steps.
SearchBlock::Entry Hits::entry_at(std::size_t at) {
  SearchBlock::Entry step = 1;
  SearchBlock::Entry low = range_.begin;
  while (low + step < range_.end && block_.text_end(low + step - 1) <= at) {
    low += step;
    step *= 2;
  }
  SearchBlock::Entry high = std::min(low + step, range_.end) - 1;
  while (low < high) {
    const SearchBlock::Entry middle = low + (high - low) / 2;
    if (block_.text_end(middle) <= at) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  range_.begin = low;
  return low;
}

/// Records `at` as the position of a term unless `spot` is better.
void Hits::note(std::size_t at, std::optional<Spot>& spot) const {
  if (options_.first_place) {
    spot = Spot{true, name_field};
    return;
  }
  const bool begins = begins_word(texts_, at);
  if (spot && (!begins || spot->begins_word)) return;
  const MatchedField field = place_in(texts_, at).field;
  const bool better = begins && !is_secondary(field);
  if (!spot || better) spot = Spot{better, field};
}

/// Advances `stream` to `end`, the end of the entry. Skips the rest after a position at the
/// beginning of a word, since further ones add nothing.
void Hits::look_at(Stream& stream, std::size_t end, std::optional<Spot>& spot) const {
  while (stream.at < end) {
    note(stream.at, spot);
    const bool is_settled = options_.first_place || spot->begins_word;
    const std::size_t better =
        is_settled ? npos : find_place(stream.needle, stream.at + 1, end, true);
    if (better != npos) {
      stream.at = better;
    } else {
      move(stream, end);
    }
  }
}

/// Returns the best position of a word in the entry whose text is from `begin` to `end`.
std::optional<Hits::Spot> Hits::look_for(const Needles& term, std::size_t begin,
                                         std::size_t end) const {
  std::optional<Spot> spot;
  for (const Needle& each : term) {
    std::size_t at = find_place(each, begin, end, false);
    while (at != npos) {
      note(at, spot);
      if (options_.first_place || spot->begins_word) return spot;
      at = find_place(each, at + 1, end, true);
    }
  }
  return spot;
}

/// Combines `spot`, the position of the driver in the entry from `begin` to `end`, with the other
/// words; resets it if one of them is missing.
void Hits::check_others(std::size_t begin, std::size_t end, std::optional<Spot>& spot) const {
  for (const Needles& word : others_) {
    const auto other = look_for(word, begin, end);
    if (!other) return spot.reset();
    spot->begins_word = spot->begins_word && other->begins_word;
    const auto [first, last] = std::minmax(spot->field, other->field);
    spot->field = first == name_field ? last : first;
  }
  const bool is_excluded = std::ranges::any_of(
      excluded_, [&](const Needle& each) { return find_place(each, begin, end, false) != npos; });
  if (is_excluded) spot.reset();
}

std::optional<Hit> Hits::next() {
  for (;;) {
    std::size_t first = npos;
    for (const Stream& each : streams_) first = std::min(first, each.at);
    if (first == npos) return std::nullopt;
    const SearchBlock::Entry entry = entry_at(first);
    const std::size_t end = block_.text_end(entry);
    std::optional<Spot> spot;
    std::optional<Spot> driver;
    for (Stream& each : streams_) look_at(each, end, each.is_driver ? driver : spot);
    if (driver) check_others(block_.text_begin(entry), end, driver);
    if (driver && (!spot || (driver->begins_word && !spot->begins_word))) spot = driver;
    const bool wanted = spot && (spot->begins_word || !words_alone_);
    if (wanted) return Hit{entry, spot->begins_word, spot->field};
  }
}

}  // namespace kith::contacts
