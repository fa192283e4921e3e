#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vcard/editor.hpp"
#include "vcard/groups.hpp"
#include "vcard/jscontact/building.hpp"
#include "vcard/jscontact/difference.hpp"

/// The steps of `apply`.
namespace kith::vcard::jscontact {

/// The edits of a card so far. Built lines are compared with those that the view of the card gives;
/// what differs between them is what changes in the line.
class Applying {
 public:
  /// REQUIRES: the arguments outlive this object.
  Applying(const Document& document, const View& view, Difference& difference);

  /// Edits all members but `vCardProps`.
  void edit_members();

  /// Edits `vCardProps`. `wanted` is null if the card has none.
  void edit_props(const boost::json::value* wanted);

  /// Returns the bytes of the card.
  std::expected<std::string, ShapeError> finish(Time now) &&;

 private:
  using Lines = std::vector<std::size_t>;

  // Where lines are bound.
  Lines lines_at(std::string_view pointer) const;
  Lines kept_within(std::string_view pointer) const;
  bool is_kept_after(std::string_view pointer) const;

  // Sets and lists.
  void edit_keywords();
  void edit_category_line(std::size_t index, const std::set<std::string>& gone,
                          const std::vector<std::string>& come);
  void complete_nicknames();
  void edit_nicknames();
  void edit_nickname_line(std::size_t index, const std::vector<const BuiltLine*>& old,
                          const std::vector<const BuiltLine*>& wanted);

  // Built lines.
  void edit_slot(const BuiltLine* before, const BuiltLine* after);
  void edit_kept(const BuiltLine* before, const BuiltLine* after);
  void edit_line(const Line& line, const BuiltLine& before, const BuiltLine& after);
  void edit_label(LineEdit& edit, const Line& line, const BuiltLine& before,
                  const BuiltLine& after);
  void edit_address(const Line& line, BuiltLine before, BuiltLine after);
  static void edit_types(LineEdit& edit, const Line& line, const BuiltLine& before,
                         const BuiltLine& after);
  void edit_place(const Line& line, const BuiltLine& before, const BuiltLine& after);
  bool is_in_place(const Line& line, const BuiltLine& before, const BuiltLine& after) const;
  void remove_unclaimed();
  void rename_entries();
  void add(const BuiltLine& built);
  void add_address_label(std::vector<NewLine>& companions, BuiltLine& built, int own_lines);
  void lower(std::vector<NewLine>& companions, BuiltLine& built);

  // Properties of `vCardProps`.
  Lines lines_of_prop(const std::string& pointer) const;
  void edit_prop(const boost::json::value* before, const std::string& before_pointer,
                 const boost::json::value& after, const std::string& pointer);

  // Lines.
  void replace(std::size_t index, LineEdit edit);
  void remove(std::size_t index);
  void remove_name(const Line& line);
  void add_line(const NewLine& line, const std::vector<NewLine>& companions,
                const std::string& pointer);
  void keep_ids();
  bool is_shared(std::string_view group) const;
  int& label_key_count(const NewLine& address);
  std::string free_group();
  void fail(std::string_view pointer, std::string_view message);
  void check_params(const std::vector<NewParam>& params, const std::string& pointer);

  const Document& document_;
  const View& view_;
  Difference& difference_;
  Groups groups_;
  Editor editor_;
  Version version_;
  std::map<std::string, Lines, std::less<>> bound_;  ///< lines by pointer
  std::map<std::size_t, std::string> pointers_;      ///< the first pointer of each line
  std::vector<BuiltLine> before_;
  std::vector<BuiltLine> after_;
  std::set<std::string, std::less<>> kept_after_;  ///< pointers of the JSPROP that are wanted
  std::set<std::size_t> claimed_;                  ///< lines that are looked after
  std::map<std::size_t, LineEdit> edits_;
  std::set<std::size_t> removed_;
  std::map<std::string, std::size_t> first_gone_;  ///< the first removed line of each name
  std::set<std::string> used_groups_;
  /// The number of ADR and LABEL by group and types; made when an address gets a LABEL.
  std::map<std::pair<std::string, std::vector<std::string>>, int> label_keys_;
  int group_number_ = 0;
  std::size_t added_lines_ = 0;
  std::optional<ShapeError> error_;
};

}  // namespace kith::vcard::jscontact
