#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

/// Locates values within a JSON text, for parsing them later or passing them on unchanged.
/// REQUIRES: a parser has accepted the text; for any other text the functions return some part of
/// it.
namespace kith::json {

/// Returns the first value in `text`, without the white space before it.
std::string_view first_value(std::string_view text);

/// Finds the values of an object's members in order. It only moves forward, so that finding all of
/// them reads each byte once. REQUIRES: the text outlives the cursor and the returned values.
class MemberCursor {
 public:
  explicit MemberCursor(std::string_view object);

  /// Returns the value of member number `index` (from 0), or an empty text if there are fewer
  /// members. REQUIRES: `index` increases with each call.
  std::string_view value_at(std::size_t index);

 private:
  std::string_view rest_;  // begins after the last value returned
  std::size_t next_ = 0;   // the number of the next member
};

/// Calls `visit(name, value)` for each member of an object; the name is passed as written between
/// its quotes.
void for_each_member(std::string_view object,
                     const std::function<void(std::string_view, std::string_view)>& visit);

/// Calls `visit(value)` for each element of an array until it returns false.
void for_each_element(std::string_view array, const std::function<bool(std::string_view)>& visit);

}  // namespace kith::json
