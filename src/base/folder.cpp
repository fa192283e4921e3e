#include "base/folder.hpp"

#include <cerrno>
#include <filesystem>
#include <stdexcept>
#include <system_error>

#include <sys/stat.h>

namespace kith {

void make_private_folder(const std::string& path) {
  namespace fs = std::filesystem;
  if (fs::is_directory(path)) return;
  fs::path folder = fs::absolute(path).lexically_normal();
  if (!folder.has_filename()) folder = folder.parent_path();  // it ends with a slash
  if (!fs::is_directory(folder.parent_path())) {
    throw std::runtime_error("cannot create the folder " + path + ": there is no folder " +
                             folder.parent_path().string() + "; create it, or mount its disk");
  }
  const bool made = ::mkdir(folder.c_str(), S_IRWXU) == 0;
  // Another process may have created it meanwhile.
  if (!made && (errno != EEXIST || !fs::is_directory(folder))) {
    throw std::system_error(errno, std::generic_category(), path);
  }
  if (made && ::chmod(folder.c_str(), S_IRWXU) != 0) {
    throw std::system_error(errno, std::generic_category(), path);
  }
}

}  // namespace kith
