#include "contacts/search/index.hpp"

#include <algorithm>
#include <span>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "base/limits.hpp"
#include "contacts/search/hits.hpp"

namespace kith::contacts {

using Entry = SearchBlock::Entry;
using Range = SearchBlock::Range;

namespace {

bool is_descending(const SearchQuestion& question) {
  return question.sort == Sort::created || question.sort == Sort::updated;
}

/// Returns whether the sort key begins with the favourite flag.
bool has_favorites_first(const SearchQuestion& question) {
  return !question.sort || question.sort == Sort::favorites;
}

/// In best-first order, scattered hits follow those of the phrase, which have lower numbers.
constexpr std::int64_t scattered_number = 4;

/// Returns the number at the start of the best-first sort key for the first hit of a kind.
std::int64_t first_number(HitKind kind) {
  return kind == HitKind::scattered ? scattered_number : 0;
}

/// Returns the number at the start of the sort key.
std::int64_t number_of(const SearchQuestion& question, HitKind kind, const SearchBlock& block,
                       const Hit& hit) {
  const int not_favorite = block.is_favorite(hit.entry) ? 0 : 1;
  if (!question.sort) {
    return first_number(kind) + std::int64_t{2} * not_favorite + (hit.begins_word ? 0 : 1);
  }
  switch (*question.sort) {
    case Sort::favorites: return not_favorite;
    case Sort::name: return 0;
    case Sort::created: return block.created_at(hit.entry);
    case Sort::updated: return block.revision(hit.entry);
  }
  std::unreachable();
}

/// Tells which of the entries of a walk are hidden, in time linear in their number.
class HiddenEntries {
 public:
  explicit HiddenEntries(std::span<const Entry> hidden) : rest_(hidden) {}

  /// REQUIRES: no earlier call had a later entry.
  bool contain(Entry entry) {
    while (!rest_.empty() && rest_.front() < entry) rest_ = rest_.subspan(1);
    return !rest_.empty() && rest_.front() == entry;
  }

 private:
  std::span<const Entry> rest_;
};

}  // namespace

/// Answers one question by keeping the best of the offered candidates.
class Finder {
 public:
  Finder(const SearchQuestion& question, std::size_t limit)
      : question_(question), wanted_(limit + 1), descending_(is_descending(question)) {}

  void look_through(const SearchIndex& index);
  FoundContacts answer() &&;

 private:
  /// A block of the index, and the entries of it to skip, in order.
  struct Part {
    const SearchBlock& block;
    std::span<const Entry> hidden;
  };
  /// Which hits of a walk are accepted.
  enum class Rank : std::uint8_t { any, word, inner };
  struct Wanted {
    HitKind kind;
    Rank rank;
  };

  void look_through(const SearchIndex& index, HitKind kind);
  void look_through(const Part& part, Range range, HitKind kind);
  bool walk(const Part& part, Range range, Wanted wanted);
  bool is_before(const FoundEntry& a, const FoundEntry& b) const;
  bool is_behind_position(const FoundEntry& each) const;
  bool is_selected(const ContactId& id) const {
    return !question_.only || std::ranges::binary_search(*question_.only, id);
  }
  bool has_enough() const { return has_favorites_first(question_) && kept_.size() >= wanted_; }
  void keep(const FoundEntry& candidate);
  void cut();

  const SearchQuestion& question_;
  std::size_t wanted_;
  bool descending_;
  std::vector<FoundEntry> kept_;
};

bool Finder::is_before(const FoundEntry& a, const FoundEntry& b) const {
  const FoundEntry& first = descending_ ? b : a;
  const FoundEntry& second = descending_ ? a : b;
  if (first.number != second.number) return first.number < second.number;
  const int order = descending_ ? 0 : first.sort_key.compare(second.sort_key);
  return order != 0 ? order < 0 : first.id < second.id;
}

bool Finder::is_behind_position(const FoundEntry& each) const {
  if (!question_.after) return true;
  const Position& after = *question_.after;
  return is_before({after.id, {}, after.number, after.key}, each);
}

/// Adds a candidate. Moves the best so far to the front each time twice the limit has accumulated.
void Finder::keep(const FoundEntry& candidate) {
  kept_.push_back(candidate);
  if (kept_.size() >= 2 * wanted_) cut();
}

void Finder::cut() {
  const auto before = [this](const FoundEntry& a, const FoundEntry& b) { return is_before(a, b); };
  if (kept_.size() <= wanted_) return;
  std::ranges::nth_element(kept_, kept_.begin() + static_cast<std::ptrdiff_t>(wanted_), before);
  kept_.resize(wanted_);
}

/// Offers the hits of a range. Returns true when it stopped early: enough hits were accepted, and
/// all others come later in the order.
bool Finder::walk(const Part& part, Range range, Wanted wanted) {
  std::size_t taken = 0;
  std::size_t inner = 0;
  const auto [kind, rank] = wanted;
  Hits hits(part.block, range, question_.terms,
            {.kind = kind, .first_place = question_.sort.has_value()});
  if (rank == Rank::word) hits.want_words_alone();
  HiddenEntries hidden(part.hidden);
  while (taken < wanted_) {
    const auto hit = hits.next();
    if (!hit) return false;
    if (rank != Rank::any && hit->begins_word != (rank == Rank::word)) continue;
    if (hidden.contain(hit->entry) || !is_selected(part.block.id(hit->entry))) continue;
    if (question_.book && part.block.book(hit->entry) != *question_.book) continue;
    const FoundEntry candidate{part.block.id(hit->entry), hit->field,
                               number_of(question_, kind, part.block, *hit),
                               descending_ ? std::string_view() : part.block.sort_key(hit->entry)};
    if (!is_behind_position(candidate)) continue;
    keep(candidate);
    // By time, the best may come last; a later hit that begins a word beats hits inside words.
    const bool settled = !descending_ && (question_.sort || hit->begins_word || rank != Rank::any);
    taken += settled ? 1 : 0;
    inner += settled || descending_ ? 0 : 1;
    if (inner == wanted_) hits.want_words_alone();
  }
  return true;
}

/// Walks a range once for a page in name order and for the first best-first page. A later
/// best-first page starts at its position, and goes back for hits inside words when it needs them.
void Finder::look_through(const Part& part, Range range, HitKind kind) {
  if (range.begin == range.end) return;
  const bool is_later_page = question_.after && !descending_;
  const int not_favorite = part.block.is_favorite(range.begin) ? 0 : 1;
  const std::int64_t least =
      question_.sort ? not_favorite : first_number(kind) + std::int64_t{2} * not_favorite;
  const bool is_behind_section =
      is_later_page && (!has_favorites_first(question_) || question_.after->number >= least);
  if (!is_behind_section) {
    walk(part, range, {kind, Rank::any});
    return;
  }
  const Position& after = *question_.after;
  const Range rest{part.block.behind(range, after.key, after.id), range.end};
  if (question_.sort) {
    walk(part, rest, {kind, Rank::any});
  } else if (after.number > least) {
    walk(part, rest, {kind, Rank::inner});
  } else if (!walk(part, rest, {kind, Rank::word})) {
    walk(part, range, {kind, Rank::inner});
  }
}

/// Searches the favourites of both blocks, then the others of both.
void Finder::look_through(const SearchIndex& index, HitKind kind) {
  const Part parts[] = {{*index.base_, index.hidden_}, {index.recent_, {}}};
  const std::int64_t others = question_.sort ? 1 : first_number(kind) + 2;
  const bool past_favorites =
      question_.after && has_favorites_first(question_) && question_.after->number >= others;
  if (question_.favorite != false && !past_favorites) {
    for (const Part& part : parts) look_through(part, part.block.favorites(), kind);
  }
  if (question_.favorite != true && !has_enough()) {
    for (const Part& part : parts) look_through(part, part.block.others(), kind);
  }
}

/// The phrase comes before scattered words only in best-first order.
void Finder::look_through(const SearchIndex& index) {
  if (question_.sort || question_.terms.is_one_word()) {
    look_through(index, HitKind::any);
    return;
  }
  const bool past_phrases = question_.after && question_.after->number >= scattered_number;
  if (!past_phrases) look_through(index, HitKind::phrase);
  if (!has_enough()) look_through(index, HitKind::scattered);
}

FoundContacts Finder::answer() && {
  cut();
  std::ranges::sort(kept_,
                    [this](const FoundEntry& a, const FoundEntry& b) { return is_before(a, b); });
  FoundContacts found;
  if (kept_.size() == wanted_) {
    kept_.pop_back();
    found.has_more = true;
  }
  found.items = std::move(kept_);
  return found;
}

SearchIndex::SearchIndex(SearchBlock block, std::int64_t revision, std::int64_t derived_epoch)
    : base_(std::make_shared<const SearchBlock>(std::move(block))),
      revision_(revision),
      derived_epoch_(derived_epoch) {}

std::size_t SearchIndex::bytes() const {
  return sizeof(SearchIndex) + sizeof(SearchBlock) + base_->bytes() + recent_.bytes() +
         hidden_.capacity() * sizeof(Entry);
}

FoundContacts SearchIndex::find(const SearchQuestion& question, std::size_t limit) const {
  Finder finder(question, limit);
  finder.look_through(*this);
  return std::move(finder).answer();
}

namespace {

/// Returns the sort position of a contact in a block.
auto key_of(const SearchRow& row) {
  return std::tuple(row.not_favorite, std::string_view(row.sort_key), row.id);
}

auto key_of(const SearchBlock& block, Entry entry) {
  return std::tuple(block.is_favorite(entry) ? 0 : 1, block.sort_key(entry), block.id(entry));
}

/// Returns `block` without the contacts in `changes`, and with those of them that still exist.
/// REQUIRES: `changes` are in order.
SearchBlock replaced(const SearchBlock& block, const std::vector<SearchChange>& changes) {
  std::unordered_set<ContactId> ids;
  for (const SearchChange& each : changes) ids.insert(each.id);
  SearchBlock::Builder builder;
  auto change = changes.begin();
  for (Entry entry = 0; entry < block.size(); ++entry) {
    for (; change != changes.end() && change->now && key_of(*change->now) < key_of(block, entry);
         ++change) {
      builder.append(*change->now);
    }
    if (!ids.contains(block.id(entry))) builder.append(block, entry);
  }
  for (; change != changes.end() && change->now; ++change) builder.append(*change->now);
  return std::move(builder).finish();
}

/// Sorts the changes; deleted contacts come last.
void put_in_order(std::vector<SearchChange>& changes) {
  std::ranges::sort(changes, [](const SearchChange& a, const SearchChange& b) {
    if (!a.now || !b.now) return a.now.has_value() && !b.now.has_value();
    return key_of(*a.now) < key_of(*b.now);
  });
}

}  // namespace

SearchIndexPtr SearchIndex::changed(std::vector<SearchChange> changes,
                                    std::int64_t revision) const {
  put_in_order(changes);
  const std::shared_ptr<SearchIndex> next(new SearchIndex);
  next->base_ = base_;
  next->revision_ = revision;
  next->derived_epoch_ = derived_epoch_;
  next->hidden_ = hidden_;
  for (const SearchChange& each : changes) {
    const auto entries = base_->entries_of(each.id);
    next->hidden_.insert(next->hidden_.end(), entries.begin(), entries.end());
  }
  std::ranges::sort(next->hidden_);
  const auto twice = std::ranges::unique(next->hidden_);
  next->hidden_.erase(twice.begin(), twice.end());
  next->recent_ = replaced(recent_, changes);
  if (next->hidden_.size() + next->recent_.size() > limits::search_changes_max) {
    next->base_ = std::make_shared<const SearchBlock>(next->merged());
    next->recent_ = {};
    next->hidden_ = {};
  }
  return next;
}

/// Returns a single block with the contacts of both.
SearchBlock SearchIndex::merged() const {
  SearchBlock::Builder builder;
  builder.reserve(size());
  auto hidden = hidden_.begin();
  Entry recent = 0;
  for (Entry entry = 0; entry < base_->size(); ++entry) {
    if (hidden != hidden_.end() && *hidden == entry) {
      ++hidden;
      continue;
    }
    while (recent < recent_.size() && key_of(recent_, recent) < key_of(*base_, entry)) {
      builder.append(recent_, recent++);
    }
    builder.append(*base_, entry);
  }
  while (recent < recent_.size()) builder.append(recent_, recent++);
  return std::move(builder).finish();
}

}  // namespace kith::contacts
