#pragma once

#include <string>

/// Folding rules for the scripts of India and Sri Lanka, where one sound has several spellings.
/// REQUIRES of all: the text is in NFD (UAX 15), without nuktas.
namespace kith::indic {

/// Letters that are a consonant without its vowel, as the consonant and a virama: the chillus of
/// Malayalam, the khanda ta of Bengali.
void unify_letters(std::u16string& text);

/// A nasal consonant and virama before a stop, candrabindu, and the bindus of Gurmukhi, all as
/// anusvara: `पण्डित` is `पंडित`, `सिँह` is `सिंह`.
void unify_nasals(std::u16string& text);

}  // namespace kith::indic
