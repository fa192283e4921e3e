#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "contacts/model/card.hpp"
#include "contacts/model/edit.hpp"

/// Cards of contacts, and changes of their simple form, for tests.
namespace kith::test {

using contacts::Birthday;
using contacts::Card;
using contacts::ContactFields;

/// 2026-11-30T21:00:00Z.
inline constexpr Time test_now{1'796'072'400'000'000};

/// Returns a vCard of a version; `body` has `|` for the end of each line.
inline std::string vcard_of(std::string_view version, std::string_view body) {
  std::string out = "BEGIN:VCARD\r\nVERSION:" + std::string(version) + "\r\n";
  for (const char c : body) {
    if (c == '|') {
      out += "\r\n";
    } else {
      out += c;
    }
  }
  return out + "END:VCARD\r\n";
}

/// Returns the card of these bytes. Fails the test if they are refused.
inline Card parsed(std::string bytes) {
  auto card = Card::parse(std::move(bytes));
  EXPECT_TRUE(card.has_value()) << card.error().detail;
  return card ? *card : Card(ContactFields{});
}

/// A change of the simple form.
using Change = std::function<void(ContactFields&)>;

/// Returns the card after a change of its simple form.
inline Result<Card> changed(const Card& card, const Change& change) {
  ContactFields wanted = simple_form(card, test_now);
  change(wanted);
  return edit(card, wanted, {.now = test_now});
}

/// Returns a valid address. Fails the test if it is none.
inline InternationalEmail email_of(std::string_view text) {
  auto email = InternationalEmail::parse(text);
  EXPECT_TRUE(email.has_value()) << text;
  return email.value_or(InternationalEmail{});
}

/// Returns a valid date. Fails the test if it is none.
inline Birthday birthday_of(std::string_view text) {
  const auto birthday = Birthday::parse(text);
  EXPECT_TRUE(birthday.has_value()) << text;
  return birthday.value_or(Birthday{});
}

}  // namespace kith::test
