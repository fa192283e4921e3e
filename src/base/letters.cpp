#include "base/letters.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <unicode/uchar.h>
#include <unicode/uscript.h>

namespace kith::letters {

namespace {

struct Letter {
  UChar32 letter;
  Spelling spelling;
};

constexpr Letter same(UChar32 letter, std::u16string_view spelling) {
  return {letter, {spelling, spelling}};
}

constexpr Letter both(UChar32 letter, std::u16string_view plain, std::u16string_view alternate) {
  return {letter, {plain, alternate}};
}

constexpr auto sorted(auto letters) {
  std::ranges::sort(letters, {}, &Letter::letter);
  return letters;
}

/// Letters that do not decompose, and letters that writers use interchangeably.
constexpr auto table = sorted(std::array{
    // Latin: letters with a stroke, ligatures, and additional letters.
    same(U'ł', u"l"), both(U'đ', u"d", u"dj"), both(U'ø', u"o", u"oe"), same(U'æ', u"ae"),
    same(U'œ', u"oe"), same(U'þ', u"th"), same(U'ð', u"d"), same(U'ı', u"i"), same(U'ħ', u"h"),
    both(U'ŋ', u"n", u"ng"), same(U'ŧ', u"t"), both(U'ĸ', u"k", u"q"), both(U'ə', u"e", u"a"),
    both(U'ǝ', u"e", u"a"), same(U'ɛ', u"e"), same(U'ɔ', u"o"), same(U'ɵ', u"o"), same(U'ɓ', u"b"),
    same(U'ƀ', u"b"), same(U'ƃ', u"b"), same(U'ƈ', u"c"), same(U'ȼ', u"c"), same(U'ɖ', u"d"),
    same(U'ɗ', u"d"), same(U'ɇ', u"e"), same(U'ƒ', u"f"), same(U'ǥ', u"g"), same(U'ɠ', u"g"),
    same(U'ɣ', u"g"), same(U'ɦ', u"h"), same(U'ɨ', u"i"), same(U'ɩ', u"i"), same(U'ɉ', u"j"),
    same(U'ȷ', u"j"), same(U'ƙ', u"k"), same(U'ƚ', u"l"), same(U'ɫ', u"l"), both(U'ɲ', u"n", u"ny"),
    same(U'ƞ', u"n"), same(U'ƥ', u"p"), same(U'ɍ', u"r"), same(U'ƭ', u"t"), same(U'ʈ', u"t"),
    same(U'ⱦ', u"t"), same(U'ⱥ', u"a"), same(U'ʉ', u"u"), same(U'ʊ', u"u"), same(U'ʋ', u"v"),
    same(U'ƴ', u"y"), same(U'ɏ', u"y"), same(U'ƶ', u"z"),
    // Arabic, Persian and Urdu keyboards differ in these letters. Tatweel only stretches a word.
    same(0x0640, u""), same(0x0649, u"\u064A"), same(0x06CC, u"\u064A"), same(0x06D2, u"\u064A"),
    same(0x06A9, u"\u0643"), same(0x06AA, u"\u0643"), same(0x0629, u"\u0647"),
    same(0x06BE, u"\u0647"), same(0x06C1, u"\u0647"), same(0x06C3, u"\u0647"),
    same(0x06D5, u"\u0647"), same(0x0671, u"\u0627"), same(0x0672, u"\u0627"),
    same(0x0673, u"\u0627"), same(0x0674, u""),
    // Letters of Pashto, Kurdish and Urdu.
    same(0x06CD, u"\u064A"), same(0x06CE, u"\u064A"), same(0x06D0, u"\u064A"),
    same(0x06AB, u"\u06AF"), same(0x06BA, u"\u0646"), same(0x06BC, u"\u0646"),
    same(0x06B5, u"\u0644"), same(0x0693, u"\u0631"), same(0x0695, u"\u0631"),
    same(0x0689, u"\u062F"), same(0x067C, u"\u062A"), same(0x06C6, u"\u0648"),
    same(0x06C7, u"\u0648"),
    // Cyrillic: letters that Russian keyboards lack.
    same(U'ґ', u"г"), same(U'ғ', u"г"), same(U'ҕ', u"г"), same(U'қ', u"к"), same(U'ҝ', u"к"),
    same(U'ҡ', u"к"), same(U'ң', u"н"), same(U'ҥ', u"н"), same(U'ү', u"у"), same(U'ұ', u"у"),
    same(U'ө', u"о"), same(U'һ', u"х"), same(U'ҳ', u"х"), same(U'җ', u"ж"), same(U'ҷ', u"ч"),
    same(U'ҹ', u"ч"), same(U'ҙ', u"з"), same(U'ҫ', u"с"), both(U'ә', u"а", u"э"),
    // Yiddish digraphs.
    same(0x05F0, u"\u05D5\u05D5"), same(0x05F1, u"\u05D5\u05D9"), same(0x05F2, u"\u05D9\u05D9")});

/// Ideographs that are exchanged in family names: the form that most keyboards offer first, then
/// its variants. `神` and the like decompose, and are not here.
constexpr std::u32string_view ideograph_groups[] = {
    U"高髙",   U"崎﨑嵜", U"斉斎齊齋", U"辺邊邉", U"沢澤", U"浜濱濵", U"国國", U"広廣", U"桜櫻",
    U"島嶋嶌", U"真眞",   U"恵惠",     U"徳德",   U"桑桒", U"瀬瀨",   U"栄榮", U"学學", U"寿壽",
    U"弥彌",   U"淵渕",   U"曽曾",     U"富冨",   U"峰峯", U"館舘",   U"吉𠮷", U"柳栁", U"条條",
    U"円圓",   U"実實",   U"礼禮",     U"豊豐",   U"静靜", U"滝瀧",   U"蔵藏", U"万萬", U"与與",
    U"来來",   U"黒黑",   U"浅淺",     U"関關",   U"鉄鐵", U"塩鹽",   U"岳嶽", U"槙槇", U"遥遙",
    U"尭堯",   U"晋晉",   U"亜亞",     U"剣劍劒", U"会會", U"壮壯",   U"奥奧", U"将將", U"応應",
    U"戸戶",   U"教敎",   U"昂昻",     U"暁曉",   U"緒緖", U"県縣",   U"聡聰", U"荘莊", U"蛍螢",
    U"覚覺",   U"誉譽",   U"頼賴",     U"郷鄕",   U"録錄", U"済濟",   U"鴬鶯", U"鴎鷗", U"縄繩",
    U"歩步",   U"浄淨",   U"穂穗",     U"稲稻",   U"巌巖", U"桧檜",   U"薫薰", U"藪薮", U"芦蘆",
    U"籠篭",   U"勲勳",   U"衛衞",     U"横橫",   U"黄黃", U"涼凉",   U"舎舍", U"児兒",
};

struct Ideograph {
  UChar32 variant;
  UChar32 common;
};

constexpr std::size_t ideograph_count = [] {
  std::size_t count = 0;
  for (const std::u32string_view group : ideograph_groups) count += group.size() - 1;
  return count;
}();

constexpr auto ideographs = [] {
  std::array<Ideograph, ideograph_count> all{};
  std::size_t count = 0;
  for (const std::u32string_view group : ideograph_groups) {
    for (const char32_t variant : group.substr(1)) {
      all[count++] = {static_cast<UChar32>(variant), static_cast<UChar32>(group[0])};
    }
  }
  std::ranges::sort(all, {}, &Ideograph::variant);
  return all;
}();

struct Range {
  UChar32 first;
  UChar32 last;
};

template <std::size_t size>
bool is_in(const Range (&ranges)[size], UChar32 c) {
  return std::ranges::any_of(ranges, [c](Range each) { return c >= each.first && c <= each.last; });
}

/// Characters used as quotation marks that lack Unicode's Quotation_Mark property: grave and acute
/// accents, modifier apostrophes and half rings, Greek and Armenian apostrophes, geresh and
/// gershayim, N'Ko apostrophes, Greek spacing accents, primes, ornaments, saltillo.
constexpr Range quote_ranges[] = {
    {0x60, 0x60},     {0xB4, 0xB4},     {0x2B9, 0x2BF},   {0x2C0, 0x2C1},     {0x2C8, 0x2C8},
    {0x2CA, 0x2CB},   {0x2EE, 0x2EE},   {0x374, 0x375},   {0x384, 0x384},     {0x559, 0x55A},
    {0x5F3, 0x5F4},   {0x7F4, 0x7F5},   {0x1FBD, 0x1FBD}, {0x1FBF, 0x1FBF},   {0x1FEF, 0x1FEF},
    {0x1FFD, 0x1FFE}, {0x2032, 0x2037}, {0x2057, 0x2057}, {0x275B, 0x2760},   {0x276E, 0x276F},
    {0xA78B, 0xA78C}, {0xFF07, 0xFF07}, {0xFF40, 0xFF40}, {0x1F676, 0x1F678},
};

/// Characters used as hyphens that lack Unicode's Dash property: modifier minus, hyphen bullet,
/// heavy minus; the dots of `Gal·la` and of `ジャン・リュック`.
constexpr Range hyphen_ranges[] = {
    {0xB7, 0xB7},     {0x2D7, 0x2D7},   {0x387, 0x387},   {0x2027, 0x2027}, {0x2043, 0x2043},
    {0x2796, 0x2796}, {0x30A0, 0x30A0}, {0x30FB, 0x30FB}, {0xFF65, 0xFF65},
};

/// Blocks that contain only accents, used with letters of any script.
constexpr Range accent_blocks[] = {
    {0x300, 0x36F},   {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x20D0, 0x20FF},
    {0xFE20, 0xFE2F}, {0x302A, 0x302F},  // tone marks beside ideographs and Hangul
};

/// Scripts in which marks beside letters are points or accents.
constexpr UScriptCode pointed_scripts[] = {
    USCRIPT_LATIN,  USCRIPT_GREEK,  USCRIPT_CYRILLIC, USCRIPT_ARABIC,
    USCRIPT_HEBREW, USCRIPT_SYRIAC, USCRIPT_NKO,
};

constexpr UChar32 small_ka = 0x3095;
constexpr UChar32 small_ke = 0x3096;

}  // namespace

std::optional<Spelling> spelling_of(UChar32 c) {
  const auto* const found = std::ranges::lower_bound(table, c, {}, &Letter::letter);
  if (found == table.end() || found->letter != c) return std::nullopt;
  return found->spelling;
}

bool is_quote(UChar32 c) {
  if (c < 0x80) return c == '\'' || c == '"' || c == '`';
  return u_hasBinaryProperty(c, UCHAR_QUOTATION_MARK) != 0 || is_in(quote_ranges, c);
}

bool is_hyphen(UChar32 c) {
  if (c < 0x80) return c == '-';
  return u_hasBinaryProperty(c, UCHAR_DASH) != 0 || is_in(hyphen_ranges, c);
}

bool is_accent(UChar32 c) {
  if (c < accent_blocks[0].first || (U_GET_GC_MASK(c) & U_GC_M_MASK) == 0) return false;
  if (is_in(accent_blocks, c)) return true;
  const int syllabic = u_getIntPropertyValue(c, UCHAR_INDIC_SYLLABIC_CATEGORY);
  if (syllabic == U_INSC_NUKTA || syllabic == U_INSC_TONE_MARK ||
      syllabic == U_INSC_CANTILLATION_MARK) {
    return true;
  }
  return (U_GET_GC_MASK(c) & U_GC_MC_MASK) == 0 &&
         std::ranges::any_of(pointed_scripts,
                             [c](UScriptCode script) { return uscript_hasScript(c, script) != 0; });
}

bool is_punctuation(UChar32 c) {
  if (c < 0x80)
    return c > 0 && std::string_view("()[]{}<>:;!?/\\|&").contains(static_cast<char>(c));
  return (U_GET_GC_MASK(c) & U_GC_P_MASK) != 0 || c == 0xA6;  // broken bar
}

UChar32 to_hiragana(UChar32 c) {
  constexpr UChar32 distance = 0x60;
  const bool is_katakana = (c >= 0x30A1 && c <= 0x30F6) || c == 0x30FD || c == 0x30FE;
  const UChar32 kana = is_katakana ? c - distance : c;
  if (kana == small_ka) return U'か';
  if (kana == small_ke) return U'け';
  return kana;
}

UChar32 to_common_ideograph(UChar32 c) {
  const auto* const found = std::ranges::lower_bound(ideographs, c, {}, &Ideograph::variant);
  return found != ideographs.end() && found->variant == c ? found->common : c;
}

bool is_iteration_mark(UChar32 c) { return c == U'々' || c == U'〻' || c == U'ゝ'; }

}  // namespace kith::letters
