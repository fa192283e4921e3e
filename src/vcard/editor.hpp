#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "vcard/document.hpp"
#include "vcard/writer.hpp"

namespace kith::vcard {

/// What an edit makes of a line. The group and the name stay as they are spelled.
struct LineEdit {
  std::string value = {};  ///< as `NewLine::value`
  /// The parameters that go; null: none. The others stay in their order and spelling.
  std::function<bool(const Param&)> drops = {};
  std::vector<NewParam> added_params = {};  ///< behind the others
};

/// Collects edits of a card and writes the changed card. Lines that no edit names keep their bytes;
/// written lines take over the line end, the fold width and the continuation byte of the card.
///
/// Only in three places is more changed: each REV is set to the time of the edit, in its form;
/// the label of a group goes with the last property of the group; and junk that would become part
/// of another line, because the line before it went or changed, goes as well.
///
/// REQUIRES: the document outlives this object and stays in place.
class Editor {
 public:
  explicit Editor(const Document& document) : document_(document) {}

  /// Rewrites a property. An edit that changes nothing touches nothing.
  void replace(std::size_t index, const LineEdit& edit);

  /// Removes a property.
  void remove(std::size_t index);

  /// Adds a property: behind the last one of its name; else before REV, if that is the last line;
  /// else before END.
  void add(const NewLine& line);

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
  /// By the index of the line they replace; without bytes the line is removed.
  using Changes = std::map<std::size_t, Written>;

  Written write(const NewLine& line) const;
  Written write(const Line& line, std::string_view head, std::string_view value) const;
  void insert(std::size_t before, const NewLine& line);
  std::size_t place_after(std::size_t index) const;
  std::size_t place_of(std::string_view name) const;
  std::size_t default_place() const;
  std::size_t place_without_end() const;
  void remove_labels(Changes& changes) const;
  void set_revisions(Changes& changes, Time now) const;

  const Document& document_;
  Changes changed_;
  std::map<std::size_t, std::vector<Written>> added_;  ///< by the index of the line behind them
};

/// Returns `now` in the form of a REV: the basic or the extended form of ISO 8601, with or without
/// a time and its `Z`. A text that is no time gives `20261127T210509Z`, in 3.0 the extended form.
std::string revision_like(std::string_view old_value, Time now, Version version);

}  // namespace kith::vcard
