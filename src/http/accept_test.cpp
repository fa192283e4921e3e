#include "http/accept.hpp"

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace kith::http {
namespace {

constexpr std::array<MediaOffer, 5> offers{{{"application/json"},
                                            {"text/vcard"},
                                            {"text/vcard", "version=3.0"},
                                            {"text/vcard", "version=4.0"},
                                            {"application/vcard+json"}}};

/// Returns the offer as text; `none` if there is none.
std::string best(std::string_view accept) {
  const auto found = best_offer(accept, offers);
  if (!found) return "none";
  const MediaOffer& offer = offers[*found];
  return std::string(offer.type) + (offer.parameter.empty() ? "" : ";") +
         std::string(offer.parameter);
}

struct Row {
  const char* accept;
  const char* wanted;
};

TEST(BestOffer, FollowsWeightThenPrecisionThenOrder) {
  constexpr std::array<Row, 24> rows{{
      {"application/json", "application/json"},
      {"APPLICATION/JSON", "application/json"},
      {"*/*", "application/json"},
      {"text/*", "text/vcard"},
      {"text/*, */*", "text/vcard"},
      {"text/vcard", "text/vcard"},
      {"text/vcard;charset=utf-8", "text/vcard"},
      {"text/vcard; version=3.0", "text/vcard;version=3.0"},
      {"text/vcard;Version = \"4.0\";q=0.5", "text/vcard;version=4.0"},
      {"text/vcard;version=2.1", "none"},
      {"text/vcard;version=2.1, */*;q=0.1", "application/json"},
      {"text/vcard;q=0.8, application/vcard+json", "application/vcard+json"},
      {"text/vcard;q=0.8, application/json;q=0.9", "application/json"},
      {"text/vcard, application/json", "application/json"},
      {"text/vcard, */*", "text/vcard"},
      {"application/json;q=0, */*", "text/vcard"},
      {"text/vcard;q=0, text/vcard;version=4.0", "text/vcard;version=4.0"},
      {"*/*;q=0", "none"},
      {"image/*", "none"},
      {"text/html, application/xhtml+xml", "none"},
      {"text/vcard;q=0.123, application/vcard+json;q=0.124", "application/vcard+json"},
      {"text/vcard;q=0., application/json;q=0.1", "application/json"},
      {"text/vcard;q=x", "text/vcard"},
      {"", "none"},
  }};
  for (const Row& row : rows) EXPECT_EQ(best(row.accept), row.wanted) << row.accept;
}

TEST(BestOffer, ReadsAnyText) {
  for (const char* odd : {",", ";", ",,;;=,", "/", "*", "text/vcard;;", ";version=3.0", "=;q="}) {
    EXPECT_NO_THROW(best(odd)) << odd;
  }
  EXPECT_EQ(best(std::string(16'000, ',') + "text/vcard"), "text/vcard");
}

}  // namespace
}  // namespace kith::http
