#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace kith::test {

/// Returns the files of cards that real programs wrote, from the folder KITH_VCARD_CORPUS. They are
/// not in the repository: empty if the folder does not exist.
inline std::vector<std::filesystem::path> vcard_corpus() {
  const char* named = std::getenv("KITH_VCARD_CORPUS");
  const std::filesystem::path folder = named != nullptr ? named : "../shared/vcards";
  std::vector<std::filesystem::path> files;
  if (!std::filesystem::is_directory(folder)) return files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".vcf") files.push_back(entry.path());
  }
  return files;
}

/// Returns the bytes of a file.
inline std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace kith::test
