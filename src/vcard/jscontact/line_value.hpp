#pragma once

#include "vcard/editor.hpp"
#include "vcard/jscontact/building.hpp"

/// Values and parameters of built lines, in the form that a line or a version has.
namespace kith::vcard::jscontact {

/// Returns the edit that turns a line, of which `before` was built, into `after`: the value in the
/// form of the line, and the parameters that differ. Leaves the group and the label alone.
LineEdit edit_of(const Line& line, const BuiltLine& before, const BuiltLine& after);

/// Returns a new line in the form of a version, under the name of the built line.
NewLine written_as(const BuiltLine& built, Version version);

/// Returns the texts that a list value has, decoded.
std::vector<std::string> texts_of_list(const BuiltLine& built);

/// Returns whether two built lines are the same.
bool is_same(const BuiltLine& a, const BuiltLine& b);

/// Returns the value of a parameter; null if it is missing. REQUIRES: `line` outlives the result.
const std::string* param_of(const NewLine& line, std::string_view name);

/// Returns whether vCard 2.1 can have a parameter, which has no quotes there.
bool fits_v2(const NewParam& param);

}  // namespace kith::vcard::jscontact
