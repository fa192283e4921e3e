/// kith-image PRODUCT: reads a picture from standard input and writes the product
/// (image/product.hpp) to standard output; on failure, the exit status says why
/// (image/verdict.hpp). Untrusted pictures are decoded outside of the process that holds the
/// contacts.
#include <cerrno>
#include <csignal>
#include <expected>
#include <new>
#include <string>
#include <string_view>

#include <sys/prctl.h>
#include <unistd.h>

#include "base/fields.hpp"
#include "base/limits.hpp"
#include "image/make.hpp"
#include "image/sandbox.hpp"

namespace {

using kith::image::Verdict;

std::expected<std::string, Verdict> read_picture() {
  std::string picture(kith::limits::picture_bytes_max + 1, '\0');
  std::size_t size = 0;
  while (size < picture.size()) {
    const ssize_t count = ::read(STDIN_FILENO, picture.data() + size, picture.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::unexpected(Verdict::not_read);
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  if (size > kith::limits::picture_bytes_max) return std::unexpected(Verdict::not_read);
  picture.resize(size);
  return picture;
}

bool write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

Verdict run(std::string_view wanted) try {
  // The result is useless once the server has died.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::nice(10);  // the server's own work has priority
  if (!kith::image::enter_sandbox()) return Verdict::not_safe;
  const auto product = kith::enum_of<kith::image::Product>(wanted);
  if (!product) return Verdict::not_read;
  const auto picture = read_picture();
  if (!picture) return picture.error();
  const auto made = kith::image::make(*product, *picture);
  if (!made) return made.error();
  return write_all(*made) ? Verdict::made : Verdict::not_read;
} catch (const std::bad_alloc&) {
  return Verdict::damaged;  // it needs more memory than the sandbox permits
}

}  // namespace

int main(int argc, char** argv) {
  // Skips exit handlers and destructors of the libraries, which serve no purpose here.
  ::_exit(static_cast<int>(run(argc == 2 ? argv[1] : "")));
}
