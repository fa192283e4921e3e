#include "vcard/jscontact/view.hpp"

#include "vcard/jscontact/viewing.hpp"

namespace kith::vcard::jscontact {

namespace {

bool is_property(const Line& line) {
  return line.kind == LineKind::property && line.depth == 0 && !line.is("VERSION");
}

/// Returns whether a property needs the others to be mapped first.
bool is_later(const Line& line) { return line.is("X-ABLABEL") || line.is("JSPROP"); }

}  // namespace

View view_of(const Document& document, const ViewOptions& options) {
  Viewing viewing(document, options);
  map_name(viewing);
  map_addresses(viewing);
  map_anniversaries(viewing);
  for (std::size_t i = 0; i < document.size(); ++i) {
    const Line line = document.line(i);
    if (!is_property(line) || viewing.is_mapped(i) || is_later(line)) continue;
    Property property = viewing.property_at(i);
    if (map_member(viewing, property) || map_entry(viewing, property)) continue;
    viewing.add_prop(viewing.property_at(i));  // steps may have taken parameters out
  }
  apply_pointers(viewing);
  for (const Property& label : viewing.unmapped("X-ABLABEL")) viewing.add_prop(label);
  return std::move(viewing).finish();
}

}  // namespace kith::vcard::jscontact
