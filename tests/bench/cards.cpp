// The time that the vCard engine takes for a card of about 1 KiB: `kith_cards_bench`. Prints names
// and microseconds. The reference is Boost.JSON, which parses and serialises the same contact as
// JSContact.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "contacts/model/card.hpp"
#include "contacts/model/edit.hpp"
#include "contacts/model/projection.hpp"
#include "vcard/document.hpp"
#include "vcard/jscontact/view.hpp"

namespace {

using namespace kith;
using Clock = std::chrono::steady_clock;

constexpr Time now{1'800'000'000'000'000};

constexpr std::string_view card_text =
    "BEGIN:VCARD\r\nVERSION:3.0\r\nPRODID:-//Apple Inc.//iPhone OS 17.0//EN\r\n"
    "UID:6d1c7e0a-3f5b-4c1e-9a52-0c6b1f7d2e02\r\nN:Lindqvist;Anna;Maria;Prof.;\r\n"
    "FN:Prof. Anna Maria Lindqvist\r\nNICKNAME:Annika\r\n"
    "ORG:Universitetet i Uppsala;Institutionen f\xC3\xB6r matematik\r\nTITLE:Professor\r\n"
    "EMAIL;type=INTERNET;type=WORK;type=pref:anna.lindqvist@math.uu.example\r\n"
    "EMAIL;type=INTERNET;type=HOME:annika@lindqvist.example\r\n"
    "item1.EMAIL;type=INTERNET:choir@songs.example\r\nitem1.X-ABLabel:Choir\r\n"
    "TEL;type=CELL;type=VOICE;type=pref:+46 70 123 45 67\r\n"
    "TEL;type=WORK;type=VOICE:+46 18 471 00 00\r\nTEL;type=HOME;type=FAX:018-471 32 01\r\n"
    "item2.ADR;type=WORK;type=pref:;;L\xC3\xA4gerhyddsv\xC3\xA4gen 1;Uppsala;;752 37;Sweden\r\n"
    "item2.X-ABADR:se\r\nitem3.URL;type=pref:https://www.math.uu.example/~anna\r\n"
    "item3.X-ABLabel:_$!<HomePage>!$_\r\nBDAY;value=date:1971-03-14\r\n"
    "NOTE:Met at the conference in Lund\\, wants the notes of the second talk.\\nAsk about the\r\n"
    "  seminar in spring.\r\nCATEGORIES:Friends,Mathematics\r\nREV:2026-11-30T10:11:12Z\r\n"
    "END:VCARD\r\n";

/// Returns the microseconds of one call: the median of several runs of `count` calls.
template <class Work>
double measure(Work work) {
  constexpr int runs = 9;
  constexpr int count = 4000;
  std::vector<double> found;
  for (int run = 0; run < runs; ++run) {
    const auto begin = Clock::now();
    for (int i = 0; i < count; ++i) work();
    const std::chrono::duration<double, std::micro> took = Clock::now() - begin;
    found.push_back(took.count() / count);
  }
  std::ranges::nth_element(found, found.begin() + runs / 2);
  return found[runs / 2];
}

/// Keeps the compiler from leaving out work without a visible effect.
std::size_t sink = 0;

void parse_and_serialise() {
  const auto document = vcard::read(std::string(card_text));
  std::string out;
  out.reserve(card_text.size());
  for (std::size_t i = 0; i < document->size(); ++i) out += document->line(i).bytes;
  sink += out.size();
}

}  // namespace

int main() {
  const auto card = contacts::Card::parse(std::string(card_text));
  if (!card) return 1;
  const boost::json::value view = vcard::jscontact::view_of(card->document()).card;
  const std::string json = boost::json::serialize(view);
  contacts::ContactFields edited = contacts::simple_form(*card, now);
  edited.email = InternationalEmail::parse("new@example.org").value();
  std::printf("bytes %zu\n", card_text.size());
  std::printf("parse_and_serialise %.3f\n", measure(parse_and_serialise));
  std::printf("project %.3f\n",
              measure([&] { sink += contacts::project(*card, {.now = now}).texts.size(); }));
  std::printf("edit %.3f\n", measure([&] {
                sink += contacts::edit(*card, edited, {.now = now})->bytes().size();
              }));
  std::printf("json %.3f\n",
              measure([&] { sink += boost::json::serialize(boost::json::parse(json)).size(); }));
  return sink == 0 ? 1 : 0;
}
