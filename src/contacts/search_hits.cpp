#include "contacts/search_hits.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "contacts/phone.hpp"
#include "contacts/search_find.hpp"

namespace kith::contacts {

Needles::Needles(std::string_view query) : numbers(phone_needles(query)) {
  Folded folded = fold_both(query);
  if (folded.alternate != folded.plain) alternate = std::move(folded.alternate);
  // Marks alone fold to nothing, which is part of every text.
  if (!folded.plain.empty()) plain = std::move(folded.plain);
}

Hits::Hits(const SearchBlock& block, SearchBlock::Range range, const Needles& needles)
    : block_(block), range_(range) {
  if (range.begin == range.end) return;
  texts_ = block.texts().substr(0, block.text_end(range.end - 1));
  const auto add = [&](std::string_view needle, bool in_digits) {
    if (needle.empty()) return;
    streams_.push_back({needle, in_digits});
    move(streams_.back(), block.text_begin(range.begin));
  };
  if (needles.plain) add(*needles.plain, false);
  if (needles.alternate) add(*needles.alternate, false);
  for (const std::string& number : needles.numbers) add(number, true);
}

void Hits::move(Stream& stream, std::size_t from) const {
  stream.at = std::string_view::npos;
  while (from < texts_.size()) {
    const std::size_t at = find_octets(texts_, stream.needle, from);
    if (at == std::string_view::npos) return;
    from = at + 1;
    if (words_alone_ && !begins_word(texts_, at)) {
      while (from < texts_.size() && !begins_word(texts_, from)) ++from;
    } else if (stream.in_digits && !place_in(texts_, at).is_digits) {
      // At once to where there are digits: a name may have hundreds of hits.
      from = std::min(texts_.find(digits_tag, at), texts_.size());
    } else {
      stream.at = at;
      return;
    }
  }
}

/// The entry whose text has the octet `at`; the range begins with it from now on. Hits are close to
/// each other more often than not, so it is looked for in ever longer steps.
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

/// Goes on with `stream` up to `end`, the end of the entry; one place at the beginning of a word is
/// all that need be known of it.
void Hits::look_at(Stream& stream, std::size_t end, std::optional<Hit>& hit) const {
  while (stream.at < end) {
    const bool better = begins_word(texts_, stream.at);
    if (!hit || (better && !hit->begins_word)) {
      hit = Hit{range_.begin, better, place_in(texts_, stream.at).field};
    }
    move(stream, hit->begins_word ? end : stream.at + 1);
  }
}

std::optional<Hit> Hits::next() {
  std::size_t first = std::string_view::npos;
  for (const Stream& stream : streams_) first = std::min(first, stream.at);
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t end = block_.text_end(entry_at(first));
  std::optional<Hit> hit;
  for (Stream& stream : streams_) look_at(stream, end, hit);
  return hit;
}

}  // namespace kith::contacts
