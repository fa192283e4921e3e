#include "image/converter.hpp"

#include <exception>
#include <optional>
#include <utility>

#include <spdlog/spdlog.h>
#include <unistd.h>

#include "base/fields.hpp"
#include "base/limits.hpp"
#include "image/child.hpp"
#include "image/kind.hpp"
#include "image/limits.hpp"
#include "image/verdict.hpp"

namespace kith::image {

namespace {

std::unexpected<Error> wrong_type(Kind kind) {
  if (kind == Kind::heif) {
    return refuse(Errc::unsupported_media_type,
                  "HEIC and AVIF pictures cannot be decoded. Save the picture as JPEG.");
  }
  return refuse(Errc::unsupported_media_type,
                "A picture must be PNG, JPEG, WebP or GIF; by its content this is " +
                    std::string(name_of(kind)) + ".");
}

std::unexpected<Error> refused(std::string_view slug, std::string detail) {
  return std::unexpected(Error{.code = Errc::invalid, .detail = std::move(detail), .slug = slug});
}

std::unexpected<Error> too_many_pixels() {
  return refused("picture-too-large",
                 "The picture may have " + std::to_string(limits::picture_pixels_max) +
                     " pixels (PNG of 8 bits a channel: " + std::to_string(limits::png_pixels_max) +
                     ", JPEG and lossy WebP: " + std::to_string(limits::scaled_picture_pixels_max) +
                     ") and " + std::to_string(limits::picture_edge_pixels_max) +
                     " along an edge at most.");
}

std::unexpected<Error> too_much_memory() {
  return refused("picture-too-large",
                 "This progressive JPEG is too large to be decoded. Save it as a baseline JPEG, or "
                 "make it smaller.");
}

std::unexpected<Error> damaged() {
  return refused(
      "picture-damaged",
      "The picture cannot be decoded: it is damaged, truncated or needs too much memory.");
}

std::unexpected<Error> not_now(std::string detail) {
  return refuse(Errc::unavailable, std::move(detail));
}

/// Returns the format of a product.
Kind format_of(Product product) { return product == Product::photo ? Kind::jpeg : Kind::webp; }

/// Logs details that clients do not see.
void warn_of(const ChildResult& result) {
  const std::string how = result.timed_out     ? "was killed at its deadline"
                          : result.flooded     ? "was killed for exceeding the output limit"
                          : result.exit_status ? "ended with " + std::to_string(*result.exit_status)
                                               : "was ended by a signal";
  spdlog::warn("kith-image {}", how);
}

/// Returns the product, or the refusal for the child's exit status.
Result<std::string> judge(Product product, ChildResult result) {
  if (result.timed_out || result.flooded) {
    warn_of(result);
    return not_now(result.flooded
                       ? "Pictures cannot be decoded. Try again shortly."
                       : "Decoding the picture took too long. Try again or use another picture.");
  }
  const auto verdict = static_cast<Verdict>(result.exit_status.value_or(-1));
  switch (verdict) {
    case Verdict::made:
      if (kind_of(result.output) == format_of(product)) return std::move(result.output);
      break;
    case Verdict::not_a_picture: return wrong_type(Kind::unknown);
    case Verdict::too_many_pixels: return too_many_pixels();
    case Verdict::damaged: return damaged();
    case Verdict::too_much_memory: return too_much_memory();
    case Verdict::not_safe:
    case Verdict::not_read:
      warn_of(result);
      return not_now("Pictures cannot be decoded. Try again shortly.");
  }
  // A decoder crashed or hit a resource limit because of the picture.
  warn_of(result);
  return result.exit_status ? not_now("Pictures cannot be decoded. Try again shortly.") : damaged();
}

Result<std::string> convert(const std::string& program, Product product, std::string_view picture) {
  try {
    return judge(product, run_child({.program = program,
                                     .argument = kith::name_of(product),
                                     .input = picture,
                                     .output_bytes_max = limits::avatar_bytes_max,
                                     .timeout = limits::picture_timeout}));
  } catch (const std::exception& broken) {
    spdlog::error("kith-image: {}", broken.what());
    return not_now("Pictures cannot be decoded. Try again shortly.");
  }
}

}  // namespace

namespace {

constexpr const char* busy = "Too many pictures are being decoded. Try again shortly.";

}  // namespace

Converter::Converter(std::string program)
    : program_(std::move(program)),
      uploads_(limits::picture_threads, limits::picture_queue_max, busy),
      thumbnails_(limits::picture_threads, thumbnail_queue_max, busy) {
  if (::access(program_.c_str(), X_OK) == 0) return;
  spdlog::warn("{} cannot be run: pictures cannot be uploaded", program_);
}

Task<Result<std::string>> Converter::make(Product product, std::string_view picture) {
  return make_on(uploads_, product, picture);
}

Task<Result<std::string>> Converter::make_thumbnail(Product product, std::string_view picture) {
  return make_on(thumbnails_, product, picture);
}

Task<Result<std::string>> Converter::make_on(Workers& workers, Product product,
                                             std::string_view picture) {
  // Checked here already, so that invalid uploads start no process.
  if (picture.size() > limits::picture_bytes_max) {
    co_return refuse(
        Errc::payload_too_large,
        "The picture may have " + std::to_string(limits::picture_bytes_max) + " bytes at most.");
  }
  const Kind kind = kind_of(picture);
  if (!is_taken(kind)) co_return wrong_type(kind);
  auto made = co_await workers.run<Result<std::string>>(
      [this, product, picture] { return convert(program_, product, picture); });
  if (!made) co_return std::unexpected(std::move(made.error()));
  co_return *std::move(made);
}

}  // namespace kith::image
