#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "vcard/cards.hpp"

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

/// Calls `visit` with each card of the corpus (`vcard::FileCard`) and returns their number; 0 if
/// there is no corpus.
template <class Visit>
int for_each_real_card(const Visit& visit) {
  int count = 0;
  for (const auto& path : vcard_corpus()) {
    SCOPED_TRACE(path.filename());
    const std::string file = bytes_of(path);
    vcard::Cards cards(file);
    for (; const auto card = cards.next(); ++count) visit(*card);
  }
  return count;
}

/// Fewer cards mean that the corpus was not read as a whole.
inline constexpr int real_cards_min = 43;

}  // namespace kith::test
