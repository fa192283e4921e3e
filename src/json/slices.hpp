#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

/// Where the values of a JSON text stand in it, for what is read later or passed on as it is. All
/// functions REQUIRE a text that a parser took; of any other they give some part of it.
namespace kith::json {

/// The value that `text` begins with, without the blanks before it.
std::string_view first_value(std::string_view text);

/// Finds the values of an object's members in order. It only moves forward, so that finding all of
/// them passes each byte once. REQUIRES: the text outlives it and what it returns.
class MemberCursor {
 public:
  explicit MemberCursor(std::string_view object);

  /// The value of member number `index` (from 0); empty when there are fewer. REQUIRES: a greater
  /// `index` than in the call before.
  std::string_view value_at(std::size_t index);

 private:
  std::string_view rest_;  // begins behind the last value returned
  std::size_t next_ = 0;   // the number of the member that follows
};

/// Calls `visit(name, value)` for each member of an object; a name as it is written between its
/// quotes.
void for_each_member(std::string_view object,
                     const std::function<void(std::string_view, std::string_view)>& visit);

/// Calls `visit(value)` for each element of an array until it returns false.
void for_each_element(std::string_view array, const std::function<bool(std::string_view)>& visit);

}  // namespace kith::json
