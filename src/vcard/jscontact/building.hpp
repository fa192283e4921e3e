#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "vcard/jscontact/card.hpp"
#include "vcard/jscontact/pointer.hpp"
#include "vcard/writer.hpp"

/// The steps of `new_card` and `apply`.
namespace kith::vcard::jscontact {

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

/// How the value of a built line is written.
enum class ValueForm : std::uint8_t {
  text,
  uri,         ///< with backslashes alone escaped
  components,  ///< of a structured value
  list,
  date,
  media,  ///< a URI, which may have data
  raw,    ///< as it stands in `vCardProps`
};

/// A line of a card of version 4.0, and the part of the card that it stands for.
struct BuiltLine {
  NewLine line;         ///< without PROP-ID, and without the group of a label
  std::string pointer;  ///< `emails/EMAIL-1`; as in the bindings of a view
  ValueForm form = ValueForm::text;
  std::string id = {};                    ///< of the entry; empty: it has none
  std::optional<std::string> label = {};  ///< for X-ABLABEL
};

/// Returns the raw value of a URI.
std::string encode_uri(std::string_view uri);

/// The lines of a card, made of its JSContact form.
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
  void add_entry(Entry& entry, NewLine line, ValueForm form = ValueForm::text);

  /// The same for an entry whose id is the value of its line (`relatedTo`).
  void add_keyed(Entry& entry, NewLine line, ValueForm form);

  /// Adds the parameters of `vCardParams` or `vCardProps`, and the group among them.
  void add_params(NewLine& line, const boost::json::object& params, const std::string& pointer);

  /// Adds a line.
  void add(NewLine line, std::string pointer, ValueForm form = ValueForm::text);

  /// Keeps what no step has written as JSPROP.
  void keep_rest(const std::string& pointer, const boost::json::object& rest);
  void keep(const std::string& pointer, const boost::json::value& value);

  /// Notes the first error.
  void fail(std::string pointer, std::string_view message);

  const std::optional<ShapeError>& error() const { return error_; }

  /// Returns the lines of what could be built, JSPROP last.
  std::vector<BuiltLine> take_lines() &&;

  /// Returns the bytes of a card.
  std::expected<std::string, ShapeError> finish() &&;

  boost::json::object rest;  ///< of the card

 private:
  std::vector<BuiltLine> lines_;
  std::vector<BuiltLine> kept_;
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

/// Writes one property of vCardProps.
void build_prop(Building& building, const boost::json::value& from, const std::string& pointer);

/// Takes all steps, but leaves out what no step writes.
void build_all(Building& building);

}  // namespace kith::vcard::jscontact
