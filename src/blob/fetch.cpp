#include "blob/fetch.hpp"

#include <utility>

#include "base/limits.hpp"
#include "blob/web.hpp"

namespace kith::blob {

Result<std::string> fetch(BlobStore& store, const BlobName& name, Time now) {
  auto found = store.get(name, now);
  if (!found) return std::unexpected(std::move(found.error()));
  if (found->location.empty()) return std::move(found->bytes);
  constexpr std::string_view service = "picture";
  constexpr int ok = 200;
  constexpr int missing = 404;
  constexpr int forbidden = 403;  // S3's answer for a missing blob without permission to list
  auto answer = send({.service = service,
                      .method = "GET",
                      .url = found->location,
                      .answer_bytes_max = limits::avatar_bytes_max});
  if (!answer) return std::unexpected(std::move(answer.error()));
  if (answer->status == ok) return std::move(answer->body);
  if (answer->status == missing || answer->status == forbidden)
    return refuse(Errc::not_found, "The picture does not exist.");
  return service_failed(service, "GET was answered with " + std::to_string(answer->status));
}

}  // namespace kith::blob
