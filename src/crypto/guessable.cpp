#include "crypto/guessable.hpp"

#include <cmath>
#include <vector>

#include <sodium.h>
#include <zxcvbn.h>

#include "base/limits.hpp"

namespace kith::crypto {

namespace {

constexpr double guesses_min = 1e6;

/// Returns `text` in ASCII lower case, the form of the words in zxcvbn's dictionaries.
std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return out;
}

}  // namespace

bool is_guessable(std::string_view password, std::span<const std::string> known) {
  std::vector<std::string> words;
  for (const std::string& word : known) words.push_back(lower(word));
  std::vector<const char*> dictionary;
  for (const std::string& word : words) dictionary.push_back(word.c_str());
  dictionary.push_back(nullptr);
  // zxcvbn's time grows faster than the length, and a strong prefix makes a strong password.
  std::string begin(password.substr(0, limits::guessable_bytes_max));
  const double bits = ZxcvbnMatch(begin.c_str(), dictionary.data(), nullptr);
  sodium_memzero(begin.data(), begin.size());
  return bits < std::log2(guesses_min);
}

}  // namespace kith::crypto
