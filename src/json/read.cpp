#include "json/read.hpp"

#include <limits>
#include <string>

#include <boost/json/basic_parser_impl.hpp>

#include "base/limits.hpp"
#include "json/slices.hpp"

namespace kith::json {

namespace {

namespace bj = boost::json;

/// Boost.JSON's parser events straight into the filler. Its own DOM would have dropped one of two
/// duplicate keys before we could refuse them, and would cost an allocation a value.
class ObjectHandler {
 public:
  ObjectHandler(Filler& filler, std::string_view text) : filler_(&filler), document_(text) {}

  // The size of a body bounds all of these already.
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
  bool on_key(bj::string_view part, std::size_t, Ec&) {
    if (depth_ != 1) return true;
    gather(key_, part);
    key_.swap(name_);
    key_.clear();
    ++members_;
    return true;
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

  /// Whether the document was an object.
  bool is_object() const { return is_object_; }

 private:
  bool open() {
    if (depth_ == 1 && is_object_) put(Nested{member_value(document_, members_ - 1)});
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
  std::string_view document_;
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

Error malformed(std::string_view text, std::size_t offset, bj::error_code error) {
  const bool deep = error == bj::error::too_deep;
  std::string reason = deep ? "nested more than " + std::to_string(limits::json_depth_max) + " deep"
                       : error == bj::error::incomplete ? "it ends too early"
                                                        : error.message();
  return {
      .code = Errc::malformed,
      .detail = "The body is not valid JSON at " + position(text, offset) + ": " + reason + "."};
}

}  // namespace

std::optional<Error> read_object(std::string_view text, Filler& filler) {
  bj::parse_options options;
  options.max_depth = limits::json_depth_max;
  bj::basic_parser<ObjectHandler> parser(options, filler, text);
  bj::error_code error;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), error);
  if (!error && used < text.size()) error = bj::error::extra_data;
  if (error) return malformed(text, used, error);
  if (parser.handler().is_object()) return std::nullopt;
  return Error{.code = Errc::invalid,
               .detail = "The request has fields that are not valid.",
               .fields = {{"body", "must be a JSON object"}}};
}

}  // namespace kith::json
