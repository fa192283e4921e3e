#include "base/html.hpp"

#include <gtest/gtest.h>

namespace kith {
namespace {

TEST(EscapeHtml, WritesMarkupAsCharacterReferences) {
  EXPECT_EQ(escape_html("<a href=\"x\" title='y'>&</a>"),
            "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;&lt;/a&gt;");
}

TEST(EscapeHtml, KeepsOtherText) { EXPECT_EQ(escape_html("Grüße, привіт"), "Grüße, привіт"); }

}  // namespace
}  // namespace kith
