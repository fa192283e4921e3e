#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "vcard/jscontact/card.hpp"
#include "vcard/writer.hpp"

/// The steps of `new_card`.
namespace kith::vcard::jscontact {

/// Appends a name to a JSON Pointer.
std::string pointer_to(std::string_view parent, std::string_view name);

/// Returns the text of a JSON string.
std::string text_of_json(const boost::json::value& value);

/// An entry of a map: steps take out the members that they write.
struct Entry {
  std::string member;  ///< the pointer to the map
  std::string id;
  boost::json::object rest;

  /// Returns a pointer to a member of the entry, or to the entry.
  std::string pointer(std::string_view key = {}) const;
};

/// The lines of a new card so far.
class Building {
 public:
  explicit Building(const boost::json::object& card);

  /// Takes a member that must be a text out of an object; nothing if it is missing.
  std::optional<std::string> take_text(boost::json::object& from, std::string_view key,
                                       std::string_view pointer);

  /// Takes a member that must be an object; empty if it is missing.
  boost::json::object take_object(boost::json::object& from, std::string_view key,
                                  std::string_view pointer);

  /// Takes the entries of a map out of the card.
  std::vector<Entry> take_entries(boost::json::object& from, std::string_view key,
                                  std::string_view pointer);

  /// Adds the line of an entry, with the members that all entries share; the others of the entry
  /// become JSPROP.
  void add_entry(Entry& entry, NewLine line);

  /// The same for an entry whose id is the value of its line (`relatedTo`).
  void add_keyed(Entry& entry, NewLine line);

  /// Adds the parameters of `vCardParams` or `vCardProps`, and the group among them.
  void add_params(NewLine& line, const boost::json::object& params, const std::string& pointer);

  /// Adds a line.
  void add(NewLine line) { lines_.push_back(std::move(line)); }

  /// Keeps what no step has written as JSPROP.
  void keep_rest(const std::string& pointer, const boost::json::object& rest);
  void keep(const std::string& pointer, const boost::json::value& value);

  /// Notes the first error.
  void fail(std::string pointer, std::string_view message);

  std::expected<std::string, ShapeError> finish() &&;

  boost::json::object rest;  ///< of the card

 private:
  void add_id(NewLine& line, const Entry& entry);
  std::string free_group();

  std::vector<NewLine> lines_;
  std::vector<NewLine> kept_;
  std::map<std::string, int> ordinals_;
  int group_number_ = 0;
  std::optional<ShapeError> error_;
};

/// Writes uid, kind and other members that are texts, and keywords, members and relatedTo.
void build_members(Building& building);

/// Writes the name and its localizations.
void build_name(Building& building);

/// Writes addresses.
void build_addresses(Building& building);

/// Writes anniversaries.
void build_anniversaries(Building& building);

/// Writes the members of `entry_rows`, nicknames, organizations and onlineServices.
void build_entries(Building& building);

/// Writes vCardProps.
void build_props(Building& building);

}  // namespace kith::vcard::jscontact
