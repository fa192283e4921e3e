#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.hpp"
#include "base/result.hpp"

/// Files of `NAME=value` lines in the dialect that Docker Compose, systemd and shells share.
namespace kith::app {

/// An assignment.
struct EnvLine {
  std::string name;
  std::string value;  ///< without quotes and comment
  int number = 0;     ///< line in the file, from 1
};

/// Returns the assignments in the text of a file, in order. A line may begin with `export`; blanks
/// around the name and the value are ignored; a byte order mark and CRLF are accepted. Lines that
/// begin with `#` or `;` are comments. An unquoted value ends as in `without_comment`. A value in
/// single quotes is literal; in double quotes `\"`, `\\`, `\$`, `\n`, `\r` and `\t` are escapes.
/// Quoted values may span lines. Variables are not expanded. Errors: `invalid`, naming the line.
Result<std::vector<EnvLine>> parse_env_file(std::string_view text);

/// Returns an unquoted value without surrounding blanks and without its comment. A comment begins
/// with a `#` that follows a blank, or at the beginning with a `#` before a blank.
std::string_view without_comment(std::string_view text);

/// Returns the value of a `text` that is quoted as a whole, as in a file; otherwise nothing.
std::optional<std::string> unquoted(std::string_view text);

/// Returns the text of a file without its byte order mark. Errors: `not_found` with the path and
/// the reason when the file cannot be read (missing, a folder, permissions), `invalid` when it is
/// larger than `bytes_max` or contains NUL (UTF-16).
Result<std::string> read_text_file(const std::string& path,
                                   std::size_t bytes_max = limits::text_file_bytes_max);

}  // namespace kith::app
