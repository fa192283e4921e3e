#include "base/explain.hpp"

#include <filesystem>
#include <ios>
#include <new>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include <boost/system/system_error.hpp>

#include "base/text.hpp"

namespace kith {

namespace {

constexpr const char* internal_error =
    "an internal error occurred; please report it together with the command and the log";

template <class T>
const T* as(const std::exception& failed) {
  return dynamic_cast<const T*>(&failed);
}

/// Replaces control characters and invalid UTF-8, which must not reach the terminal.
std::string printable(std::string_view text) {
  const bool is_valid = is_valid_utf8(text);
  std::string out(text);
  for (char& c : out) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F || (byte >= 0x80 && !is_valid)) c = '?';
  }
  return out;
}

std::string explain_file_error(const std::filesystem::filesystem_error& failed) {
  const std::string path = failed.path1();
  const std::string reason = failed.code().message();
  return path.empty() ? reason : path + ": " + reason;
}

/// Removes the error number and source location, which Boost appends in brackets.
std::string explain_boost_error(const boost::system::system_error& failed) {
  const std::string_view text = failed.what();
  return std::string(text.substr(0, text.find(" [")));
}

std::string text_of(const std::exception& failed) {
  if (as<std::bad_alloc>(failed)) return "out of memory";
  if (const auto* file = as<std::filesystem::filesystem_error>(failed)) {
    return explain_file_error(*file);
  }
  if (const auto* boost = as<boost::system::system_error>(failed)) {
    return explain_boost_error(*boost);
  }
  if (as<std::ios_base::failure>(failed)) return "a file cannot be read or written";
  return as<std::runtime_error>(failed) ? failed.what() : internal_error;
}

}  // namespace

std::string explain(const std::exception& failed) { return printable(text_of(failed)); }

}  // namespace kith
