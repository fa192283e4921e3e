#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.hpp"
#include "vcard/document.hpp"
#include "vcard/writer.hpp"

namespace kith::vcard {

/// What an edit makes of a line. The name stays as it is spelled, and so does the group if it is
/// not replaced.
struct LineEdit {
  std::string value = {};  ///< as `NewLine::value`
  /// The parameters that go; null: none. The others stay in their order and spelling.
  std::function<bool(const Param&)> drops = {};
  std::vector<NewParam> added_params = {};  ///< behind the others
  std::optional<std::string> group = {};    ///< in place of the old one; empty: none
};

/// Collects edits of a card and writes the changed card. Lines that no edit names keep their bytes;
/// written lines take over the line end, the fold width and the continuation byte of the card.
///
/// Only in three places is more changed: each REV is set to the time of the edit, in its form;
/// the label of a group goes when the last property leaves the group; and junk that would become
/// part of another line, because the line before it went or changed, goes as well.
///
/// REQUIRES: the document outlives this object and stays in place.
class Editor {
 public:
  explicit Editor(const Document& document) : document_(document) {}
  Editor(const Editor&) = delete;
  Editor& operator=(const Editor&) = delete;

  /// Rewrites a property. An edit that changes nothing touches nothing.
  void replace(std::size_t index, const LineEdit& edit);

  /// Removes a property.
  void remove(std::size_t index);

  /// Adds a property: behind the last one of its name; else before REV, if that is the last line;
  /// else before END. `companions` follow it.
  void add(const NewLine& line, std::span<const NewLine> companions = {});

  /// Adds a property behind another one.
  void add_after(std::size_t index, const NewLine& line);

  /// Returns whether anything changes.
  bool is_edited() const { return !changed_.empty() || !added_.empty(); }

  /// Returns the bytes of the changed card. `now` goes into REV, if the card has one.
  std::string finish(Time now) const;

 private:
  /// A line that was written.
  struct Written {
    std::string bytes;
    std::string name;
    std::string group;  ///< folded
    Encoding encoding = Encoding::none;
  };
  /// The lines that are inserted at one place.
  struct Inserted {
    std::list<Written> lines;
    /// The last line of each name, in lower case, or what follows it.
    std::map<std::string, std::list<Written>::iterator, std::less<>> last;
  };
  /// By the index of the line they replace; without bytes the line is removed.
  using Changes = std::map<std::size_t, Written>;

  Written write(const NewLine& line) const;
  Written write(const Line& line, std::string_view head, std::string_view value) const;
  void insert(std::size_t before, const NewLine& line, std::span<const NewLine> companions = {});
  std::size_t place_after(std::size_t index) const;
  std::size_t place_of(std::string_view name);
  std::size_t default_place();
  std::size_t find_default_place() const;
  std::size_t place_without_end() const;
  std::set<std::string> left_groups() const;
  bool is_in(const Line& line, const std::string& folded_group) const;
  void remove_labels(Changes& changes) const;
  void set_revisions(Changes& changes, Time now) const;

  const Document& document_;
  Changes changed_;
  std::map<std::size_t, Inserted> added_;  ///< by the index of the line behind them
  /// The last property of each name, in lower case; made when a line is added.
  std::optional<std::unordered_map<std::string, std::size_t>> last_of_name_;
  std::unordered_map<std::string, std::size_t> places_;  ///< found before, by name in lower case
  std::optional<std::size_t> default_place_;
};

/// Returns what stands before the colon of an edited line.
std::string edited_head(const Line& line, const LineEdit& edit);

/// Returns `now` in the form of a REV: the basic or the extended form of ISO 8601, with or without
/// a time and its `Z`. A text that is no time gives `20261127T210509Z`, in 3.0 the extended form.
std::string revision_like(std::string_view old_value, Time now, Version version);

}  // namespace kith::vcard
