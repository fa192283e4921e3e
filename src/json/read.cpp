#include "json/read.hpp"

#include <limits>
#include <string>

#include <boost/json/basic_parser_impl.hpp>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "json/slices.hpp"

namespace kith::json {

namespace {

namespace bj = boost::json;

/// The number of members that are read from an object. It exceeds both the fields of any struct and
/// the number of errors in an answer, so an object with more members has enough errors already.
constexpr std::size_t members_max = 1000;

/// Passes Boost.JSON's parser events directly to the filler. Boost.JSON's DOM would drop one of two
/// duplicate keys before they could be refused, and would allocate for every value.
class ObjectHandler {
 public:
  ObjectHandler(Filler& filler, std::string_view text) : filler_(&filler), values_(text) {}

  // The body's size limit already bounds all of these.
  static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_key_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();

  using Ec = boost::system::error_code;
  bool on_document_begin(Ec&) { return true; }
  bool on_document_end(Ec&) { return true; }
  bool on_object_begin(Ec&) { return open(); }
  bool on_object_end(std::size_t, Ec&) { return close(); }
  bool on_array_begin(Ec&) {
    if (depth_ == 0) is_object_ = false;
    return open();
  }
  bool on_array_end(std::size_t, Ec&) { return close(); }
  bool on_key_part(bj::string_view part, std::size_t, Ec&) { return gather(key_, part); }
  bool on_key(bj::string_view part, std::size_t, Ec& error) {
    if (depth_ != 1) return true;
    gather(key_, part);
    key_.swap(name_);
    key_.clear();
    if (++members_ > members_max) error = bj::error::object_too_large;
    return !error;
  }
  bool on_string_part(bj::string_view part, std::size_t, Ec&) { return gather(text_, part); }
  bool on_string(bj::string_view part, std::size_t, Ec&) {
    gather(text_, part);
    put(std::string_view(text_));
    text_.clear();
    return true;
  }
  bool on_number_part(bj::string_view, Ec&) { return true; }
  bool on_int64(std::int64_t value, bj::string_view, Ec&) { return put(value); }
  bool on_uint64(std::uint64_t value, bj::string_view, Ec&) {
    return put(static_cast<double>(value));
  }
  bool on_double(double value, bj::string_view, Ec&) { return put(value); }
  bool on_bool(bool value, Ec&) { return put(value); }
  bool on_null(Ec&) { return put(nullptr); }
  bool on_comment_part(bj::string_view, Ec&) { return true; }
  bool on_comment(bj::string_view, Ec&) { return true; }

  /// Returns whether the document was an object.
  bool is_object() const { return is_object_; }

 private:
  bool open() {
    if (depth_ == 1 && is_object_) put(Nested{values_.value_at(members_ - 1)});
    ++depth_;
    return true;
  }
  bool close() {
    --depth_;
    return true;
  }
  bool gather(std::string& to, bj::string_view part) const {
    if (depth_ == 1) to.append(part.data(), part.size());
    return true;
  }
  bool put(const Scalar& value) {
    if (depth_ == 0) is_object_ = false;
    if (depth_ == 1 && is_object_) filler_->put(name_, value);
    return true;
  }

  Filler* filler_;
  MemberCursor values_;
  std::size_t members_ = 0;  // of the outermost object, so far
  int depth_ = 0;
  bool is_object_ = true;
  std::string key_, name_, text_;
};

std::string position(std::string_view text, std::size_t offset) {
  std::size_t line = 1;
  std::size_t column = 1;
  for (const char c : text.substr(0, offset)) {
    const bool continues = (static_cast<unsigned char>(c) & 0xC0) == 0x80;
    if (c == '\n') {
      ++line;
      column = 1;
    } else if (!continues) {
      ++column;
    }
  }
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

/// Returns a description of the syntax error at a byte.
std::string unexpected(std::string_view text, std::size_t offset) {
  const unsigned char byte = offset < text.size() ? static_cast<unsigned char>(text[offset]) : 0;
  if (byte < 0x20) return "control characters must be escaped and stand within quotes";
  if (byte < 0x7F) return std::string("unexpected character '") + text[offset] + "'";
  const bool is_text = is_valid_utf8(text.substr(0, offset)) && is_valid_utf8(text.substr(offset));
  return is_text ? "unexpected character" : "the text is not valid UTF-8";
}

std::string reason_of(bj::error_code error, std::string_view text, std::size_t offset) {
  constexpr auto depth = limits::json_depth_max;
  if (error == bj::error::incomplete) return "unexpected end of the text";
  if (error == bj::error::extra_data) return "only white space may follow the JSON value";
  if (error == bj::error::exponent_overflow) return "the exponent of a number is too large";
  if (error == bj::error::too_deep) return "nested more than " + std::to_string(depth) + " deep";
  if (error == bj::error::illegal_leading_surrogate ||
      error == bj::error::illegal_trailing_surrogate || error == bj::error::expected_utf16_escape) {
    return "a \\u escape is half of a surrogate pair";
  }
  if (error == bj::error::expected_hex_digit) return "\\u needs four hexadecimal digits";
  return unexpected(text, offset);
}

Error malformed(std::string_view text, std::size_t offset, bj::error_code error) {
  return {.code = Errc::malformed,
          .detail = "The body is not valid JSON at " + position(text, offset) + ": " +
                    reason_of(error, text, offset) + "."};
}

/// Returns `text` without the byte order mark that RFC 8259 (section 8.1) lets parsers ignore.
std::string_view without_mark(std::string_view text) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  return text.starts_with(mark) ? text.substr(mark.size()) : text;
}

}  // namespace

std::optional<Error> read_object(std::string_view text, Filler& filler) {
  bj::parse_options options;
  options.max_depth = limits::json_depth_max;
  text = without_mark(text);
  bj::basic_parser<ObjectHandler> parser(options, filler, text);
  bj::error_code error;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), error);
  if (!error && used < text.size()) error = bj::error::extra_data;
  if (error == bj::error::object_too_large) return std::nullopt;  // the filler has enough errors
  if (error) return malformed(text, used, error);
  if (parser.handler().is_object()) return std::nullopt;
  return Error{.code = Errc::invalid,
               .detail = "The request has fields that are not valid.",
               .fields = {{"body", "must be a JSON object"}}};
}

}  // namespace kith::json
