#include "http/upload.hpp"

#include "http/multipart.hpp"

namespace kith::http {

namespace {

constexpr std::string_view form = "multipart/form-data";
constexpr auto taken_types = {std::string_view("image/png"),
                              std::string_view("image/jpeg"),
                              std::string_view("image/jpg"),
                              std::string_view("image/pjpeg"),
                              std::string_view("image/x-png"),
                              std::string_view("image/webp"),
                              std::string_view("image/gif"),
                              std::string_view("application/octet-stream"),
                              form};

}  // namespace

Result<Upload> Extract<Upload>::from(Exchange& exchange) {
  const Request& request = exchange.request;
  if (auto error = check_media_type(request, taken_types)) {
    return std::unexpected(*std::move(error));
  }
  if (check_media_type(request, {form})) return Upload{request.body};
  const auto file = only_file_of(request.header("Content-Type").value_or(""), request.body);
  if (!file) return std::unexpected(file.error());
  return Upload{*file};
}

void DescribeArgument<Upload>::to(EndpointDoc& doc) {
  for (const std::string_view type : taken_types) {
    doc.bodies.push_back({type, type == form
                                    ? R"({"type":"object","properties":{"file":{"type":"string",)"
                                      R"("contentMediaType":"application/octet-stream"}},)"
                                      R"("required":["file"]})"
                                    : "{}"});
  }
  doc.errors.insert(doc.errors.end(), {Errc::malformed, Errc::payload_too_large,
                                       Errc::unsupported_media_type, Errc::invalid});
}

}  // namespace kith::http
