#include "vcard/convert/convert.hpp"

#include "vcard/convert/property.hpp"

namespace kith::vcard {

std::string convert(const Document& document, const Conversion& conversion) {
  conversion::Properties properties = conversion::read_properties(document);
  const Version from = document.version();
  const Version to = conversion.version;
  if (to == Version::v4_0 && from != Version::v4_0) conversion::raise_to_v4(properties);
  if (to == Version::v3_0 && from == Version::v4_0) conversion::lower_to_v3(properties);
  if (to == Version::v3_0 && from == Version::v2_1) conversion::spell_dates_as_v3(properties);
  conversion::complete(properties, to, conversion.uid);
  return conversion::write_properties(properties, to);
}

}  // namespace kith::vcard
