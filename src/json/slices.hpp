#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

/// Where the values of a JSON text stand in it, for what is read later or passed on as it is. All
/// functions REQUIRE a text that a parser took; of any other they give some part of it.
namespace kith::json {

/// The value that `text` begins with, without the blanks before it.
std::string_view first_value(std::string_view text);

/// The value of the member number `index` (from 0) of an object; empty when there are fewer.
std::string_view member_value(std::string_view object, std::size_t index);

/// Calls `visit(name, value)` for each member of an object; a name as it is written between its
/// quotes.
void for_each_member(std::string_view object,
                     const std::function<void(std::string_view, std::string_view)>& visit);

/// Calls `visit(value)` for each element of an array.
void for_each_element(std::string_view array, const std::function<void(std::string_view)>& visit);

}  // namespace kith::json
